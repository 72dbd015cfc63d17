import { describe, expect, it } from "vitest";
import {
  calibrate,
  type CalibrationPlan,
  type PlannedDefect,
  type PropertyFinding,
  type PropertyFindings,
} from "../../src/exam/calibrate.ts";
import type { WorldRef } from "../../src/exam/contract.ts";
import type { RolloutRequest, Rollouts } from "../../src/exam/rollouts.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { calibrationSchema } from "../../src/report/calibration-result.ts";
import { closedLoop } from "../../src/rollout/closed-loop.ts";
import { openLoop } from "../../src/rollout/open-loop.ts";
import type { Defect } from "../../src/scenario/defect.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import { planted, tableScenario, TableWorld } from "../world/defects/table-world.ts";

const pass: PropertyFinding = { status: "pass", score: 1 };
const fail: PropertyFinding = { status: "fail", score: 0.25 };
const unsure: PropertyFinding = { status: "insufficient", score: 0.75 };
const none: PropertyFinding = { status: "undefined", score: null };

const findings = (more: Partial<PropertyFindings> = {}): PropertyFindings => ({
  controllability: pass,
  temporalConsistency: pass,
  objectPersistence: { status: "not-applicable", score: null },
  resetReproducibility: pass,
  taskValidity: pass,
  policyTransfer: pass,
  optimism: pass,
  decisionBoundary: none,
  ...more,
});

const truth: WorldRef = {
  name: "table",
  config: { kind: "linear", model: "" },
  stochastic: false,
  respondsToActions: true,
};

const planned = (kind: Defect["kind"], severity: Defect["severity"] = "middle"): PlannedDefect => ({
  kind,
  severity,
  does: "something",
  magnitude: "much",
  meantFor: ["controllability", "taskValidity"],
  notApplicable: null,
});

const plan = (more: Partial<CalibrationPlan> = {}): CalibrationPlan => ({
  scenario: tableScenario,
  truth,
  twin: { ...truth, name: "table-again" },
  policies: [{ name: "strong", config: { kind: "scripted" } }],
  starts: 40,
  seeds: [1, 2, 3, 4],
  defects: [],
  ...more,
});

const noRollouts: Rollouts = { run: () => Promise.reject(new Error("nothing is to be rolled out")) };

/** What the exams found is given; nothing is rolled out. */
const given = (of: (seed: number, defect: Defect | undefined) => PropertyFindings) => ({
  rollouts: () => () => noRollouts,
  kept: {
    get: (seed: number, defect: Defect | undefined) => Promise.resolve(of(seed, defect)),
    put: () => Promise.reject(new Error("it was kept before")),
  },
});

