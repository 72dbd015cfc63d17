import type { LaneHandOver } from "../core/hand-over.ts";
import { encodeHandOver, HAND_OVER_TOPIC, HAND_OVER_TYPE } from "./hand-over-message.ts";
import type { McapFile } from "./mcap-file.ts";
import type { McapOutput } from "./mcap-output.ts";

/** Writes the hand-overs of one world into an MCAP file. */
export class HandOverWriter {
  readonly #file: McapFile;
  readonly #id: number;

  private constructor(file: McapFile, id: number) {
    this.#file = file;
    this.#id = id;
  }

  static async create(file: McapFile, prefix: string): Promise<HandOverWriter> {
    return new HandOverWriter(file, await file.addTopic(prefix + HAND_OVER_TOPIC, HAND_OVER_TYPE));
  }

  /** To be called within `McapFile.run`. @param timeNs of the observation before the step */
  write(out: McapOutput, handOver: LaneHandOver, timeNs: bigint): void {
    this.#file.message(out, this.#id, timeNs, encodeHandOver(handOver));
  }
}
