import { describe, expect, it } from "vitest";
import {
  columnOf,
  componentName,
  copyBatch,
  difference,
  emptyBatch,
  isActive,
  wrapAngle,
} from "../../src/core/channels.ts";
import type { ChannelSpec } from "../../src/core/channels.ts";
import { componentOf } from "../../src/core/component-key.ts";

const scalar: ChannelSpec = { name: "force", unit: "N", kind: "linear", shape: [], size: 1, tolerance: 1 };
const joints: ChannelSpec = {
  ...{ name: "joint_pos", unit: "rad", kind: "angle", shape: [2], size: 2, tolerance: 0.1 },
  labels: ["shoulder", "elbow"],
};

describe("an angle", () => {
  it("is brought into (−π, π]", () => {
    expect(wrapAngle(0.5)).toBe(0.5);
    expect(wrapAngle(Math.PI)).toBe(Math.PI);
    expect(wrapAngle(-Math.PI)).toBeCloseTo(Math.PI, 15);
    expect(wrapAngle(7)).toBeCloseTo(7 - 2 * Math.PI, 14);
    expect(wrapAngle(-100)).toBeCloseTo(Math.atan2(Math.sin(-100), Math.cos(-100)), 12);
  });

  it("differs from another by the shorter way round", () => {
    expect(difference("angle", 3.1, -3.1)).toBeCloseTo(6.2 - 2 * Math.PI, 14);
    expect(difference("linear", 3.1, -3.1)).toBeCloseTo(6.2, 14);
  });
});

describe("a batch", () => {
  it("of zeros has lanes × size values per channel", () => {
    const batch = emptyBatch([scalar, joints], 3, 5);
    expect(batch.step).toBe(5);
    expect(columnOf(batch, joints)).toHaveLength(6);
    expect(isActive(batch, 2)).toBe(true);
  });

  it("refuses a column that is absent or of another size", () => {
    expect(() => columnOf({ lanes: 2, step: 0, columns: {} }, scalar)).toThrow(
      /"force"[^]*2 lanes × 1[^]*no such column/,
    );
    expect(() => columnOf({ lanes: 2, step: 0, columns: { force: new Float64Array(3) } }, scalar)).toThrow(
      /got: +3 values/,
    );
  });

  it("is copied whole", () => {
    const batch = { ...emptyBatch([scalar], 1), active: Uint8Array.of(1) };
    const copy = copyBatch(batch);
    copy.columns["force"]![0] = 9;
    copy.active![0] = 0;
    expect(batch.columns["force"]![0]).toBe(0);
    expect(isActive(batch, 0)).toBe(true);
  });
});

describe("a component", () => {
  it("goes by name, label or index", () => {
    expect(componentOf([scalar, joints], "force")).toEqual({ channel: scalar, component: 0 });
    expect(componentOf([scalar, joints], "joint_pos[elbow]").component).toBe(1);
    expect(componentOf([scalar, joints], "joint_pos[0]").component).toBe(0);
    expect(componentName(joints, 1)).toBe("joint_pos[elbow]");
    expect(componentName(scalar, 0)).toBe("force");
  });

  it("that does not exist is answered with the nearest one", () => {
    expect(() => componentOf([scalar, joints], "forse")).toThrow(
      /no channel "forse"[^]*did you mean "force"/,
    );
    expect(() => componentOf([scalar, joints], "joint_pos[elbw]")).toThrow(/did you mean "elbow"/);
    expect(() => componentOf([scalar, joints], "joint_pos")).toThrow(
      /joint_pos\[shoulder\], joint_pos\[elbow\]/,
    );
  });
});
