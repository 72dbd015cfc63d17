import type { Comparison, ErrorRow, ReplayResult, WorldReplay } from "../../src/report/replay-result.ts";
import { sha } from "./exam-fixture.ts";

/** A plausible replay of two-link robot recordings by three worlds; numbers are made up. */
export function replayFixture(): ReplayResult {
  const worlds = [
    { name: "learned", kind: "onnx", factor: 1 },
    { name: "friction", kind: "mujoco", factor: 1.6 },
    { name: "ideal", kind: "mujoco", factor: 5.2 },
  ].map(worldReplay);
  const [first, ...others] = worlds;
  return {
    schema: "simgate/replay@1",
    scenario: { name: "double-pendulum", title: "Double pendulum", sha256: sha("d") },
    recordings: ["acrobot-a", "acrobot-b", "pendubot-a"].map((name, index) => ({
      name,
      sha256: sha(String(index)),
      group: index < 2 ? "acrobot, mcpilco" : "pendubot, sac_lqr",
      steps: 5000,
      durationSec: 10,
      windows: 90,
    })),
    windows: { count: 270, strideSec: 0.1, lengthSec: 1, contextSec: 0.02 },
    confidence: 0.95,
    reportAtSec: [0.1, 0.5, 1],
    tolerances: { "joint_pos[shoulder]": 0.1, "joint_pos[elbow]": 0.1 },
    ...first!,
    others,
  };
}

function worldReplay({ name, kind, factor }: { name: string; kind: string; factor: number }): WorldReplay {
  const rows = (extra: number): ErrorRow[] =>
    ["*", "joint_pos[shoulder]", "joint_pos[elbow]"].flatMap((channel) =>
      Array.from({ length: 50 }, (_, k): ErrorRow => {
        const atSec = (k + 1) / 50;
        const scale = channel === "*" ? 10 : 1;
        const median = extra * factor * 0.03 * atSec ** 1.6 * scale;
        return {
          atSec,
          channel,
          unit: channel === "*" ? "tolerance" : "rad",
          median,
          interval: [median * 0.8, median * 1.3],
          p90: median * 3,
          n: 270,
          baselines: {
            persistence: 1.4 * atSec * scale,
            constantVelocity: 0.8 * atSec ** 2 * scale,
            linear: 0.35 * atSec ** 1.4 * scale,
          },
        };
      }),
    );
  const comparisons = [0.1, 0.5, 1].flatMap((atSec): Comparison[] => [
    {
      with: "linear",
      group: null,
      channel: "*",
      atSec,
      ratio: 0.1 * factor,
      interval: [0.07 * factor, 0.14 * factor],
      n: 270,
    },
  ]);
  const detail = { censored: false, reason: "by the windows of all recordings", n: 270, limit: 1 };
  return {
    world: { name, kind },
    errors: rows(1),
    groups: [
      { group: "acrobot, mcpilco", recordings: 2, errors: rows(1.2) },
      { group: "pendubot, sac_lqr", recordings: 1, errors: rows(0.7) },
    ],
    comparisons,
    horizon: {
      validPredictionTimeSec: 0.9,
      conformalSec: 0.36,
      decisionSec: null,
      details: {
        validPredictionTime: { ...detail, limit: 0.4 },
        conformal: detail,
        decision: { censored: false, reason: "a replay makes no decisions", n: 0, limit: null },
      },
      controlPeriodSec: 0.02,
      horizonSec: 1,
    },
    faults: [],
  };
}
