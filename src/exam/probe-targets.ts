import { componentName } from "../core/channels.ts";
import type { Start } from "../core/trace.ts";
import type { Columns } from "../metrics/divergence.ts";
import type { Scenario } from "../scenario/scenario.ts";

/** One true quantity that a latent state may keep. An angle is read as its cosine and sine. */
export interface ProbeTarget {
  readonly name: string;
  readonly kind: "observation" | "parameter";
  readonly unit: string;
  /** In `unit`; a spread below says nothing. */
  readonly tolerance: number;
  /** The values to be read at one step of a stretch of truth. */
  readonly read: (truth: Columns, start: Start, step: number) => number[];
  /** A start with the quantity changed by so much. */
  readonly shifted: (start: Start, by: number) => Start;
  /** Channel and component it is seen in; undefined for a parameter. */
  readonly seenIn?: { readonly channel: string; readonly component: number };
}

/** Every component of every channel but orientations, and every parameter that varies over the starts. */
export function probeTargets(scenario: Scenario, starts: readonly Start[]): readonly ProbeTarget[] {
  const observed = scenario.observation
    .filter(({ kind }) => kind !== "quaternion")
    .flatMap((channel) =>
      Array.from({ length: channel.size }, (_, component): ProbeTarget => {
        const { name, size, kind, unit, tolerance } = channel;
        return {
          name: componentName(channel, component),
          kind: "observation",
          unit,
          tolerance,
          read: (truth, _start, step) => {
            const one = truth[name]![step * size + component]!;
            return kind === "angle" ? [Math.cos(one), Math.sin(one)] : [one];
          },
          shifted: (start, by) => {
            const values = [...(start.initial[name] ?? new Array<number>(size).fill(0))];
            values[component]! += by;
            return { ...start, initial: { ...start.initial, [name]: values } };
          },
          seenIn: { channel: name, component },
        };
      }),
    );
  const parameters = scenario.parameters
    .filter(({ name }) => new Set(starts.map(({ parameters: own }) => own[name])).size > 1)
    .map(({ name, unit }): ProbeTarget => ({
      name,
      kind: "parameter",
      unit,
      tolerance: 0,
      read: (_truth, start) => [start.parameters[name]!],
      shifted: (start, by) => ({
        ...start,
        parameters: { ...start.parameters, [name]: start.parameters[name]! + by },
      }),
    }));
  return [...observed, ...parameters];
}
