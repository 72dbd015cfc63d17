import { throwIfAborted } from "../../core/errors.ts";
import type { Start } from "../../core/trace.ts";
import type { FeatureColumns } from "../../tensor/features.ts";
import type { SceneCamera } from "../camera/scene-camera.ts";
import { type Channels, columnsAt } from "../onnx/warm-up.ts";
import type { Dream } from "./dream.ts";

/**
 * Brings the lanes to step 0, with pictures that the camera draws. Lanes that begin inside a recording (`start.context`)
 * are shown what came before: all of it, with what was done, where encode corrects a state; else as many pictures as
 * encode sees. What is before the first step known looked as that did, and state begins at zero.
 * @param first the observation of step 0.
 */
export async function dreamUpToStart(
  dream: Dream,
  corrects: boolean,
  camera: SceneCamera,
  starts: readonly Start[],
  first: Pick<FeatureColumns, "observation" | "parameters">,
  channels: Channels,
  signal: AbortSignal | undefined,
): Promise<void> {
  const known = starts.map(({ context }) => context?.steps ?? 0);
  const picture = new Uint8Array(dream.pictures.size);
  const draw = ({ observation }: FeatureColumns, lane: number): Uint8Array => {
    camera.draw(observation, lane, starts[lane]!.parameters, picture);
    return picture;
  };
  const oldest = Math.max(0, ...known);
  for (let step = -oldest; step <= 0; step++) {
    throwIfAborted(signal);
    const columns = columnsAt(starts, step, first, channels);
    const rows = Int32Array.from(starts.keys()).filter((lane) => known[lane]! >= -step);
    for (const lane of rows) {
      if (known[lane] === -step) dream.pictures.fill(lane, draw(columns, lane));
      else dream.pictures.push(lane).set(draw(columns, lane));
    }
    if (corrects || step === 0) await dream.encode(step, rows, columns, signal);
    if (corrects && step < 0) await dream.advance(step, rows, columns, signal);
  }
}
