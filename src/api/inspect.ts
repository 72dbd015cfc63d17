import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { didYouMean, inputError, messageOf, SimgateError } from "../core/errors.ts";
import { bundledScenarios, loadScenario } from "../scenario/load.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { isClip } from "../record/clip-path.ts";
import { assertNoLooseActions, isSession } from "../record/session-path.ts";
import {
  type CardInspection,
  inspectDiffusionCard,
  inspectLatentCard,
  inspectPolicyCard,
  inspectResidualCard,
  inspectWorldCard,
} from "./inspect-card.ts";
import type { ClipInspection } from "./inspect-clip.ts";
import { type EvidenceInspection, inspectEvidence } from "./inspect-evidence.ts";
import { type OnnxInspection, inspectOnnx } from "./inspect-onnx.ts";
import { inspectImportMap, inspectLinearModel, type PlainInspection } from "./inspect-plain.ts";
import { inspectRecording, type RecordingInspection } from "./inspect-recording.ts";
import { inspectScenario, type ScenarioInspection } from "./inspect-scenario.ts";
import type { SessionInspection } from "./inspect-session.ts";
import { inspectServer, isModelAddress, type ServerInspection } from "./inspect-server.ts";

export interface InspectOptions {
  /** An ONNX file, a model card, a scenario (path or bundled name), an MCAP file or bag folder, an evidence folder, a clip, the address of a server, … */
  readonly path: string;
  /** What a card, a linear model, a recording or a clip is checked against: name of a bundled scenario, or path of a manifest. */
  readonly scenario?: string;
  /** Card of a detector in ONNX that looks for the objects in a clip or a recording. Default: by colour and shape. */
  readonly probe?: string;
  readonly signal?: AbortSignal;
}

/** What is in it; `problems` says what is wrong with it, a message each. */
export type Inspection =
  | OnnxInspection
  | CardInspection
  | ScenarioInspection
  | RecordingInspection
  | EvidenceInspection
  | ClipInspection
  | SessionInspection
  | ServerInspection
  | PlainInspection;

/**
 * Looks into a file or folder of any kind that simgate knows.
 * @throws SimgateError `input` if it cannot be read at all, or is of no kind that simgate knows.
 */
export async function inspect({ path, scenario: name, probe, signal }: InspectOptions): Promise<Inspection> {
  const loaded = name === undefined ? undefined : await loadScenario(name, { missingFiles: "allow" });
  const scenario = loaded && lookedThroughBy(loaded, probe);
  if (isModelAddress(path)) return inspectServer(path, scenario);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    const bundled = await bundledScenarios();
    if (bundled.includes(path)) return inspectScenario(path);
    throw inputError("there is no such file, folder or bundled scenario", {
      where: path,
      hint: didYouMean(path, bundled),
    });
  }
  if (found.isDirectory()) return inspectFolder(path, scenario, probe, signal);
  if (isClip(path)) return lookThroughClip(path, scenario, probe, signal);
  if (path.endsWith(".onnx")) return inspectOnnx(path);
  if (path.endsWith(".mcap")) return inspectRecording(path, scenario);
  const schema = await schemaOf(path);
  switch (schema) {
    case "simgate/scenario@1":
      return inspectScenario(path);
    case "simgate/world-card@1":
      return inspectWorldCard(path, scenario);
    case "simgate/latent-world-card@1":
      return inspectLatentCard(path, scenario);
    case "simgate/diffusion-world-card@1":
      return inspectDiffusionCard(path, scenario);
    case "simgate/residual-card@1":
      return inspectResidualCard(path, scenario);
    case "simgate/policy-card@1":
      return inspectPolicyCard(path, scenario);
    case "simgate/linear-model@1":
      return inspectLinearModel(path, scenario);
    case "simgate/session@1":
      return lookThroughSession(path, scenario, signal);
    case "simgate/import-map@1":
      return inspectImportMap(path);
    default:
      throw unknown(path, schema === undefined ? "a file without a schema key" : `schema: ${schema}`);
  }
}

async function inspectFolder(
  path: string,
  scenario: Scenario | undefined,
  probe: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Inspection> {
  const has = (name: string): Promise<boolean> =>
    stat(join(path, name)).then(
      () => true,
      () => false,
    );
  if (await has("manifest.json")) return inspectEvidence(path);
  if (await has("scenario.yaml")) return inspectScenario(join(path, "scenario.yaml"));
  if (isSession(path)) return lookThroughSession(path, scenario, signal);
  // A bag whose writer was killed has no metadata.yaml, and all of its messages.
  const recorded = (await readdir(path)).some((name) => /\.(mcap|db3)$/.test(name));
  if (recorded || (await has("metadata.yaml"))) return inspectRecording(path, scenario);
  if (isClip(path)) {
    assertNoLooseActions(path);
    return lookThroughClip(path, scenario, probe, signal);
  }
  throw unknown(
    path,
    "a folder without scenario.yaml, session.yaml, manifest.json, a recording (*.mcap, *.db3) or pictures (*.png, *.jpg)",
  );
}

/** The same scenario, its pictures looked through by a detector. */
function lookedThroughBy(scenario: Scenario, probe: string | undefined): Scenario {
  const { images } = scenario;
  if (images === undefined || probe === undefined) return scenario;
  return { ...scenario, images: images.map((image) => ({ ...image, probe })) };
}

/** What decodes pictures is loaded for clips alone. */
async function lookThroughClip(
  path: string,
  scenario: Scenario | undefined,
  probe: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ClipInspection> {
  const { inspectClip } = await import("./inspect-clip.ts");
  return inspectClip(path, { scenario, probe, signal });
}

async function lookThroughSession(
  path: string,
  scenario: Scenario | undefined,
  signal: AbortSignal | undefined,
): Promise<SessionInspection> {
  if (scenario !== undefined) {
    throw inputError("a session says itself which objects it shows", {
      where: "--scenario",
      expected: "session.yaml alone",
      got: scenario.name,
    });
  }
  const { inspectSession } = await import("./inspect-session.ts");
  return inspectSession(path, { signal });
}

async function schemaOf(path: string): Promise<string | undefined> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw inputError("the file cannot be read", { where: path, got: messageOf(cause), cause });
  });
  let root: unknown;
  try {
    root = parse(text, { logLevel: "silent" });
  } catch {
    // The reader of its kind says what is wrong with it, and where.
    return /^\s*"?schema"?:\s*"?([\w/@-]+)/m.exec(text)?.[1];
  }
  const schema = (root as { schema?: unknown } | null)?.schema;
  return typeof schema === "string" ? schema : undefined;
}

function unknown(path: string, got: string): SimgateError {
  return inputError("this is nothing that simgate knows", {
    where: path,
    expected:
      "an ONNX file, a world or policy card, a scenario, an MCAP file or bag, an evidence folder, a clip (a folder of PNG or JPEG frames, or a video), a session (frames and actions with session.yaml, or that file), a linear model, an import map",
    got,
  });
}
