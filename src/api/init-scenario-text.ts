import type { MjcfDescription } from "../world/mujoco/describe-model.ts";
import type {
  DraftAction,
  DraftChannel,
  DraftChannels,
  DraftDimension,
  DraftObservation,
} from "./init-scenario-draft.ts";
import { rounded } from "./init-scenario-names.ts";

/** Begins a remark on a line that a person should look at. */
export const DECIDE = "# ← decide:";

const CONTROL_PERIOD_SEC = 0.02;
const HORIZON_SEC = 5;
const PANEL_COUNT = 32;
/** More dimensions than this make a box that nobody can picture. */
const MOST_DIMENSIONS = 6;

export interface ScaffoldNames {
  readonly name: string;
  readonly title: string;
  /** Path of the MJCF as the manifest names it. */
  readonly model: string;
}

/** A manifest (YAML) for a model: it loads and runs as it is, and marks what only its author can know. */
export function manifestText(
  description: MjcfDescription,
  { observation, action, dimensions }: DraftChannels,
  { name, title, model }: ScaffoldNames,
): string {
  const steps = Math.max(1, Math.round(CONTROL_PERIOD_SEC / description.timestepSec));
  const periodSec = rounded(steps * description.timestepSec);
  const horizonSec = rounded(Math.round(HORIZON_SEC / periodSec) * periodSec);
  const box = dimensions.slice(0, MOST_DIMENSIONS);
  return [
    "schema: simgate/scenario@1",
    `name: ${name}`,
    `title: ${JSON.stringify(title)} ${DECIDE} what the task is, in a few words`,
    "",
    "control:",
    `  periodSec: ${periodSec} ${DECIDE} how often the policy acts; here every ${steps} timesteps of ${description.timestepSec} s`,
    `  horizonSec: ${horizonSec} ${DECIDE} how long a rollout lasts`,
    "",
    "observation:",
    ...observation.flatMap(observationLines),
    "",
    ...(action.length === 0 ? ["action: {}"] : ["action:", ...action.flatMap(actionLines)]),
    "",
    ...startLines(box, dimensions.length),
    "",
    "success:",
    `  formula: ${successFormula(observation, box, horizonSec)} ${DECIDE} what counts as success`,
    "",
    ...scriptLines(action, horizonSec),
    "truth: mujoco",
    "# baseline: linear",
    "",
    "worlds:",
    `  mujoco: { kind: mujoco, model: ${JSON.stringify(model)} }`,
    "  # The baseline that a learned world must beat; make it with: simgate fit <this file> --out models/linear.json",
    "  # linear: { kind: linear, model: models/linear.json }",
    "  # A learned world; its card begins with: simgate init card models/model.onnx --scenario <this file> --out models/model.world.yaml",
    "  # learned: { kind: onnx, card: models/model.world.yaml }",
    "",
    ...policyLines(action),
  ]
    .join("\n")
    .concat("\n");
}

function observationLines(channel: DraftObservation): string[] {
  const { kind, tolerance, derivativeOf, initial } = channel;
  return [
    ...channelLines(channel),
    ...(kind === undefined ? [] : [`    kind: ${kind}`]),
    `    tolerance: ${tolerance} ${DECIDE} how far off the task can bear, in ${kind === "quaternion" ? "rad" : channel.unit}`,
    ...(derivativeOf === undefined ? [] : [`    derivativeOf: ${derivativeOf}`]),
    ...(initial === undefined ? [] : [`    initial: [${initial.map(rounded).join(", ")}]`]),
    `    mujoco: ${channel.mujoco}`,
  ];
}

function actionLines(channel: DraftAction): string[] {
  return [
    ...channelLines(channel),
    `    limits: [${channel.limits.map(rounded).join(", ")}]`,
    `    mujoco: ${channel.mujoco}`,
  ];
}

function channelLines({ name, unit, labels, decide }: DraftChannel): string[] {
  return [
    `  ${name}:`,
    `    unit: ${unit === "1" ? '"1"' : unit}${decide === undefined ? "" : ` ${DECIDE} ${decide}`}`,
    ...(labels === undefined
      ? []
      : [`    shape: [${labels.length}]`, `    labels: [${labels.map(labelText).join(", ")}]`]),
  ];
}

