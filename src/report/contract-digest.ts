import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical-json.ts";
import type { ContractManifest } from "./manifest.ts";

/** The sha256 of everything that decides what was measured. The same digest: the same exam. */
export function contractDigest({ contract }: Pick<ContractManifest, "contract">): string {
  return createHash("sha256").update(canonicalJson(contract)).digest("hex");
}
