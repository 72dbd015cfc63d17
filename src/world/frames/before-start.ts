import { throwIfAborted } from "../../core/errors.ts";
import type { Start } from "../../core/trace.ts";
import type { FeatureColumns } from "../../tensor/features.ts";
import type { SceneCamera } from "../camera/scene-camera.ts";
import { type Channels, columnsAt } from "../onnx/warm-up.ts";
import type { PictureMaker, PictureModel } from "./picture-maker.ts";
import type { StressedContext } from "./stressed-context.ts";

/**
 * Brings lanes to step 0, with pictures that the camera draws. Lanes that begin inside a recording (`start.context`) have
 * seen what came before; before the first step known, everything looked as it did then, and nothing was done.
 * @param first the observation of step 0
 * @param shown takes the pictures of step 0 as they are drawn: lanes × bytes
 */
export async function picturedUpToStart<Maker extends PictureMaker>(
  model: PictureModel<Maker>,
  camera: SceneCamera,
  starts: readonly Start[],
  first: Pick<FeatureColumns, "observation" | "parameters">,
  channels: Channels,
  shown: Uint8Array,
  context: StressedContext | undefined,
  signal: AbortSignal | undefined,
): Promise<Maker> {
  const known = starts.map(({ context }) => context?.steps ?? 0);
  const longest = Math.max(0, ...known);
  const maker = model.begin(starts, columnsAt(starts, -longest - 1, first, channels));
  const { pictures } = maker;
  const picture = new Uint8Array(pictures.size);
  for (let step = -longest; step <= 0; step++) {
    throwIfAborted(signal);
    const columns = columnsAt(starts, step, first, channels);
    const rows = Int32Array.from(starts.keys()).filter((lane) => known[lane]! >= -step);
    for (const lane of rows) {
      camera.draw(columns.observation, lane, starts[lane]!.parameters, picture, step);
      if (step === 0) shown.set(picture, lane * picture.length);
      context?.drawn(picture, lane, step);
      if (known[lane] === -step) pictures.fill(lane, picture);
      else pictures.push(lane).set(picture);
    }
    await maker.recall(step, rows, columns, signal);
  }
  return maker;
}