describe("what a calibration makes of its exams", () => {
  it("calls an exam sound that passes truth and catches the defect by a property meant for it", async () => {
    const result = await calibrate(
      plan({ defects: [planned("jump")] }),
      given((_seed, defect) => findings(defect && { taskValidity: unsure })),
    );
    expect(result.verdict).toEqual({ sound: true, missed: [] });
    expect(result.truthPasses).toMatchObject({ value: 1, n: 4 });
    const [{ found, caught }] = result.defects as [(typeof result.defects)[number]];
    expect(found!.taskValidity).toMatchObject({ alarms: 4, n: 4, medianScore: 0.75 });
    expect(found!.controllability).toMatchObject({ alarms: 0, n: 4 });
    expect(caught).toMatchObject({ byOneMeant: { value: 1 }, byAny: { value: 1 } });
    expect(calibrationSchema.parse(result)).toEqual(result);
  });

  it("adds up what different properties catch in different seeds", async () => {
    const result = await calibrate(
      plan({ defects: [planned("jump")] }),
      given((seed, defect) =>
        findings(defect && (seed % 2 === 0 ? { taskValidity: fail } : { controllability: fail })),
      ),
    );
    const [{ found, caught }] = result.defects as [(typeof result.defects)[number]];
    expect([found!.taskValidity.alarms, found!.controllability.alarms]).toEqual([2, 2]);
    expect(caught!.byOneMeant).toMatchObject({ value: 1, n: 4 });
  });

  it("says what is missed: by those it is meant for at middle, by all at high severity, nothing at low", async () => {
    const result = await calibrate(
      plan({ defects: [planned("jump", "low"), planned("jump"), planned("noise", "high")] }),
      given((seed, defect) =>
        findings(
          defect?.kind === "jump"
            ? { temporalConsistency: fail }
            : defect?.kind === "noise" && seed > 1
              ? { temporalConsistency: fail }
              : {},
        ),
      ),
    );
    expect(result.verdict.sound).toBe(false);
    expect(result.verdict.missed).toEqual([
      "jump, middle severity, is caught by controllability or taskValidity in 0 of 4 seeds, 95 % required",
      "noise, high severity, is caught by anything at all in 3 of 4 seeds, 95 % required",
    ]);
  });

  it("does not count as a detection what truth of the same seed sets off too", async () => {
    const result = await calibrate(
      plan({ defects: [planned("jump")] }),
      given((seed, defect) => findings(seed === 1 || defect !== undefined ? { taskValidity: unsure } : {})),
    );
    expect(result.falseAlarms.taskValidity).toMatchObject({ alarms: 1, n: 4 });
    expect(result.defects[0]!.found!.taskValidity).toMatchObject({ alarms: 3, n: 4 });
    expect(result.verdict.missed).toEqual([
      "truth against itself passes every axis in 3 of 4 seeds, 98 % required",
      "jump, middle severity, is caught by controllability or taskValidity in 3 of 4 seeds, 95 % required",
    ]);
  });

  it("takes a score that a defect takes away for an alarm, and one that truth lacks too for nothing", async () => {
    const result = await calibrate(
      plan({ defects: [planned("jump")] }),
      given((_seed, defect) => findings(defect && { controllability: none })),
    );
    expect(result.defects[0]!.found!.controllability).toMatchObject({ alarms: 4 });
    expect(result.falseAlarms.decisionBoundary).toEqual({
      alarms: 0,
      n: 0,
      rate: { undefined: "truth itself has no score" },
      medianScore: null,
    });
    expect(result.falseAlarms.objectPersistence.rate).toEqual({
      undefined: "not applicable to this scenario",
    });
  });

  it("keeps a defect that cannot be planted in the table, with the reason, and does not ask for it", async () => {
    const asked: (Defect | undefined)[] = [];
    const result = await calibrate(
      plan({ defects: [{ ...planned("colour-shift"), notApplicable: "there is no picture" }] }),
      given((_seed, defect) => {
        asked.push(defect);
        return findings();
      }),
    );
    expect(asked).toEqual([undefined, undefined, undefined, undefined]);
    expect(result.defects).toMatchObject([
      { notApplicable: "there is no picture", found: null, caught: null },
    ]);
    expect(result.verdict.sound).toBe(true);
  });

  it("plants a severity in as many seeds as it is given, and counts the exams", async () => {
    const seen: number[] = [];
    const result = await calibrate(
      plan({ defects: [planned("jump"), planned("jump", "high")], defectSeeds: { high: 2 } }),
      {
        ...given((_seed, defect) => findings(defect && { taskValidity: fail })),
        onExam: (done, exams) => seen.push(exams - done),
        atOnce: 3,
      },
    );
    expect(result.defects.map(({ seeds }) => seeds)).toEqual([4, 2]);
    expect(seen).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  });

  it("stops when it is told to, between two exams", async () => {
    let exams = 0;
    const stopped = calibrate(plan({ defects: [planned("jump")] }), {
      ...given(() => findings()),
      check: () => {
        if (exams++ === 3) throw new Error("stopped");
      },
    });
    await expect(stopped).rejects.toThrow("stopped");
    expect(exams).toBe(4);
  });
});

