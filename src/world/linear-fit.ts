import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { componentName, difference } from "../core/channels.ts";
import { inputError } from "../core/errors.ts";
import type { Trace } from "../core/trace.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { CardFeature } from "../tensor/card-input.ts";
import type { LinearModel } from "./linear-model.ts";

export interface LinearFitOptions {
  /** Penalty on the squared weights of standardised features, per sample (scikit-learn's alpha ÷ n). Default 1e-6. */
  readonly ridge?: number;
  /** Where the traces come from, kept in the model. */
  readonly description: string;
  readonly files?: LinearModel["fittedOn"]["files"];
}

/** One number a transition. */
interface FeatureSource {
  readonly card: CardFeature;
  readonly read: (trace: Trace, step: number) => number;
}

/**
 * Ridge regression of the change over one control period on the observation, the applied action, the parameters and 1.
 * Angles enter as sine and cosine, so that a full turn changes nothing, and their change is taken on the circle; other
 * channels enter as they are. Features are standardised; the constant is not penalised; features that never vary in
 * the traces get weight 0.
 *
 * Solved by the normal equations, accumulated over the traces, so that memory does not grow with them.
 * @throws SimgateError `input` for traces that are empty, of another control period, or not finite.
 */
export function fitLinear(
  traces: readonly Trace[],
  scenario: Scenario,
  { ridge = 1e-6, description, files = [] }: LinearFitOptions,
): LinearModel {
  checkTraces(traces, scenario);
  const features = featureSources(scenario);
  const targets = targetSources(scenario);
  const [p, q] = [features.length, targets.length];
  const transitions = traces.reduce((sum, trace) => sum + trace.steps, 0);
  const x = new Float64Array(p);
  const y = new Float64Array(q);
  const forEach = (visit: () => void): void => {
    for (const trace of traces) {
      for (let step = 0; step < trace.steps; step++) {
        for (let j = 0; j < p; j++) x[j] = finite(features[j]!.read(trace, step), features[j]!, trace, step);
        for (let k = 0; k < q; k++) y[k] = finite(targets[k]!.read(trace, step), targets[k]!, trace, step);
        visit();
      }
    }
  };

  const mean = new Float64Array(p);
  const bias = new Float64Array(q);
  forEach(() => {
    for (let j = 0; j < p; j++) mean[j]! += x[j]! / transitions;
    for (let k = 0; k < q; k++) bias[k]! += y[k]! / transitions;
  });

  const squares = new Float64Array(p);
  forEach(() => {
    for (let j = 0; j < p; j++) squares[j]! += (x[j]! - mean[j]!) ** 2 / transitions;
  });
  const varies = Array.from(
    squares,
    (square, j) => Math.sqrt(square) > 1e-12 * Math.max(1, Math.abs(mean[j]!)),
  );
  const std = Array.from(squares, (square, j) => (varies[j] ? Math.sqrt(square) : 1));

  const gram = Matrix.zeros(p, p);
  const moment = Matrix.zeros(p, q);
  const z = new Float64Array(p);
  const standardise = (): void => {
    for (let j = 0; j < p; j++) z[j] = varies[j] ? (x[j]! - mean[j]!) / std[j]! : 0;
  };
  forEach(() => {
    standardise();
    for (let i = 0; i < p; i++) {
      for (let j = 0; j <= i; j++) gram.set(i, j, gram.get(i, j) + z[i]! * z[j]!);
      for (let k = 0; k < q; k++) moment.set(i, k, moment.get(i, k) + z[i]! * (y[k]! - bias[k]!));
    }
  });
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < i; j++) gram.set(j, i, gram.get(i, j));
    gram.set(i, i, varies[i] ? gram.get(i, i) + ridge * transitions : 1);
  }
  const cholesky = new CholeskyDecomposition(gram);
  if (!cholesky.isPositiveDefinite()) {
    throw inputError(
      "the features are linearly dependent in these traces, so a fit without ridge has no one answer",
      {
        got: `ridge ${ridge}, ${transitions} transitions, ${p} features`,
        hint: "use a ridge above 0, or traces that move more freely",
      },
    );
  }
  const weights = cholesky.solve(moment);

  const residual = new Float64Array(q);
  forEach(() => {
    standardise();
    for (let k = 0; k < q; k++) {
      let error = y[k]! - bias[k]!;
      for (let j = 0; j < p; j++) error -= weights.get(j, k) * z[j]!;
      residual[k]! += error ** 2 / transitions;
    }
  });
  return {
    schema: "simgate/linear-model@1",
    scenario: scenario.name,
    controlPeriodSec: scenario.controlPeriodSec,
    features: features.map((feature) => feature.card),
    mean: [...mean],
    std,
    outputs: targets.map((target, k) => ({
      channel: target.channel,
      bias: bias[k]!,
      weights: weights.getColumn(k),
      residualStd: Math.sqrt(residual[k]!),
    })),
    ridge,
    fittedOn: { description, files: [...files], traces: traces.length, transitions },
  };
}

