import { addTensor } from "../../tensor/add-tensor.ts";
import type { TensorPlan } from "../../tensor/graph-fit.ts";
import type { FloatArray, OnnxSession, OnnxTensor } from "../../tensor/session.ts";
import type { NoiseSpec } from "./noise.ts";
import type { OnnxPlan } from "./plan.ts";
import type { StateSpec } from "../../tensor/recurrent-state.ts";

/**
 * Rows of a call are a multiple of this where the graph allows. onnxruntime multiplies a single row by another kernel
 * (matrix × vector), whose sums differ in the last bits from those of two rows or more; and vector kernels may treat a
 * ragged tail apart. Whole groups of rows keep a lane's numbers the same whatever runs beside it (test/world/onnx).
 */
const ROW_GROUP = 8;

/** Input tensors for a call of `batch` rows, and the arrays behind them in the order inputs, state, noise. */
export interface Feeds {
  readonly batch: number;
  readonly tensors: Readonly<Record<string, OnnxTensor>>;
  readonly inputs: readonly FloatArray[];
  readonly state: readonly FloatArray[];
  readonly noise: readonly FloatArray[];
}

/** How many rows a call has that is to serve this many lanes. */
export function batchFor(
  { fixedBatch, rowGroup = ROW_GROUP }: Pick<OnnxPlan, "fixedBatch"> & { readonly rowGroup?: number },
  lanes: number,
): number {
  return fixedBatch ?? Math.ceil(lanes / rowGroup) * rowGroup;
}

/** Allocates the tensors once; they are filled anew at each call. */
export function createFeeds(
  session: OnnxSession,
  plan: Pick<OnnxPlan, "inputs" | "state" | "noise">,
  batch: number,
): Feeds {
  const tensors: Record<string, OnnxTensor> = {};
  const add = (tensor: TensorPlan): FloatArray => addTensor(session, tensors, tensor, batch);
  const addCarried = ({ input, type, shape }: StateSpec | NoiseSpec): FloatArray =>
    add({ tensor: input, type, dims: shape });
  return {
    batch,
    tensors,
    inputs: plan.inputs.map(add),
    state: plan.state.map(addCarried),
    noise: plan.noise.map(addCarried),
  };
}
