import { describe, expect, it } from "vitest";
import { loadReach, reachProblem } from "./manifests.ts";

const declare = (text: string) => ["objects:\n", `invariants:\n${text}\nobjects:\n`] as const;

describe("the invariants of a manifest", () => {
  it("are read with their rule, unit and tolerance", async () => {
    const { invariants } = await loadReach(
      declare(
        '  cup_norm: { conserved: "norm(cup)", unit: "1", tolerance: 1e-6 }\n' +
          '  lift: { monotone: "payload * tip[z]", direction: decreasing, unit: kg m, tolerance: 0.1 }\n' +
          '  height: { monotone: "tip[z]", unit: m, tolerance: 0.01 }',
      ),
    );
    expect(invariants).toEqual([
      { name: "cup_norm", rule: "conserved", expression: "norm(cup)", unit: "1", tolerance: 1e-6 },
      {
        name: "lift",
        rule: "monotone",
        direction: "decreasing",
        expression: "payload * tip[z]",
        unit: "kg m",
        tolerance: 0.1,
      },
      {
        name: "height",
        rule: "monotone",
        direction: "increasing",
        expression: "tip[z]",
        unit: "m",
        tolerance: 0.01,
      },
    ]);
    expect((await loadReach()).invariants).toEqual([]);
  });

  it("have the unit they say, and name what is there", async () => {
    expect(await reachProblem(declare('  lift: { conserved: "tip[z]", unit: J, tolerance: 1 }'))).toMatch(
      /invariants\.lift\.conserved: "tip\[z\]" has the wrong unit[^]*expected: J/,
    );
    expect(await reachProblem(declare('  lift: { conserved: "tp[z]", unit: m, tolerance: 1 }'))).toMatch(
      /invariants\.lift\.conserved.*"tp"[^]*"tip"/,
    );
    expect(await reachProblem(declare('  lift: { conserved: "tip[z]", unit: cm, tolerance: 1 }'))).toMatch(
      /invariants\.lift\.unit/,
    );
  });

  it("say one thing, conserved or monotone", async () => {
    expect(await reachProblem(declare('  lift: { kept: "tip[z]", unit: m, tolerance: 1 }'))).toMatch(
      /invariants\.lift/,
    );
    expect(
      await reachProblem(declare('  lift: { conserved: "tip[z]", unit: m, tolerance: 1, direction: up }')),
    ).toMatch(/direction/);
  });
});
