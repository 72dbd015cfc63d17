import { relative } from "node:path";
import type { CardInspection } from "../api/inspect-card.ts";
import type { EvidenceInspection } from "../api/inspect-evidence.ts";
import type { OnnxInspection } from "../api/inspect-onnx.ts";
import type { RecordingInspection } from "../api/inspect-recording.ts";
import type { Part, ScenarioInspection } from "../api/inspect-scenario.ts";
import type { ServerInspection } from "../api/inspect-server.ts";
import type { Inspection } from "../api/inspect.ts";
import type { TensorInfo } from "../tensor/session.ts";
import { clipText, picturesText } from "./inspect-clip-text.ts";
import { sessionText } from "./inspect-session-text.ts";
import { probeErrorText } from "./probe-error-text.ts";
import { textTable } from "./text-table.ts";

/** What the inspect command prints: what it is, what is in it, and what is wrong with it. */
export function inspectionText(inspection: Inspection): string {
  return `${bodyOf(inspection)}\n${problemText(inspection)}`;
}

function bodyOf(inspection: Inspection): string {
  switch (inspection.kind) {
    case "onnx":
      return onnxText(inspection);
    case "world-card":
    case "residual-card":
    case "policy-card":
      return cardText(inspection);
    case "scenario":
      return scenarioText(inspection);
    case "recording":
      return recordingText(inspection);
    case "evidence":
      return evidenceText(inspection);
    case "clip":
      return clipText(inspection);
    case "session":
      return sessionText(inspection);
    case "world-server":
    case "policy-server":
      return serverText(inspection);
    case "linear-model":
    case "import-map":
      return [`${short(inspection.file)}: ${inspection.kind.replace("-", " ")}`, ...inspection.facts]
        .map((line) => `${line}\n`)
        .join("");
  }
}

/** What frames show may be wrong while nothing is wrong with the files. */
function problemText({ kind, problems }: Inspection): string {
  if (problems.length === 0)
    return kind === "clip" || kind === "session" ? "all of it can be read\n" : "nothing wrong with it\n";
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return `${count}\n${problems.map((problem) => `  ✗ ${problem.replaceAll("\n", "\n    ")}\n`).join("")}`;
}

function serverText({ kind, url, facts, scenario }: ServerInspection): string {
  const held =
    scenario === undefined
      ? "with --scenario also held against a scenario"
      : `held against scenario ${scenario}`;
  return [`${url}: ${kind.replace("-", " ")}`, ...facts, held].map((line) => `${line}\n`).join("");
}

function onnxText({ file, bytes, sha256, inputs, outputs }: OnnxInspection): string {
  return [
    `${short(file)}: ONNX, ${size(bytes)}\n`,
    `sha256 ${sha256}\n\n`,
    tensorTable(inputs, outputs),
  ].join("");
}

function cardText(card: CardInspection): string {
  const {
    kind,
    file,
    name,
    title,
    license,
    controlPeriodSec,
    model,
    models = [model],
    inputs,
    outputs,
  } = card;
  const checked =
    card.scenario === undefined
      ? "against its graph alone; with --scenario also against a scenario"
      : `against its graph and scenario ${card.scenario}`;
  return [
    `${short(file)}: ${kind.replace("-", " ")} ${name}, ${title}\n`,
    `model ${models.map(short).join(", ")} (sha256 as the card says), ${license}, control period ${controlPeriodSec} s\n`,
    ...(card.trainedOn === undefined ? [] : [`corrects: ${card.trainedOn.trim()}\n`]),
    ...(card.training === undefined ? [] : [`trained on: ${card.training.trim()}\n`]),
    ...card.limits.map((limit) => `known limit: ${limit.trim()}\n`),
    ...card.claims.map(({ by, text }) => `claimed by ${by}: ${text}\n`),
    `\n${tensorTable(inputs, outputs)}\nchecked ${checked}\n`,
  ].join("");
}

function tensorTable(inputs: readonly TensorInfo[], outputs: readonly TensorInfo[]): string {
  const rows = (side: string, tensors: readonly TensorInfo[]): string[][] =>
    tensors.map(({ name, type, shape }) => [side, name, type, `[${shape.join(", ")}]`]);
  return textTable(["", "tensor", "type", "shape"], [...rows("input", inputs), ...rows("output", outputs)]);
}

function scenarioText(scenario: ScenarioInspection): string {
  const { file, name, title, controlPeriodSec, horizonSec, observation, action, parameters, panel } =
    scenario;
  const roleOf = (world: string): string =>
    world === scenario.truth ? "truth" : world === scenario.baseline ? "baseline" : "";
  const state = ({ problem }: Part): string => (problem === undefined ? "opens" : "does not open");
  return [
    `${short(file)}: scenario ${name}, ${title}\n`,
    `control period ${controlPeriodSec} s, horizon ${Number(horizonSec.toPrecision(12))} s; ` +
      `panel of ${panel.count} starts (${panel.method}, seed ${panel.seed})\n`,
    `success: ${scenario.formula.trim()}\n\n`,
    textTable(
      ["channel", "", "size", "unit", "tolerance", "limits"],
      [
        ...observation.map((one) => channelRow("observation", one)),
        ...action.map((one) => channelRow("action", one)),
        ...parameters.map(({ name, unit, nominal }) => [
          name,
          "parameter",
          "1",
          unit,
          "",
          `nominal ${nominal}`,
        ]),
      ],
    ),
    ...(scenario.images ?? []).map(imageText),
    "\n",
    textTable(
      ["world", "kind", "", ""],
      scenario.worlds.map((one) => [one.name, one.kind, roleOf(one.name), state(one)]),
    ),
    ...scenario.worlds.flatMap(({ name, made }) => (made === undefined ? [] : [`${name}: ${made}\n`])),
    "\n",
    textTable(
      ["policy", "kind", ""],
      scenario.policies.map((one) => [one.name, one.kind, state(one)]),
    ),
  ].join("");
}

