import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { inputError, messageOf } from "../../core/errors.ts";

const YAML_1_1 = { version: "1.1" } as const; // as rcl reads it: `on` is true

/**
 * What the command line gives the parameters of one node: `-p name:=value`, `-p node:name:=value` and
 * `--params-file`, later ones over earlier ones. rclnodejs looks them up by the bare name of the node, so that what
 * `ros2 launch` writes for `/left/simgate` would never reach it.
 * @param args `--ros-args …`, which rcl has accepted
 * @param node fully qualified
 */
export function parameterOverrides(args: readonly string[], node: string): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  let ros = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--ros-args") ros = true;
    else if (arg === "--") ros = false;
    else if (ros && (arg === "-p" || arg === "--param")) addAssignment(found, args[++i] ?? "", node);
    else if (ros && arg === "--params-file") addFile(found, args[++i] ?? "", node);
  }
  return found;
}

function addAssignment(found: Map<string, unknown>, text: string, node: string): void {
  const [, of = "**", name, value] = /^(?:([^:=]+):(?!=))?([^:=]+):=([^]*)$/.exec(text) ?? [];
  // rcl takes only bare names here, in parameters as in remaps: they mean the node in whatever namespace it is.
  if (name === undefined || !names(`/**/${of}`, node)) return;
  found.set(name, parse(value ?? "", YAML_1_1));
}

function addFile(found: Map<string, unknown>, file: string, node: string): void {
  let content: unknown;
  try {
    content = parse(readFileSync(file, "utf8"), YAML_1_1);
  } catch (cause) {
    throw inputError("the parameters file cannot be read", { where: file, got: messageOf(cause), cause });
  }
  addNodes(found, content, "", node);
}

/** Down the namespaces to `ros__parameters`. */
function addNodes(found: Map<string, unknown>, at: unknown, path: string, node: string): void {
  for (const [key, value] of entriesOf(at)) {
    if (key !== "ros__parameters") addNodes(found, value, `${path}/${key}`, node);
    else if (names(path, node)) addParameters(found, value, "");
  }
}

function addParameters(found: Map<string, unknown>, at: unknown, prefix: string): void {
  for (const [key, value] of entriesOf(at)) {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      addParameters(found, value, `${prefix}${key}.`);
    } else found.set(prefix + key, value);
  }
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

/** Whether a name of a rule is the node's: `*` stands for one part of it, `**` for any number. */
function names(rule: string, node: string): boolean {
  const parts = rule.split("/").filter((part) => part !== "");
  const pattern = parts.map((part) => (part === "**" ? "(/\\w+)*" : part === "*" ? "/\\w+" : `/${part}`));
  return new RegExp(`^${pattern.join("")}$`).test(node);
}
