import { componentOf } from "../core/component-key.ts";
import { parseSiUnit } from "../core/units.ts";
import type { Problems } from "./problems.ts";
import type {
  ActionChannel,
  Invariant,
  ObservationChannel,
  ParameterSpec,
  Scenario,
  ScenarioRobot,
  StartDimension,
} from "./scenario.ts";
import type { Manifest } from "./schema.ts";

const MATCH_WITHIN_TOLERANCES = 5;

/**
 * The manifest as plain records: defaults filled in, sizes counted, keys of the start box resolved. What is wrong goes to
 * `problems`; the scenario is only to be used if there are none.
 */
export function resolveScenario(
  manifest: Manifest,
  { file, sha256 }: { file: string; sha256: string },
  problems: Problems,
): Scenario {
  const observation = Object.entries(manifest.observation).map(([name, config]) =>
    observationChannel(name, config, problems),
  );
  const action = Object.entries(manifest.action).map(([name, config]) =>
    actionChannel(name, config, problems),
  );
  const parameters = Object.entries(manifest.parameters).map(([name, config]) =>
    parameter(name, config, problems),
  );
  const dimensions = Object.entries(manifest.starts.box).flatMap(([key, range]) => {
    const dimension = startDimension(key, range, { observation, parameters }, problems);
    return dimension === undefined ? [] : [dimension];
  });
  const [first, second] = dimensions;
  const map = manifest.starts.map ?? (first && second && ([first.key, second.key] as const));
  return {
    name: manifest.name,
    title: manifest.title,
    ...defined({ description: manifest.description }),
    file,
    sha256,
    controlPeriodSec: manifest.control.periodSec,
    horizonSteps: horizonSteps(manifest.control, problems),
    observation,
    action,
    derived: Object.entries(manifest.derived).map(([name, config]) => {
      problems.try(["derived", name, "unit"], (where) => parseSiUnit(config.unit, where));
      return { name, ...config };
    }),
    parameters,
    dimensions,
    panel: manifest.starts.panel,
    map,
    success: { formula: manifest.success.formula, ...defined({ ends: manifest.success.ends }) },
    ...(manifest.robot === undefined ? {} : { robot: robotOf(manifest.robot) }),
    objects: Object.entries(manifest.objects).map(([name, { label, position, orientation, ...object }]) => ({
      name,
      position,
      matchWithin:
        object.matchWithin ??
        MATCH_WITHIN_TOLERANCES * (observation.find((one) => one.name === position)?.tolerance ?? 1),
      ...defined({ label, category: object.category, orientation, visible: object.visible }),
    })),
    ...(Object.keys(manifest.poses).length === 0 ? {} : { poses: manifest.poses }),
    ...(Object.keys(manifest.images).length === 0 ? {} : { images: namedImages(manifest) }),
    invariants: Object.entries(manifest.invariants).map(([name, config]) =>
      invariant(name, config, problems),
    ),
    scripts: manifest.scripts,
    stressors: manifest.stressors,
    thresholds: manifest.thresholds,
    truth: manifest.truth,
    ...defined({ baseline: manifest.baseline }),
    worlds: manifest.worlds,
    policies: manifest.policies,
  };
}

function namedImages({ images }: Manifest): NonNullable<Scenario["images"]> {
  return Object.entries(images).map(([name, image]) => ({ name, ...image }));
}

function robotOf({ name, position, orientation, frame }: NonNullable<Manifest["robot"]>): ScenarioRobot {
  return { position, frame, ...defined({ name, orientation }) };
}

function invariant(name: string, config: Manifest["invariants"][string], problems: Problems): Invariant {
  problems.try(["invariants", name, "unit"], (where) => parseSiUnit(config.unit, where));
  const common = { name, unit: config.unit, tolerance: config.tolerance };
  return "conserved" in config
    ? { ...common, rule: "conserved", expression: config.conserved }
    : { ...common, rule: "monotone", expression: config.monotone, direction: config.direction };
}

function observationChannel(
  name: string,
  config: Manifest["observation"][string],
  problems: Problems,
): ObservationChannel {
  const path = ["observation", name];
  const size = shapeOf(path, config, problems);
  if (config.kind === "quaternion" && size !== 4) {
    problems.add([...path, "shape"], "a quaternion has four components (w, x, y, z)", {
      expected: "[4]",
      got: `[${config.shape.join(", ")}]`,
    });
  }
  if (config.kind !== "linear") {
    const unit = config.kind === "angle" ? "rad" : "1";
    if (config.unit !== unit) {
      problems.add([...path, "unit"], `a channel of kind ${config.kind} is in ${unit}`, {
        expected: `"${unit}"`,
        got: `"${config.unit}"`,
      });
    }
  }
  const initial = initialOf(path, size, config, problems);
  const { unit, kind, shape, tolerance } = config;
  return {
    ...{ name, unit, kind, shape, size, tolerance },
    ...defined({ ...optional(config), initial, derivativeOf: config.derivativeOf, mujoco: config.mujoco }),
  };
}

function actionChannel(name: string, config: Manifest["action"][string], problems: Problems): ActionChannel {
  const size = shapeOf(["action", name], config, problems);
  const [lower, upper] = config.limits;
  const { unit, shape, limits } = config;
  const tolerance = config.tolerance ?? 0.01 * (upper - lower);
  return {
    ...{ name, unit, kind: "linear", shape, size, tolerance },
    ...defined({ ...optional(config), derivativeOf: config.derivativeOf, mujoco: config.mujoco }),
    limits,
  };
}

