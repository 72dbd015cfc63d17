import { readdir, readFile } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { didYouMean, inputError, messageOf } from "../core/errors.ts";
import { parseYaml } from "../core/yaml-document.ts";
import { bridgeConfigSchema, type BridgeConfig } from "../ros/bridge-config.ts";

/** Where the configurations that come with simgate lie: beside `src/` and `dist/`. */
const BUNDLED = fileURLToPath(new URL("../../configs/", import.meta.url));

/** The file that is meant: a path, or one of those that come with simgate by its name: `replace`. */
export async function bridgeConfigFile(pathOrName: string): Promise<string> {
  if (!/^[a-z-]+$/.test(pathOrName)) return pathOrName;
  const known = (await readdir(BUNDLED)).map((name) => name.replace(/\.yaml$/, ""));
  if (known.includes(pathOrName)) return join(BUNDLED, `${pathOrName}.yaml`);
  throw inputError(`there is no bundled bridge configuration "${pathOrName}"`, {
    expected: "the path of a configuration (*.yaml), or the name of a bundled one",
    hint: didYouMean(pathOrName, known),
  });
}

/** @throws SimgateError `input` if it cannot be read, or is no bridge configuration. */
export async function readBridgeConfig(file: string): Promise<BridgeConfig> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw inputError("the bridge configuration cannot be read", {
      where: file,
      got: messageOf(cause),
      cause,
    });
  }
  return parseYaml(text, bridgeConfigSchema, { file, what: "bridge configuration" }).value;
}

/** The path that a name in the configuration stands for, if it is one: relative to the configuration's folder. */
export function pathIn(file: string, name: string): string {
  return /\.ya?ml$|\//.test(name) && !isAbsolute(name) ? resolve(dirname(file), name) : name;
}
