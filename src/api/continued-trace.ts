import type { Trace } from "../core/trace.ts";

/** The steps from `atStep` on. */
export function cutFrom(trace: Trace, atStep: number): Trace {
  const steps = Math.max(0, trace.steps - atStep);
  const rest = (columns: Trace["observation"], rows: number): Record<string, Float64Array> =>
    Object.fromEntries(
      Object.entries(columns).map(([name, values]) => {
        const size = values.length / Math.max(1, rows);
        return [name, values.slice(atStep * size)];
      }),
    );
  const { uncertainty, handOvers } = trace;
  return {
    ...trace,
    steps,
    observation: rest(trace.observation, trace.steps + 1),
    requestedAction: rest(trace.requestedAction, trace.steps),
    appliedAction: rest(trace.appliedAction, trace.steps),
    ...(uncertainty === undefined ? {} : { uncertainty: rest(uncertainty, trace.steps) }),
    ...(handOvers === undefined
      ? {}
      : {
          handOvers: handOvers
            .filter(({ step }) => step >= atStep)
            .map((one) => ({ ...one, step: one.step - atStep })),
        }),
    ...(trace.fault === undefined ? {} : { fault: { ...trace.fault, step: trace.fault.step - atStep } }),
  };
}

/** What the formula judges: the run until it was left, and what came then. */
export function joined(past: Trace, atStep: number, rest: Trace): Trace {
  const observation = Object.entries(past.observation).map(([name, values]) => {
    const size = values.length / (past.steps + 1);
    const all = new Float64Array(atStep * size + rest.observation[name]!.length);
    all.set(values.subarray(0, atStep * size));
    all.set(rest.observation[name]!, atStep * size);
    return [name, all] as const;
  });
  return {
    ...rest,
    start: past.start,
    steps: atStep + rest.steps,
    observation: Object.fromEntries(observation),
  };
}
