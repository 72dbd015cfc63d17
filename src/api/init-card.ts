import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, relative, resolve } from "node:path";
import { checkPolicy, policyRef, worldRef } from "../compose.ts";
import { inputError, messageOf, SimgateError } from "../core/errors.ts";
import { loadScenario } from "../scenario/load.ts";
import { OnnxSession } from "../tensor/session.ts";
import { policyCardText, worldCardText } from "./init-card-text.ts";
import { kebabName } from "./init-scenario-names.ts";
import { checkAbsent, marksOf, type Scaffold } from "./init-scenario.ts";

export interface InitCardOptions {
  /** Path of an ONNX file. */
  readonly model: string;
  /** The scenario it is for: name of a bundled one, or path of a manifest. */
  readonly scenario: string;
  /** `*.world.yaml` for a world, `*.policy.yaml` for a policy. */
  readonly out: string;
}

export interface CardScaffold extends Scaffold {
  /** Why the card as guessed does not fit the scenario yet; absent where it does. */
  readonly problem?: string;
}

/**
 * Writes a model card for an ONNX file: tensors, shapes and sha256 from the file; which channels they carry guessed by
 * size and marked.
 * @throws SimgateError `input` if the model cannot be loaded, or a card is there already.
 */
export async function initCard({ model, scenario: name, out }: InitCardOptions): Promise<CardScaffold> {
  const kind = /\.world\.ya?ml$/.test(out) ? "world" : /\.policy\.ya?ml$/.test(out) ? "policy" : undefined;
  if (kind === undefined) {
    throw inputError("the name of a card says what it is for", {
      where: "--out",
      expected: "*.world.yaml for a learned world, *.policy.yaml for a policy",
      got: out,
    });
  }
  const file = resolve(out);
  await checkAbsent(file);
  const scenario = await loadScenario(name, { missingFiles: "allow" });
  const modelPath = resolve(model);
  const bytes = await readModel(modelPath);
  const session = await OnnxSession.open(bytes, modelPath);
  const { inputs, outputs } = session;
  await session.close();
  const text = (kind === "world" ? worldCardText : policyCardText)({ inputs, outputs }, scenario, {
    name: kebabName(basename(file).replace(/\.(world|policy)\.ya?ml$/, ""), "model"),
    model: relative(dirname(file), modelPath).replaceAll("\\", "/"),
    sha256: createHash("sha256").update(bytes).digest("hex"),
    scenario: scenario.name,
    controlPeriodSec: scenario.controlPeriodSec,
  });
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, { flag: "wx" });
  try {
    if (kind === "world") await worldRef(scenario, file);
    else await checkPolicy(scenario, policyRef(scenario, file));
    return { file, decide: marksOf(text) };
  } catch (thrown) {
    if (!(thrown instanceof SimgateError) || thrown.code !== "input") throw thrown;
    return { file, decide: marksOf(text), problem: thrown.message };
  }
}

async function readModel(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw inputError("the model cannot be read", { where: file, got: messageOf(cause), cause });
  }
}
