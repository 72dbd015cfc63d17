import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, resolve } from "node:path";
import { inputError, messageOf } from "../core/errors.ts";
import { parseYaml } from "../core/yaml-document.ts";
import { bridgeConfigSchema, type BridgeConfig } from "../ros/bridge-config.ts";

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
