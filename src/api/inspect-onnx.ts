import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { inputError, messageOf } from "../core/errors.ts";
import { OnnxSession, type TensorInfo } from "../tensor/session.ts";

export interface OnnxInspection {
  readonly kind: "onnx";
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly problems: readonly string[];
}

/** The tensors of a graph, and those that simgate could not feed or read. */
export async function inspectOnnx(file: string): Promise<OnnxInspection> {
  const model = await readFile(file).catch((cause: unknown) => {
    throw inputError("the model cannot be read", { where: file, got: messageOf(cause), cause });
  });
  const { inputs, outputs } = await tensorsOf(model, file);
  return {
    kind: "onnx",
    file,
    bytes: model.length,
    sha256: createHash("sha256").update(model).digest("hex"),
    inputs,
    outputs,
    problems: inputs.flatMap(({ name, type }) =>
      type === "float32" || type === "float64"
        ? []
        : [`input "${name}" is ${type}: simgate fills float32 and float64; cast inside the graph`],
    ),
  };
}

export async function tensorsOf(
  model: Uint8Array,
  file: string,
): Promise<{ inputs: readonly TensorInfo[]; outputs: readonly TensorInfo[] }> {
  const session = await OnnxSession.open(model, file);
  const { inputs, outputs } = session;
  await session.close();
  return { inputs, outputs };
}
