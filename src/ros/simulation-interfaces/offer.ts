import { messageOf } from "../../core/errors.ts";
import type { RosMessage } from "../node.ts";
import { RESULT } from "./codes.ts";

export type Answer = (request: RosMessage) => Promise<RosMessage> | RosMessage;

/** One service of the package, and the features that it stands for. */
export interface Offer {
  readonly name: string;
  readonly type: string;
  readonly features: readonly number[];
  readonly answer: Answer;
}

export const OK: RosMessage = { result: { result: RESULT.ok, error_message: "" } };

export function unsupported(name: string, type: string): Offer {
  const answer = (): RosMessage =>
    failure(RESULT.featureUnsupported, `this scenario and world do not support ${name}`);
  return { name, type, features: [], answer };
}

export function failure(code: number, text: string): RosMessage {
  return { result: { result: code, error_message: text.replaceAll(/\s*\n\s*/g, "; ") } };
}

export async function attempt(work: () => Promise<RosMessage>): Promise<RosMessage> {
  try {
    return await work();
  } catch (thrown) {
    return failure(RESULT.operationFailed, messageOf(thrown));
  }
}