function imageText({
  name,
  size,
  objects,
  probe,
}: NonNullable<ScenarioInspection["images"]>[number]): string {
  const shows = objects.length === 0 ? "no object of the scenario" : objects.join(", ");
  return [
    `\nimage ${name}: ${size[1]} × ${size[0]} pixels, shows ${shows}\n`,
    ...(probe === undefined ? [] : [`the probe (${probe.how}): ${probeErrorText(probe)}\n`]),
  ].join("");
}

function channelRow(
  side: string,
  { name, size, unit, tolerance, limits }: ScenarioInspection["observation"][number],
): string[] {
  return [name, side, String(size), unit, String(tolerance), limits === undefined ? "" : limits.join(" … ")];
}

function recordingText(recording: RecordingInspection): string {
  const { file, bytes, profile, library, durationSec, topics, worlds, about, alignment } = recording;
  const made = [profile === "" ? "" : `profile ${profile}`, library === "" ? "" : `written by ${library}`];
  return [
    `${short(file)}: ${["MCAP", size(bytes), `${durationSec.toFixed(3)} s`, ...made].filter(Boolean).join(", ")}\n`,
    ...Object.entries(about).map(([key, value]) => `${key}: ${value.trim()}\n`),
    ...worlds.map((one) => `${worldLine(one)}\n`),
    "\n",
    textTable(
      ["topic", "type", "messages", "rate"],
      topics.map(({ topic, type, messages, rateHz }) => [
        topic,
        type,
        String(messages),
        rateHz === null ? "–" : `${Number(rateHz.toPrecision(4))} Hz`,
      ]),
    ),
    ...(alignment === undefined
      ? []
      : [`\nscenario ${recording.scenario}: ${recording.steps} control steps\n`, alignmentText(alignment)]),
    ...(recording.pictures ?? []).map(picturesText),
    ...(recording.session === undefined ? [] : [sessionHint(recording.session)]),
  ].join("");
}

function sessionHint({ frames, actions }: NonNullable<RecordingInspection["session"]>): string {
  const topic = ([first]: readonly string[]): string => `{ topic: ${first} }`;
  return `whether what it shows responds, a session says (docs/sessions.md): frames: ${topic(frames)}, actions: ${topic(actions)}\n`;
}

function worldLine({
  prefix,
  source,
  scenario,
  world,
  policy,
  outcome,
  margin,
}: RecordingInspection["worlds"][number]): string {
  const what = [
    { rollout: "a rollout", lanes: "rollouts of many lanes", import: "an imported log" }[source] ?? source,
    ...(world === undefined ? [] : [`in ${world}`]),
    ...(policy === undefined ? [] : [`by ${policy}`]),
    ...(scenario === undefined ? [] : [`of scenario ${scenario}`]),
  ].join(" ");
  const end =
    outcome === undefined
      ? ""
      : `: ${outcome}${typeof margin === "number" ? `, margin ${margin.toFixed(3)}` : ""}`;
  return `${prefix === "" ? "" : `${prefix} `}${what}${end}`;
}

function alignmentText(alignment: NonNullable<RecordingInspection["alignment"]>): string {
  if (alignment.length === 0) return "its samples lie on the control grid\n";
  return textTable(
    ["channel", "topic", "onto the grid by", "samples", "longest gap", "late", "out of order", "repeated"],
    alignment.map(({ channel, topic, method, samples, longestGapSec, late, outOfOrder, repeated }) => [
      channel,
      topic,
      method,
      String(samples),
      `${longestGapSec.toFixed(4)} s`,
      String(late),
      String(outOfOrder),
      String(repeated),
    ]),
  );
}

function evidenceText({
  file,
  of,
  command,
  verdict,
  inputs,
  contents,
  versions,
}: EvidenceInspection): string {
  const intact = contents.filter((one) => one.intact).length;
  return [
    `${short(file)}: evidence of a simgate ${of}, simgate ${versions["simgate"] ?? "?"}\n`,
    `made by: ${command.join(" ")}\n`,
    ...(verdict === undefined
      ? []
      : [`verdict: ${verdict.status}, claim ${verdict.claim ?? "none"}\n${verdict.sentence}\n`]),
    `${intact} of ${contents.length} files as they were written; made from ${inputs.length} files\n\n`,
    textTable(
      ["made from", "file", "sha256"],
      inputs.map(({ role, path, sha256 }) => [role, path, sha256.slice(0, 12)]),
    ),
  ].join("");
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toPrecision(3)} kB` : `${(bytes / 1e6).toPrecision(3)} MB`;
}

/** As short as it can be written from here. */
function short(file: string): string {
  const path = relative(process.cwd(), file);
  return path === "" || path.startsWith("..") ? file : path;
}