/** Checks what all channels share, and counts the components. */
function shapeOf(
  path: readonly string[],
  { unit, shape, labels, limits }: Manifest["action"][string] | Manifest["observation"][string],
  problems: Problems,
): number {
  problems.try([...path, "unit"], (where) => parseSiUnit(unit, where));
  const size = shape.reduce((product, length) => product * length, 1);
  if (labels !== undefined && labels.length !== size) {
    problems.add([...path, "labels"], "a channel has one label per component", {
      expected: `${size} (shape [${shape.join(", ")}])`,
      got: `${labels.length}`,
    });
  }
  if (labels !== undefined && new Set(labels).size !== labels.length) {
    problems.add([...path, "labels"], "two components have the same label", { got: labels.join(", ") });
  }
  if (limits !== undefined) ordered([...path, "limits"], limits, problems);
  return size;
}

function initialOf(
  path: readonly string[],
  size: number,
  { initial, limits }: Manifest["observation"][string],
  problems: Problems,
): readonly number[] | undefined {
  if (initial === undefined) return undefined;
  const values = typeof initial === "number" ? new Array<number>(size).fill(initial) : initial;
  if (values.length !== size) {
    problems.add([...path, "initial"], "initial has one value per component, or one for all", {
      expected: `${size} values`,
      got: `${values.length}`,
    });
  }
  const outside =
    limits === undefined ? undefined : values.find((value) => value < limits[0] || value > limits[1]);
  if (outside !== undefined) {
    problems.add([...path, "initial"], "initial is outside the channel's limits", {
      expected: `[${limits!.join(", ")}]`,
      got: `${outside}`,
    });
  }
  return values;
}

function parameter(name: string, config: Manifest["parameters"][string], problems: Problems): ParameterSpec {
  const { unit, nominal, limits, mujoco } = config;
  problems.try(["parameters", name, "unit"], (where) => parseSiUnit(unit, where));
  if (limits !== undefined) {
    ordered(["parameters", name, "limits"], limits, problems);
    if (nominal < limits[0] || nominal > limits[1]) {
      problems.add(["parameters", name, "nominal"], "the nominal value is outside the limits", {
        expected: `[${limits.join(", ")}]`,
        got: `${nominal}`,
      });
    }
  }
  return { name, unit, nominal, mujoco, ...defined({ limits }) };
}

function startDimension(
  key: string,
  range: readonly [number, number],
  { observation, parameters }: Pick<Scenario, "observation" | "parameters">,
  problems: Problems,
): StartDimension | undefined {
  const path = ["starts", "box", key];
  ordered(path, range, problems, "may be equal");
  const inside = (limits: readonly [number, number] | undefined): void => {
    if (limits !== undefined && (range[0] < limits[0] || range[1] > limits[1])) {
      problems.add(path, `the range of "${key}" goes beyond its limits`, {
        expected: `inside [${limits.join(", ")}]`,
        got: `[${range.join(", ")}]`,
      });
    }
  };
  const named = parameters.find(({ name }) => name === key);
  if (named !== undefined) {
    inside(named.limits);
    return { key, unit: named.unit, range, target: { kind: "parameter", parameter: key } };
  }
  const names = [...observation, ...parameters.map(asChannel)];
  const found = problems.try(path, (where) => componentOf(names, key, where));
  if (found === undefined) return undefined;
  const { channel, component } = found;
  if (channel.kind === "quaternion") {
    problems.add(path, "components of a quaternion cannot be varied alone", {
      hint: "give the orientation as initial",
    });
  }
  inside(channel.limits);
  return { key, unit: channel.unit, range, target: { kind: "channel", channel: channel.name, component } };
}

/** A parameter as a candidate in `did you mean`. */
function asChannel({ name, unit }: ParameterSpec): ObservationChannel {
  return { name, unit, kind: "linear", shape: [], size: 1, tolerance: 1 };
}

function horizonSteps({ periodSec, horizonSec }: Manifest["control"], problems: Problems): number {
  const steps = Math.round(horizonSec / periodSec);
  if (steps < 1 || Math.abs(steps * periodSec - horizonSec) > 1e-6 * periodSec) {
    const whole = Math.max(1, steps);
    problems.add(["control", "horizonSec"], "the horizon is not a whole number of control periods", {
      expected: `a multiple of ${periodSec} s, e.g. ${Number((whole * periodSec).toPrecision(12))}`,
      got: `${horizonSec} s`,
    });
  }
  return steps;
}

function ordered(
  path: readonly string[],
  [lower, upper]: readonly [number, number],
  problems: Problems,
  equal?: "may be equal",
): void {
  if (lower < upper || (equal !== undefined && lower === upper)) return;
  problems.add(path, "a range is written [lower, upper]", { got: `[${lower}, ${upper}]` });
}

function optional({
  labels,
  frame,
  limits,
  ros,
}: Manifest["action"][string] | Manifest["observation"][string]): {
  labels: readonly string[] | undefined;
  frame: string | undefined;
  limits: readonly [number, number] | undefined;
  ros: Manifest["action"][string]["ros"];
} {
  return { labels, frame, limits, ros };
}

/** Leaves out keys that are undefined. */
function defined<T extends object>(record: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
