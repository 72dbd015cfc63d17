import type { TensorPlan } from "./graph-fit.ts";
import { floats } from "./history.ts";
import type { FloatArray, OnnxSession, OnnxTensor } from "./session.ts";

/** A tensor of zeros for a call of `batch` rows; its values. */
export function addTensor(
  session: OnnxSession,
  tensors: Record<string, OnnxTensor>,
  { tensor, type, dims }: TensorPlan,
  batch: number,
): FloatArray {
  const sizes = dims.map((size) => (size === -1 ? batch : size));
  const values = floats(
    type,
    sizes.reduce((all, size) => all * size, 1),
  );
  tensors[tensor] = session.tensor(type, values, sizes);
  return values;
}
