import { access, mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, relative, resolve } from "node:path";
import { inputError } from "../core/errors.ts";
import { loadScenario } from "../scenario/load.ts";
import { describeModel } from "../world/mujoco/describe-model.ts";
import { draftChannels } from "./init-scenario-channels.ts";
import { kebabName } from "./init-scenario-names.ts";
import { DECIDE, manifestText } from "./init-scenario-text.ts";

export interface InitScenarioOptions {
  /** Path of an MJCF file. */
  readonly model: string;
  /** Folder that the manifest goes to, as `scenario.yaml`. */
  readonly out: string;
}

/** A scaffold that was written. */
export interface Scaffold {
  /** Absolute path. */
  readonly file: string;
  /** The marked places: what could not be inferred. */
  readonly decide: readonly { readonly line: number; readonly text: string }[];
}

/**
 * Writes a manifest for an MJCF file: channels from joints and actuators, sensible values for the rest, each marked. It
 * loads and runs as it is.
 * @throws SimgateError `input` if the model cannot be read, names nothing to command, or a manifest is there already.
 */
export async function initScenario({ model, out }: InitScenarioOptions): Promise<Scaffold> {
  const file = resolve(out, "scenario.yaml");
  await checkAbsent(file);
  const modelPath = resolve(model);
  const description = await describeModel(modelPath);
  if (description.joints.length === 0) {
    throw inputError("the model has no joints, so there is nothing to observe", { where: modelPath });
  }
  const title =
    description.name === "" || description.name === "MuJoCo Model"
      ? basename(model).replace(/\.[^.]*$/, "")
      : description.name;
  const text = manifestText(description, draftChannels(description, modelPath), {
    name: kebabName(title, "scenario"),
    title,
    model: relative(dirname(file), modelPath).replaceAll("\\", "/"),
  });
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, { flag: "wx" });
  await loadScenario(file);
  return { file, decide: marksOf(text) };
}

/** The marked places of a scaffold. */
export function marksOf(text: string): Scaffold["decide"] {
  return text.split("\n").flatMap((line, i) => {
    const at = line.indexOf(DECIDE);
    return at < 0 ? [] : [{ line: i + 1, text: line.slice(at + DECIDE.length).trim() }];
  });
}

/** @throws SimgateError `input` if there is something at this path. */
export async function checkAbsent(file: string): Promise<void> {
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (exists) {
    throw inputError("there is a file already, and it is not overwritten", {
      where: file,
      hint: "name another place with --out, or move the file away",
    });
  }
}
