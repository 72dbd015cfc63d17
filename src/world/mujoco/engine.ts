import type { MainModule, MjModel } from "@mujoco/mujoco";
import { inputError, messageOf, runtimeError } from "../../core/errors.ts";
import type { MjcfSource } from "./sources.ts";

let loading: Promise<MainModule> | undefined;

/** MuJoCo as WebAssembly: one instance a thread, loaded when a world first asks for it. */
export function loadMujoco(): Promise<MainModule> {
  loading ??= import("@mujoco/mujoco").then(
    // What MuJoCo prints it also throws or counts as a warning; standard output belongs to the command line.
    ({ default: load }) => load({ print: () => undefined, printErr: () => undefined }),
    (cause: unknown) => {
      throw runtimeError("MuJoCo cannot be loaded", { hint: "npm install @mujoco/mujoco", cause });
    },
  );
  return loading;
}

/** Compiles MJCF. The caller deletes the model. @throws SimgateError with MuJoCo's own words and the file. */
export function compileModel(mj: MainModule, xml: string, source: MjcfSource): MjModel {
  const files = new mj.MjVFS();
  try {
    for (const [name, bytes] of source.assets) files.addBuffer(name, bytes);
    return mj.MjModel.from_xml_string(xml, files);
  } catch (cause) {
    throw inputError("the MJCF does not compile", { where: source.file, got: mujocoMessage(cause), cause });
  } finally {
    files.delete();
  }
}

/** What MuJoCo says, on one line and without its prefixes. */
export function mujocoMessage(thrown: unknown): string {
  return messageOf(thrown)
    .replace(/^MuJoCo Error:\s*(Loading error:\s*)?/, "")
    .replace(/\s*\n\s*/g, "; ")
    .replace(/;?\s*$/, "");
}

/** The kinds of things that have names, with where a model keeps them. */
const NAMED = {
  joint: { count: "njnt", address: "name_jntadr" },
  actuator: { count: "nu", address: "name_actuatoradr" },
  sensor: { count: "nsensor", address: "name_sensoradr" },
  body: { count: "nbody", address: "name_bodyadr" },
  site: { count: "nsite", address: "name_siteadr" },
  geom: { count: "ngeom", address: "name_geomadr" },
  mesh: { count: "nmesh", address: "name_meshadr" },
} as const;

export type NamedKind = keyof typeof NAMED;

/** Names by id; an unnamed thing has the empty name. (The bindings' own id2name reads address 0 for those.) */
export function namesOf(model: MjModel, kind: NamedKind): string[] {
  const bytes = model.names as Int8Array;
  const addresses = model[NAMED[kind].address] as Int32Array;
  return Array.from({ length: model[NAMED[kind].count] }, (_, id) => {
    const from = addresses[id]!;
    return new TextDecoder().decode(Uint8Array.from(bytes.subarray(from, bytes.indexOf(0, from))));
  });
}
