import type { BoundaryMap, BoundarySurface, ExamResult } from "../../../report/result.ts";
import type { EpisodeSummary } from "../../session.ts";

export interface MapDimension {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly range: readonly [number, number];
}

export interface MapPolicy {
  readonly policy: string;
  /** In the order of the map's starts; null: a fault, or not rolled out. */
  readonly truthMargins: readonly (number | null)[];
  readonly candidateMargins: readonly (number | null)[];
  /** Undefined: too few outcomes of one kind to lay a surface through. */
  readonly truth: BoundarySurface | undefined;
  readonly candidate: BoundarySurface | undefined;
}

/** Every start of the panel, with what each policy came to from it in both worlds. */
export interface MapData {
  readonly dimensions: readonly MapDimension[];
  /** `at`: each dimension scaled to [0, 1] of its range. */
  readonly starts: readonly { readonly start: number; readonly at: readonly number[] }[];
  readonly policies: readonly MapPolicy[];
  /** What the surfaces refer to. */
  readonly surfaces: BoundaryMap | undefined;
}

/** From the table of episodes; surfaces from the exam's decision boundary, where it has them. */
export function mapData(result: ExamResult, episodes: readonly EpisodeSummary[]): MapData {
  const surfaces = "undefined" in result.boundary ? undefined : result.boundary.map;
  const dimensions = result.contract.dimensions.map(({ key, unit, range }): MapDimension => ({
    key,
    label: surfaces?.dimensions.find((one) => one.key === key)?.label ?? key.replaceAll("_", " "),
    unit,
    range,
  }));
  const scaled = (values: Readonly<Record<string, number>>): number[] =>
    dimensions.map(({ key, range: [low, high] }) => ((values[key] ?? NaN) - low) / (high - low));
  const starts = new Map<number, readonly number[]>();
  for (const { start, dimensions: values } of episodes) {
    if (!starts.has(start)) starts.set(start, scaled(values));
  }
  const order = [...starts.keys()].sort((a, b) => a - b);
  const place = new Map(order.map((start, i) => [start, i]));
  const policies = new Map<string, { truth: (number | null)[]; candidate: (number | null)[] }>();
  for (const { policy, role, start, margin } of episodes) {
    let of = policies.get(policy);
    if (of === undefined) {
      of = { truth: order.map(() => null), candidate: order.map(() => null) };
      policies.set(policy, of);
    }
    of[role][place.get(start)!] = margin;
  }
  return {
    dimensions,
    starts: order.map((start) => ({ start, at: starts.get(start)! })),
    policies: [...policies].map(([policy, { truth, candidate }]) => {
      const laid = surfaces?.policies.find((one) => one.policy === policy);
      return {
        policy,
        truthMargins: truth,
        candidateMargins: candidate,
        truth: laid?.truth,
        candidate: laid?.candidate ?? undefined,
      };
    }),
    surfaces,
  };
}