/** `joint_pos[elbow]` needs quotes in a list. */
function keyText(key: string): string {
  return key.includes("[") ? JSON.stringify(key) : key;
}

/** YAML 1.1 readers take a bare y for true. */
function labelText(label: string): string {
  return /^[ynYN]$/.test(label) ? `"${label}"` : label;
}

function startLines(box: readonly DraftDimension[], all: number): string[] {
  const [first, second] = box;
  const rest = all > box.length ? `; ${all - box.length} more values stay at rest` : "";
  return [
    "starts:",
    ...(box.length === 0
      ? [`  box: {} ${DECIDE} what differs between starts; as it is, all are the same`]
      : [
          `  box: ${DECIDE} how far starts go from rest (parameters may be added)${rest}`,
          ...box.map(({ key, range }) => `    ${keyText(key)}: [${range.join(", ")}]`),
        ]),
    `  panel: { method: sobol, count: ${PANEL_COUNT}, seed: 1 } ${DECIDE} how many starts the exam has`,
    ...(first !== undefined && second !== undefined
      ? [`  map: [${keyText(first.key)}, ${keyText(second.key)}]`]
      : []),
  ];
}

/** Something true of a robot that stays about where it rests, so that the scaffold can be run. */
function successFormula(
  observation: readonly DraftObservation[],
  [first]: readonly DraftDimension[],
  horizonSec: number,
): string {
  const from = rounded(Math.max(0, horizonSec - 1));
  const held = (what: string): string => `always[${from},${horizonSec}] ${what}`;
  if (first === undefined) {
    const position = observation[0]!;
    return held(
      `abs(${position.name}[${position.labels?.[0] ?? 0}]) < 10${position.unit === "m" ? " m" : ""}`,
    );
  }
  const { key, unit, rest } = first;
  const away = rest === 0 ? key : `${key} - ${rounded(rest)} ${unit}`;
  return held(`abs(${away}) < 0.5 ${unit}`);
}

/** One command and its opposite: what shows whether a world follows its actions. */
function scriptLines(action: readonly DraftAction[], horizonSec: number): string[] {
  const [first] = action;
  if (first === undefined) return [];
  const [lower, upper] = first.limits;
  const rest = resting(first);
  const key = componentsOf(first)[0]!;
  const step = (value: number): string =>
    `[{ fromSec: 0, toSec: ${Math.min(0.5, horizonSec)}, set: { ${key}: ${rounded((rest + value) / 2)} } }]`;
  return [
    `scripts: ${DECIDE} pushes that should tell a good world from one that ignores its actions`,
    "  push:",
    `    steps: ${step(upper)}`,
    `    counterfactual: ${step(lower)}`,
    "",
  ];
}

function policyLines(action: readonly DraftAction[]): string[] {
  if (action.length === 0) {
    return [
      `policies: ${DECIDE} nothing in the MJCF can be commanded`,
      "  zero: { kind: scripted, action: {} }",
    ];
  }
  const values = action.flatMap((channel) =>
    componentsOf(channel).map((key) => `      ${key}: ${JSON.stringify(String(resting(channel)))}`),
  );
  const noise = action.flatMap((channel) => {
    const [lower, upper] = channel.limits;
    return componentsOf(channel).map((key) => `      ${key}: ${rounded(0.1 * (upper - lower))}`);
  });
  return [
    `policies: ${DECIDE} replace these two by policies worth ranking, good and bad ones`,
    "  zero:",
    "    kind: scripted",
    "    action:",
    ...values,
    "  random: # zero plus noise: it moves everything a little",
    "    kind: scripted",
    "    action:",
    ...values,
    "    noise:",
    ...noise,
    "  # network: { kind: onnx, card: policies/network.policy.yaml }",
  ];
}

function componentsOf({ name, labels }: DraftAction): string[] {
  return labels === undefined ? [name] : labels.map((label) => `"${name}[${label}]"`);
}

/** No command, or the smallest that the limits allow. */
function resting({ limits: [lower, upper] }: DraftAction): number {
  return rounded(Math.min(Math.max(0, lower), upper));
}
