import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { parse } from "@foxglove/rosmsg";

/** One field of a message; `type` is a ROS primitive (`float64`, `string`, `time`, …) or a complex type's name. */
export interface MessageField {
  readonly type: string;
  readonly name: string;
  readonly isComplex?: boolean;
  readonly isArray?: boolean;
  /** Of an array of fixed length. */
  readonly arrayLength?: number | undefined;
  readonly isConstant?: boolean;
  readonly defaultValue?: unknown;
}

/** A message type with everything it is made of. */
export interface MessageType {
  /** `sensor_msgs/msg/JointState` */
  readonly name: string;
  /** The definition as rosbag2 embeds it (`ros2msg`): dependencies follow, each after a line of 80 `=`. */
  readonly text: string;
  /** The parse of {@link text}; the first is the message itself. */
  readonly parsed: ReturnType<typeof parse>;
}

const SEPARATOR = "=".repeat(80);
const cache = new Map<string, MessageType | undefined>();
let folder: string | undefined;

/**
 * The definition of a common ROS 2 interface (the Jazzy set), or undefined if it is not among them. The texts are the
 * real `.msg` files: `builtin_interfaces/Time stamp`, where a definition printed from its parse says `time stamp`.
 */
export function messageType(name: string): MessageType | undefined {
  if (!cache.has(name)) cache.set(name, load(name));
  return cache.get(name);
}

/** Parses an embedded `ros2msg` definition. */
export function parseMessageType(name: string, text: string): MessageType {
  return { name, text, parsed: parse(text, { ros2: true }) };
}

/** The fields of the message itself, or of the complex type `name` within it; constants left out. */
export function fieldsOf(type: MessageType, name?: string): readonly MessageField[] {
  const found =
    name === undefined
      ? type.parsed.find((one) => one.definitions.length === 0 || !one.definitions.every((f) => f.isConstant))
      : type.parsed.find((one) => one.name === name);
  return (found?.definitions ?? []).filter((field) => field.isConstant !== true);
}

function load(name: string): MessageType | undefined {
  const own = readDefinition(name);
  if (own === undefined) return undefined;
  const parts = own.split(`${SEPARATOR}\n`);
  const known = new Set(parts.slice(1).map((part) => /^MSG: (\S+)/.exec(part)?.[1]));
  // The files leave out builtin_interfaces; rosbag2 embeds every dependency.
  for (let i = 0; i < parts.length; i++) {
    for (const [, used] of parts[i]!.matchAll(/^(\w+\/\w+)(?:\[[^\]]*\])?\s+\w/gm)) {
      const text = known.has(used) ? undefined : readDefinition(used!.replace("/", "/msg/"));
      if (text === undefined) continue;
      known.add(used);
      parts.push(`MSG: ${used!}\n${text.split(`${SEPARATOR}\n`)[0]!}`);
    }
  }
  return parseMessageType(name, parts.map((part) => `${part.trimEnd()}\n`).join(`${SEPARATOR}\n`));
}

function readDefinition(name: string): string | undefined {
  if (!/^\w+\/msg\/\w+$/.test(name)) return undefined;
  folder ??= path.join(
    path.dirname(createRequire(import.meta.url).resolve("@foxglove/rosmsg-msgs-common/package.json")),
    "msgdefs/ros2jazzy",
  );
  const file = path.join(folder, `${name}.msg`);
  return existsSync(file) ? readFileSync(file, "utf8").replaceAll("\r\n", "\n") : undefined;
}
