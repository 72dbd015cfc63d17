/** What the coverage benches count and print. */
import type { Interval } from "../src/metrics/estimate.ts";

/** Repeats a case. */
export const REPEATS = 2000;

export class Coverage {
  #held = 0;
  #count = 0;
  #width = 0;

  add(interval: Interval, value: number): void {
    this.#count++;
    this.#width += interval[1] - interval[0];
    // Published formulas meet at the ends: 1 − 2⁻⁵³ holds 1.
    if (interval[0] <= value + 1e-12 && value <= interval[1] + 1e-12) this.#held++;
  }

  get share(): number {
    return this.#held / this.#count;
  }

  get width(): number {
    return this.#width / this.#count;
  }

  get count(): number {
    return this.#count;
  }
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Within 1.5 points of what was asked, above it, or below. */
export function judged(share: number, asked = 0.95): string {
  if (share < asked - 0.015) return "**below**";
  return share > asked + 0.015 ? "conservative" : "as asked";
}

export function table(title: string, header: readonly string[], rows: readonly (readonly string[])[]): void {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  console.log(
    [`\n### ${title}\n`, line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n"),
  );
}
