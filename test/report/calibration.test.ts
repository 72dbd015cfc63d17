import { describe, expect, it } from "vitest";
import { calibrationCsv } from "../../src/report/calibration-csv.ts";
import { renderCalibration } from "../../src/report/calibration-html.ts";
import {
  type Calibration,
  type CalibrationCell,
  calibrationSchema,
  type PlantedDefect,
} from "../../src/report/calibration-result.ts";
import { AXES, CHECKS } from "../../src/report/result.ts";

const cell = (alarms: number, n: number): CalibrationCell => ({
  alarms,
  n,
  rate: { value: alarms / n, interval: [0.25, 0.75], n },
  medianScore: 0.5,
});
const noScore: CalibrationCell = {
  alarms: 0,
  n: 0,
  rate: { undefined: "not applicable to this scenario" },
  medianScore: null,
};
const cells = (more: Partial<Record<string, CalibrationCell>>): Calibration["falseAlarms"] =>
  Object.fromEntries(
    [...AXES, ...CHECKS].map((name) => [name, more[name] ?? cell(0, 8)]),
  ) as Calibration["falseAlarms"];

const jump: PlantedDefect = {
  kind: "jump",
  severity: "middle",
  does: 'it jumps, "suddenly", & <stays>',
  magnitude: "5 tolerances",
  meantFor: ["temporalConsistency"],
  notApplicable: null,
  seeds: 8,
  found: cells({ temporalConsistency: cell(6, 8), objectPersistence: noScore }),
  caught: {
    byOneMeant: { value: 0.75, interval: [0.4, 0.9], n: 8 },
    byAny: { value: 0.875, interval: [0.5, 1], n: 8 },
  },
};

const calibration: Calibration = {
  schema: "simgate/calibration@1",
  scenario: { name: "cartpole", title: "Balance a pole", sha256: "a".repeat(64) },
  truth: "mujoco",
  policies: ["lqr", "random"],
  starts: 48,
  seeds: [1, 2, 3, 4, 5, 6, 7, 8],
  confidence: 0.95,
  required: { truthPasses: 0.98, detection: 0.95 },
  truthPasses: { value: 1, interval: [0.7, 1], n: 8 },
  falseAlarms: cells({ taskValidity: cell(1, 8), objectPersistence: noScore }),
  defects: [
    jump,
    {
      ...jump,
      kind: "colour-shift",
      notApplicable: "there is no picture",
      seeds: 0,
      found: null,
      caught: null,
    },
  ],
  verdict: { sound: false, missed: ["jump, middle severity, is caught in 6 of 8 seeds"] },
};

describe("a calibration's files", () => {
  it("fit the schema", () => {
    expect(calibrationSchema.parse(calibration)).toEqual(calibration);
  });

  it("give the matrix as a table: truth first, empty where there is no rate", () => {
    const [header, none, first, second] = calibrationCsv(calibration).trimEnd().split("\n");
    expect(header).toBe(
      "defect,severity,magnitude,seeds,controllability,temporalConsistency,objectPersistence,resetReproducibility," +
        "taskValidity,policyTransfer,optimism,decisionBoundary,caught_by_one_meant,caught_by_any,meant_for,not_applicable",
    );
    expect(none).toBe("none,,,8,0,0,,0,0.125,0,0,0,,,,");
    expect(first).toBe("jump,middle,5 tolerances,8,0,0.75,,0,0,0,0,0,0.75,0.875,temporalConsistency,");
    expect(second).toBe(
      "colour-shift,middle,5 tolerances,0,,,,,,,,,,,temporalConsistency,there is no picture",
    );
  });

  it("show it as a picture with its numbers, what is missed and what the defects are, and escape all of it", () => {
    const page = renderCalibration(calibration);
    expect(page).toContain("Not sound");
    expect(page).toMatch(
      /class="rate dark meant"\s+style="--share: 75.0"\s+title="75.0 % of 8 seeds, interval 25 to 75 %"/,
    );
    expect(page).toContain("not applicable: there is no picture");
    expect(page).toContain("jump, middle severity, is caught in 6 of 8 seeds");
    expect(page).toContain("it jumps, &quot;suddenly&quot;, &amp; &lt;stays&gt;");
    expect(page).not.toContain("<stays>");
    // False alarms come first.
    expect(page.indexOf("truth against itself</th>")).toBeLessThan(page.indexOf(">jump</th>"));
  });

  it("say so when nothing is missed", () => {
    const sound = { ...calibration, verdict: { sound: true, missed: [] } };
    expect(renderCalibration(sound)).toContain("it notices every defect it is there to notice");
  });
});
