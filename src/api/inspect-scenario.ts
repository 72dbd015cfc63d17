import { checkPolicy, policyRef, worldRef } from "../compose.ts";
import type { ChannelSpec } from "../core/channels.ts";
import { SimgateError } from "../core/errors.ts";
import type { ImageSpec } from "../core/picture.ts";
import type { WorldConfig } from "../scenario/schema.ts";
import { loadScenario } from "../scenario/load.ts";
import { drawPanel } from "../scenario/panel.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { problemOf } from "./inspect-problem.ts";
import type { ProbeErrorReport } from "./probe-error.ts";

export interface ScenarioInspection {
  readonly kind: "scenario";
  readonly file: string;
  readonly sha256: string;
  readonly name: string;
  readonly title: string;
  readonly controlPeriodSec: number;
  readonly horizonSec: number;
  readonly observation: readonly ChannelSummary[];
  readonly action: readonly ChannelSummary[];
  readonly parameters: readonly { readonly name: string; readonly unit: string; readonly nominal: number }[];
  /** Absent: it declares no pictures. */
  readonly images?: readonly ImageSummary[];
  readonly panel: { readonly method: string; readonly count: number; readonly seed: number };
  readonly formula: string;
  readonly truth: string;
  readonly baseline?: string;
  readonly worlds: readonly Part[];
  readonly policies: readonly Part[];
  readonly problems: readonly string[];
}

export type ChannelSummary = Pick<ChannelSpec, "name" | "unit" | "kind" | "size" | "tolerance" | "limits">;

/** An image channel, and how often the probe errs in finding the scenario's objects in it. */
export interface ImageSummary extends ImageSpec {
  readonly objects: readonly string[];
  /** Absent where no object is drawn in it, or truth cannot be rolled out: one of the problems then says why. */
  readonly probe?: ProbeErrorReport;
}

/** A world or policy of the scenario; `problem` is why it cannot be opened. */
export interface Part {
  readonly name: string;
  readonly kind: string;
  readonly problem?: string;
  /** Of a world that is put together of others: how. */
  readonly made?: string;
}

/**
 * Opens everything that a scenario names, once.
 * @throws SimgateError `input` if the manifest itself is wrong: there is nothing to show then.
 */
export async function inspectScenario(path: string): Promise<ScenarioInspection> {
  const { scenario, problem } = await load(path);
  const worlds: Part[] = [];
  for (const [name, config] of Object.entries(scenario.worlds)) {
    const opened = part(name, config.kind, await problemOf(() => worldRef(scenario, name)));
    const made = madeText(config);
    worlds.push(made === undefined ? opened : { ...opened, made });
  }
  const policies: Part[] = [];
  for (const [name, { kind }] of Object.entries(scenario.policies)) {
    const found = await problemOf(() => checkPolicy(scenario, policyRef(scenario, name)));
    policies.push(part(name, kind, found));
  }
  const { images, problems: imageProblems } = await imageSummaries(scenario);
  let count = 0;
  const panelProblem = await problemOf(async () => (count = drawPanel(scenario).length));
  const { name, title, file, sha256, controlPeriodSec, horizonSteps, panel, success } = scenario;
  return {
    kind: "scenario",
    ...{ file, sha256, name, title, controlPeriodSec },
    horizonSec: horizonSteps * controlPeriodSec,
    observation: scenario.observation.map(summaryOf),
    action: scenario.action.map(summaryOf),
    parameters: scenario.parameters.map(({ name, unit, nominal }) => ({ name, unit, nominal })),
    ...(images.length === 0 ? {} : { images }),
    panel: { method: panel.method, count, seed: panel.seed },
    formula: success.formula,
    truth: scenario.truth,
    ...(scenario.baseline === undefined ? {} : { baseline: scenario.baseline }),
    worlds,
    policies,
    problems: [
      ...(problem === undefined ? [] : [problem]),
      ...(panelProblem === undefined ? [] : [panelProblem]),
      // A file that is not there has been said above, for all of them.
      ...(problem === undefined
        ? [
            ...worlds.flatMap((one) => sentence("world", one)),
            ...policies.flatMap((one) => sentence("policy", one)),
            ...imageProblems,
          ]
        : []),
    ],
  };
}

/** A manifest that is right but names files that are not there can still be shown. */
async function load(path: string): Promise<{ scenario: Scenario; problem?: string }> {
  try {
    return { scenario: await loadScenario(path) };
  } catch (strict) {
    if (!(strict instanceof SimgateError)) throw strict;
    return { scenario: await loadScenario(path, { missingFiles: "allow" }), problem: strict.message };
  }
}

async function imageSummaries(
  scenario: Scenario,
): Promise<{ readonly images: readonly ImageSummary[]; readonly problems: readonly string[] }> {
  const images: ImageSummary[] = [];
  const problems: string[] = [];
  for (const image of scenario.images ?? []) {
    const objects = image.shapes.flatMap(({ object }) => object ?? []);
    let probe: ProbeErrorReport | undefined;
    const problem =
      objects.length === 0
        ? undefined
        : await problemOf(async () => {
            const { measureProbe } = await import("./probe-error.ts");
            probe = await measureProbe(scenario, image);
          });
    if (problem !== undefined) problems.push(`image ${image.name}: ${problem}`);
    const { name, size } = image;
    images.push({ name, size, objects, ...(probe === undefined ? {} : { probe }) });
  }
  return { images, problems };
}

/** Undefined for a world of one piece. */
function madeText(config: WorldConfig): string | undefined {
  if (config.kind === "residual")
    return `${config.base} makes every step, and a learned residual is added to it`;
  if (config.kind !== "switched") return undefined;
  const { learned, physics, when, hysteresis, uncertainty, dwellSteps } = config;
  const doubt = uncertainty && `its uncertainty is above ${uncertainty.above} tolerances`;
  const causes = [
    ...Object.entries(when).map(([cause, formula]) => `${cause} (${formula.trim()})`),
    ...(doubt === undefined ? [] : [doubt]),
  ];
  const stays = [
    ...(dwellSteps > 1 ? [`for ${dwellSteps} steps at least`] : []),
    ...(hysteresis > 0 ? [`until they are broken by ${hysteresis} tolerances`] : []),
    ...(uncertainty?.below === undefined ? [] : [`until it is certain to ${uncertainty.below} tolerances`]),
  ];
  return `${learned} drives, and hands over to ${physics} while ${causes.join(", or ")}${stays.map((stay) => `, ${stay}`).join("")}`;
}

function part(name: string, kind: string, problem: string | undefined): Part {
  return { name, kind, ...(problem === undefined ? {} : { problem }) };
}

function sentence(what: string, { name, problem }: Part): string[] {
  return problem === undefined ? [] : [`${what} ${name}: ${problem}`];
}

function summaryOf({ name, unit, kind, size, tolerance, limits }: ChannelSpec): ChannelSummary {
  return { name, unit, kind, size, tolerance, ...(limits === undefined ? {} : { limits }) };
}
