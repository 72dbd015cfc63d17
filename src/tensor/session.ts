import type { InferenceSession, Tensor } from "onnxruntime-node";
import { inputError, messageOf, runtimeError } from "../core/errors.ts";

/** Elements of the tensors that we fill and read. */
export type FloatArray = Float32Array | Float64Array;
export type FloatType = "float32" | "float64";
export type OnnxTensor = Tensor;

export interface TensorInfo {
  readonly name: string;
  /** As onnxruntime names it: float32, float64, int64, … */
  readonly type: string;
  /** A number, or the name of a dimension that may be anything. */
  readonly shape: readonly (number | string)[];
}

/** Where onnxruntime may run a graph. What a GPU cannot compute is left to the CPU, operator by operator. */
export const DEVICES = ["cpu", "webgpu"] as const;
export type Device = (typeof DEVICES)[number];

/**
 * An ONNX graph. On the CPU it has one thread, so that lanes scale by batch and the fleet by workers, and the order of
 * additions never depends on how many cores there are.
 */
export class OnnxSession {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly #session: InferenceSession;
  readonly #tensor: typeof Tensor;

  private constructor(session: InferenceSession, tensor: typeof Tensor) {
    this.#session = session;
    this.#tensor = tensor;
    this.inputs = session.inputMetadata.map(describe);
    this.outputs = session.outputMetadata.map(describe);
  }

  /**
   * @param file shown in messages
   * @throws SimgateError `input` if onnxruntime cannot load the bytes, or not on that device.
   */
  static async open(model: Uint8Array, file: string, device: Device = "cpu"): Promise<OnnxSession> {
    const ort = await loadRuntime();
    try {
      const session = await ort.InferenceSession.create(model, {
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
        executionMode: "sequential",
        executionProviders: [device],
        logSeverityLevel: 3,
      });
      return new OnnxSession(session, ort.Tensor);
    } catch (cause) {
      const onCpu = device === "cpu";
      throw inputError(`onnxruntime cannot load this model${onCpu ? "" : ` on ${device}`}`, {
        where: file,
        got: messageOf(cause),
        hint: onCpu
          ? "it must be an ONNX file with its weights inside (no external data) and standard operators"
          : "simgate doctor says what this machine has; with device: cpu in its card the model runs anywhere",
        cause,
      });
    }
  }

  /** A tensor over these values; nothing is copied. */
  tensor(type: FloatType | "uint8", values: FloatArray | Uint8Array, dims: readonly number[]): OnnxTensor {
    return new this.#tensor(type, values as Float32Array, dims);
  }

  /** @throws Error as onnxruntime words it. */
  async run(
    feeds: Readonly<Record<string, OnnxTensor>>,
    outputs: readonly string[],
  ): Promise<Readonly<Record<string, OnnxTensor>>> {
    return await this.#session.run(feeds, outputs);
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}

async function loadRuntime(): Promise<typeof import("onnxruntime-node")> {
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    throw runtimeError("onnxruntime-node cannot be loaded, so ONNX models cannot run", {
      got: messageOf(cause),
      hint: "npm install onnxruntime-node; it has binaries for Linux x64 and arm64, macOS arm64, Windows x64 and arm64",
      cause,
    });
  }
}

function describe(meta: InferenceSession.ValueMetadata): TensorInfo {
  return meta.isTensor
    ? { name: meta.name, type: meta.type, shape: meta.shape }
    : { name: meta.name, type: "not a tensor", shape: [] };
}
