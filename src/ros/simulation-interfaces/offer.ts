import { messageOf } from "../../core/errors.ts";
import type { Entity } from "../entities.ts";
import type { RosMessage } from "../node.ts";
import { RESULT } from "./codes.ts";

export type Answer = (request: RosMessage) => Promise<RosMessage> | RosMessage;

/** One service of the package, and the features that it stands for. */
export interface Offer {
  readonly name: string;
  readonly type: string;
  /** A function where they depend on the hosted world, which may change. */
  readonly features: readonly number[] | (() => readonly number[]);
  readonly answer: Answer;
  /** Only in release 2 of the package: where that is not installed, nobody misses it. */
  readonly newer?: true;
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

export function unknownEntity(request: RosMessage, entities: readonly Entity[]): RosMessage {
  const names = entities.map(({ name }) => name).join(", ");
  return failure(RESULT.notFound, `there is no entity "${String(request["entity"])}"; there are: ${names}`);
}
