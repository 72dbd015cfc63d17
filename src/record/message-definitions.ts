import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { parseMessageType, type MessageType } from "./message-type.ts";

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
