import type { Start } from "../../core/trace.ts";
import type { FeatureColumns } from "../../tensor/features.ts";
import type { SceneCamera } from "../camera/scene-camera.ts";
import { type Channels, columnsAt } from "../onnx/warm-up.ts";
import type { Imagination } from "./imagination.ts";

/**
 * Brings the lanes to step 0, with pictures that the camera draws. Lanes that begin inside a recording (`start.context`) have
 * seen what came before; before the first step known, everything looked as it did then, and nothing was done.
 * @param first the observation of step 0
 */
export function imaginedUpToStart(
  imagination: Imagination,
  camera: SceneCamera,
  starts: readonly Start[],
  first: Pick<FeatureColumns, "observation" | "parameters">,
  channels: Channels,
): void {
  const { pictures } = imagination;
  const picture = new Uint8Array(pictures.size);
  const draw = ({ observation }: FeatureColumns, lane: number): Uint8Array => {
    camera.draw(observation, lane, starts[lane]!.parameters, picture);
    return picture;
  };
  const longest = Math.max(0, ...starts.map(({ context }) => context?.steps ?? 0));
  const before = columnsAt(starts, -longest - 1, first, channels);
  imagination.begin(before);
  for (const lane of starts.keys()) pictures.fill(lane, draw(before, lane));
  for (let step = -longest; step <= 0; step++) {
    const columns = columnsAt(starts, step, first, channels);
    for (const lane of starts.keys()) pictures.push(lane).set(draw(columns, lane));
    if (step < 0) imagination.remember(columns);
  }
}