describe("a calibration of the table with two pucks", () => {
  const scenario: Scenario = {
    ...tableScenario,
    scripts: {
      right: {
        steps: [{ fromSec: 0, toSec: 2, set: { "push[x]": 0.5 } }],
        counterfactual: [{ fromSec: 0, toSec: 2, set: { "push[x]": -0.5 } }],
      },
    },
  };

  it("passes truth against itself, and sees an object that vanishes where it is to be seen", async () => {
    const asked: RolloutRequest[] = [];
    const result = await calibrate(
      plan({
        scenario,
        policies: ["strong", "weak"].map((name) => ({ name, config: { kind: "scripted" } })),
        seeds: [1],
        defects: [{ ...planned("vanishing-object"), meantFor: ["objectPersistence"] }],
      }),
      { rollouts: () => () => tableRollouts(scenario, asked) },
    );
    expect(result.truthPasses).toMatchObject({ value: 1, n: 1 });
    expect(result.verdict).toEqual({ sound: true, missed: [] });
    const [{ found }] = result.defects as [(typeof result.defects)[number]];
    expect(found!.objectPersistence).toMatchObject({ alarms: 1 });
    expect(found!.controllability).toMatchObject({ alarms: 0 });
    expect(found!.resetReproducibility).toMatchObject({ alarms: 0 });
    // The twin is rolled out for itself, and the defect is planted in the twin.
    expect(new Set(asked.map(({ world }) => `${world.name} ${world.defect?.kind ?? ""}`))).toEqual(
      new Set(["table ", "table-again ", "table-again vanishing-object"]),
    );
  });
});

describe("a calibration of a stochastic table", () => {
  it("sees that a seed has nothing to decide", async () => {
    const stochastic = { stochastic: true };
    const result = await calibrate(
      plan({
        truth: { ...truth, ...stochastic },
        twin: { ...truth, ...stochastic, name: "table-again" },
        policies: [{ name: "strong", config: { kind: "scripted" } }],
        seeds: [1],
        defects: (["low", "high"] as const).map((severity): PlannedDefect => ({
          ...planned("ignored-seed", severity),
          meantFor: ["resetReproducibility"],
        })),
      }),
      { rollouts: () => () => tableRollouts(tableScenario, [], stochastic) },
    );
    expect(result.falseAlarms.resetReproducibility).toMatchObject({ alarms: 0 });
    const scores = result.defects.map(({ found }) => found!.resetReproducibility);
    expect(scores).toMatchObject([{ alarms: 1 }, { alarms: 1, medianScore: 0 }]);
    // Two seeds are both ignored in one of sixteen starts.
    expect(scores[0]!.medianScore).toBeGreaterThan(0.8);
  });
});

/** Opens a fresh table for every request; the policies push red towards 1 m. */
function tableRollouts(
  scenario: Scenario,
  asked: RolloutRequest[],
  options: { stochastic?: boolean } = {},
): Rollouts {
  return {
    run: async (requests) =>
      Promise.all(
        requests.map(async (request) => {
          asked.push(request);
          const { world: ref, drive, starts, warmUp, horizonSteps } = request;
          const world =
            ref.defect === undefined
              ? new TableWorld(options)
              : planted(ref.defect, new TableWorld(options), scenario);
          const roll = async (of: typeof starts) => {
            if (drive.kind === "policy") {
              return closedLoop(world, towardsOne(drive.policy.name === "strong" ? 1 : 0.02), of, {
                horizonSteps,
              });
            }
            return openLoop(
              world,
              of,
              of.map((_, lane) => drive.actions[lane % drive.actions.length]!),
              {},
            );
          };
          if (warmUp !== undefined) await roll(warmUp);
          return (await roll(starts)).tape.traces();
        }),
      ),
  };
}

function towardsOne(gain: number): Policy {
  return {
    spec: {
      name: "towards one",
      observation: tableScenario.observation,
      action: tableScenario.action,
      controlPeriodSec: tableScenario.controlPeriodSec,
      chunkLength: 1,
      stateful: false,
      deterministic: true,
    },
    reset: () => Promise.resolve(),
    act: ({ lanes, step, columns }) => {
      const push = new Float64Array(2 * lanes);
      for (let lane = 0; lane < lanes; lane++) push[2 * lane] = gain * (1 - columns["red"]![2 * lane]!);
      return Promise.resolve({ actions: [{ lanes, step, columns: { push } }] });
    },
    close: () => Promise.resolve(),
  };
}
