import { SimgateError } from "../core/errors.ts";
import type { Loss } from "../record/mcap-scanner.ts";

/** The message of what went wrong in looking at a part; a bug is not a finding and is thrown on. */
export async function problemOf(look: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await look();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof SimgateError && thrown.code !== "bug") return thrown.message;
    throw thrown;
  }
}

/** What of a recording could not be used. */
export function lossText({ what, offset, bytes }: Loss): string {
  return bytes === 0 ? what : `${what}: ${bytes} bytes at byte ${offset} are lost`;
}
