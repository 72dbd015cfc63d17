import type { Calibration, Measure, Persistence, Representation } from "../../src/report/result.ts";

const measure = (value: number, n: number, half = 0.01): Measure => ({
  value,
  interval: [Math.max(0, value - half), Math.min(1, value + half)],
  n,
});
const none = {
  vanished: 0,
  "reappeared-as-another": 0,
  swapped: 0,
  duplicated: 0,
  spawned: 0,
  lost: 0,
};

/** Two pucks, one of which is sometimes gone after it was out of sight. */
export function persistenceFixture(): Persistence {
  return {
    persistenceRate: measure(0.972, 61_000),
    afterOcclusion: measure(0.81, 240, 0.06),
    firstBreakStep: 37,
    rollouts: { closedLoop: 1280, openLoop: 128 },
    strayed: measure(0.13, 70_000),
    objects: [
      {
        id: "red",
        label: "red puck",
        persistenceRate: measure(0.944, 30_000),
        firstBreakStep: 37,
        afterOcclusion: measure(0.81, 240, 0.06),
        strayed: measure(0.21, 35_000),
        broken: { ...none, vanished: 1440, swapped: 240 },
      },
      {
        id: "blue",
        label: null,
        persistenceRate: measure(1, 31_000, 0.003),
        firstBreakStep: null,
        afterOcclusion: { undefined: "no object comes back from an occlusion in truth" },
        strayed: measure(0.05, 35_000),
        broken: none,
      },
    ],
    overTime: {
      atSec: [0.05, 2, 4, 6, 8],
      rate: [1, 0.99, 0.96, 0.95, null],
      n: [2800, 2600, 2400, 1900, 0],
    },
    eventCounts: { ...none, vanished: 46, swapped: 8 },
    events: [
      {
        kind: "vanished",
        object: "red",
        as: null,
        drive: "closedLoop",
        policy: "careful",
        start: 12,
        step: 71,
        atSec: 3.55,
        steps: 89,
      },
      {
        kind: "swapped",
        object: "red",
        as: "blue",
        drive: "openLoop",
        policy: "fast",
        start: 3,
        step: 90,
        atSec: 4.5,
        steps: 30,
      },
    ],
  };
}

/** A world that is too sure of itself, whose doubt still comes in time. */
export function calibrationFixture(): Calibration {
  const p = (value: number): Measure => measure(value, 12_800, 0.02);
  return {
    oneStep: {
      windows: 12_800,
      channels: [
        {
          channel: "pole_angle",
          unit: "rad",
          n: 12_800,
          coverage: [
            { level: 0.5, observed: p(0.31) },
            { level: 0.8, observed: p(0.58) },
            { level: 0.95, observed: p(0.79) },
          ],
          crps: measure(0.00021, 12_800),
          meanAbsoluteError: measure(0.00028, 12_800),
          pit: [2400, 1100, 900, 880, 860, 870, 890, 950, 1150, 2800],
          pitGap: 0.13,
          pitPValue: 0.0003,
          spreadSkill: measure(0.52, 12_800),
        },
      ],
      without: ["cart_position"],
    },
    alarm: {
      withinSec: 1,
      windows: 256,
      auroc: measure(0.83, 3100, 0.04),
      clockAuroc: measure(0.71, 3100, 0.05),
      threshold: 0.034,
      precision: measure(0.66, 410, 0.08),
      recall: measure(0.72, 380, 0.08),
      falseAlarmRate: measure(0.09, 2700, 0.03),
      warned: measure(0.86, 90, 0.08),
      leadSec: 0.62,
      trusted: true,
      reason: "its uncertainty rises before it goes off (AUROC 0.83, at least 0.79; 0.7 is required)",
    },
    distribution: {
      starts: 16,
      seeds: 8,
      times: [
        {
          atSec: 2.5,
          starts: 16,
          distance: 0.41,
          pValue: 0.001,
          channels: [{ channel: "pole_angle", distance: 0.33, pValue: 0.002 }],
        },
      ],
      differs: true,
      reason:
        "the candidate's futures are distributed otherwise than truth's (energy distance 0.41 tolerances after 2.5 s, p = 0.001 over 1 times)",
    },
  };
}

/** A recurrent world that knows the angle for a while, guesses the mass, and has never heard of the length. */
export function representationFixture(): Representation {
  const atSec = [0.02, 2, 4, 6, 8, 10];
  return {
    state: [{ name: "h", width: 48 }],
    starts: { fitted: 61, scored: 67 },
    atSec,
    keptFrom: 0.5,
    targets: [
      {
        target: "pole_angle",
        kind: "observation",
        unit: "rad",
        rSquared: measure(0.62, 1100, 0.06),
        fromObservation: measure(0.71, 1100, 0.05),
        overTime: [0.98, 0.8, 0.41, 0.2, null, null],
        lostAtSec: 4,
        kept: "for a while",
        use: { undefined: "an angle is read as cosine and sine: there is no one direction to move along" },
      },
      {
        target: "cart_mass",
        kind: "parameter",
        unit: "kg",
        rSquared: measure(0.57, 1100, 0.08),
        fromObservation: measure(0.04, 1100, 0.03),
        overTime: [0.51, 0.55, 0.6, 0.61, 0.59, 0.58],
        lostAtSec: null,
        kept: "to the end",
        use: { shift: 0.43, lengthSec: 1, score: measure(0.44, 48, 0.09), gain: 0.71 },
      },
      {
        target: "pole_length",
        kind: "parameter",
        unit: "m",
        rSquared: measure(0.05, 1100, 0.04),
        fromObservation: measure(0.03, 1100, 0.03),
        overTime: [0.02, 0.05, 0.06, 0.05, 0.04, 0.05],
        lostAtSec: null,
        kept: "never",
        use: { undefined: "the latent does not hold it" },
      },
    ],
  };
}