function featureSources(scenario: Scenario): FeatureSource[] {
  const observed = scenario.observation.flatMap((channel) =>
    Array.from({ length: channel.size }, (_, c) => {
      const name = componentName(channel, c);
      const value = (trace: Trace, step: number): number =>
        trace.observation[channel.name]![step * channel.size + c]!;
      if (channel.kind !== "angle") {
        return [{ card: { channel: name, transform: "identity" as const }, read: value }];
      }
      return [
        {
          card: { channel: name, transform: "sin" as const },
          read: (t: Trace, s: number) => Math.sin(value(t, s)),
        },
        {
          card: { channel: name, transform: "cos" as const },
          read: (t: Trace, s: number) => Math.cos(value(t, s)),
        },
      ];
    }).flat(),
  );
  const applied = scenario.action.flatMap((channel) =>
    Array.from({ length: channel.size }, (_, c) => ({
      card: { action: componentName(channel, c), transform: "identity" as const },
      read: (trace: Trace, step: number) => trace.appliedAction[channel.name]![step * channel.size + c]!,
    })),
  );
  const parameters = scenario.parameters.map(({ name }) => ({
    card: { parameter: name, transform: "identity" as const },
    read: (trace: Trace) => trace.start.parameters[name] ?? NaN,
  }));
  return [...observed, ...applied, ...parameters];
}

interface TargetSource {
  readonly channel: string;
  readonly read: (trace: Trace, step: number) => number;
}

function targetSources(scenario: Scenario): TargetSource[] {
  return scenario.observation.flatMap((channel) =>
    Array.from({ length: channel.size }, (_, c) => ({
      channel: componentName(channel, c),
      read: (trace: Trace, step: number) => {
        const column = trace.observation[channel.name]!;
        const at = step * channel.size + c;
        return difference(channel.kind, column[at + channel.size]!, column[at]!);
      },
    })),
  );
}

function checkTraces(traces: readonly Trace[], scenario: Scenario): void {
  if (!traces.some((trace) => trace.steps > 0)) {
    throw inputError("there is nothing to fit a linear model on", {
      got: `${traces.length} traces without a step`,
    });
  }
  for (const trace of traces) {
    if (Math.abs(trace.controlPeriodSec - scenario.controlPeriodSec) > 1e-9 * scenario.controlPeriodSec) {
      throw inputError(
        `trace #${trace.start.index} has another control period than scenario ${scenario.name}`,
        {
          expected: `${scenario.controlPeriodSec} s`,
          got: `${trace.controlPeriodSec} s`,
        },
      );
    }
  }
}

function finite(value: number, source: FeatureSource | TargetSource, trace: Trace, step: number): number {
  if (value - value === 0) return value;
  const name = "channel" in source ? `the change of ${source.channel}` : Object.values(source.card)[0];
  throw inputError(`trace #${trace.start.index} has a value that is not finite`, {
    where: `step ${step}`,
    got: `${name} is ${value}`,
  });
}
