import { html, type Markup } from "./markup.ts";

/** Predictions that need no learning, with their names for a reader; the keys also style their lines. */
export const BASELINES = [
  ["persistence", "persistence"],
  ["constantVelocity", "constant velocity"],
  ["linear", "linear model"],
] as const;

export type BaselineName = (typeof BASELINES)[number][0];

/** Legend entries of those that are there. */
export function baselineKeys(present: (name: BaselineName) => boolean): readonly Markup[] {
  return BASELINES.filter(([key]) => present(key)).map(
    ([key, name]) => html`<span class="key"><i class="stroke ${key}"></i>${name}</span>`,
  );
}
