import type { ChannelSpec } from "../../core/channels.ts";
import type { Start } from "../../core/trace.ts";
import type { FeatureColumns } from "../../tensor/features.ts";
import type { OutputLayout, Predictions } from "../onnx/outputs.ts";
import type { ImageLayout } from "../../tensor/image-layout.ts";
import type { PictureHistory } from "../../tensor/picture-history.ts";

/** A model that makes pictures, and what it tells beside them. */
export interface PictureModel<Maker extends PictureMaker = PictureMaker> {
  readonly layout: ImageLayout;
  /** Channels that it tells. */
  readonly outputs: readonly OutputLayout[];
  /** Channels whose uncertainty it states. */
  readonly uncertain: readonly ChannelSpec[];
  /** @param oldest what was before the first step known of each lane: as that, and nothing done */
  begin(starts: readonly Start[], oldest: FeatureColumns): Maker;
  close(): Promise<void>;
}

/** What a model that makes pictures remembers of the lanes of one reset, and their next pictures. */
export interface PictureMaker<Memory = unknown> {
  /** What the model saw last of every lane. */
  readonly pictures: PictureHistory;
  /** What comes next, if it is taken up: lanes × bytes. */
  readonly made: Uint8Array;
  /** `pictures` now show the step of a recording before the start, or step 0. @param rows lanes for which it is known */
  recall(step: number, rows: Int32Array, columns: FeatureColumns, signal?: AbortSignal): Promise<void>;
  /** @throws SimgateError `runtime` if the model fails */
  make(making: Making, signal?: AbortSignal): Promise<void>;
  /** Takes up what was made of these lanes. */
  keep(kept: Kept, signal?: AbortSignal): Promise<void>;
  save(): Memory;
  restore(memory: Memory): void;
}

export interface Kept {
  /** The control step that the pictures show. */
  readonly step: number;
  readonly rows: Int32Array;
  /** What was observed in them, and the action that led there. */
  readonly columns: FeatureColumns;
}

export interface Making {
  /** From observation `step` to `step + 1`: which noise is drawn. */
  readonly step: number;
  readonly rows: Int32Array;
  readonly columns: FeatureColumns;
  /** Where the channels go that it tells. */
  readonly into: Predictions;
  /** Hears of lanes whose picture is none. */
  readonly spoilt: (lane: number) => void;
}
