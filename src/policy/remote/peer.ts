import type { WireMap } from "../../wire/value.ts";

/** One connection to a policy server, whatever it speaks. Lanes ask one after the other. */
export interface PolicyPeer {
  readonly isOpen: boolean;
  /** What the server is and says of itself, for the report. */
  readonly about: Readonly<Record<string, string>>;
  /** An episode begins in this lane, as far as the protocol has a word for it. */
  begin(lane: number, signal?: AbortSignal): Promise<void>;
  /** @returns what holds the actions */
  infer(observation: WireMap, lane: number, signal?: AbortSignal): Promise<WireMap>;
  close(): Promise<void>;
}
