import { describe, expect, it } from "vitest";
import { resolveReference } from "../../src/tensor/channel-reference.ts";

const base = { unit: "rad", kind: "angle", tolerance: 0.1 } as const;
const channels = [
  { ...base, name: "joint_pos", shape: [2], size: 2, labels: ["shoulder", "elbow"] },
  { ...base, name: "grip", shape: [3], size: 3 },
  { ...base, name: "heading", shape: [], size: 1 },
];

function components(text: string): [string, readonly number[]] | string {
  const reference = resolveReference(text, channels);
  return typeof reference === "string" ? reference : [reference.channel.name, reference.components];
}

describe("a channel reference", () => {
  it("without brackets is all components, in order", () => {
    expect(components("joint_pos")).toEqual(["joint_pos", [0, 1]]);
    expect(components("heading")).toEqual(["heading", [0]]);
  });

  it("picks one component by label or by index", () => {
    expect(components("joint_pos[elbow]")).toEqual(["joint_pos", [1]]);
    expect(components("joint_pos[0]")).toEqual(["joint_pos", [0]]);
    expect(components("heading[0]")).toEqual(["heading", [0]]);
    expect(components("grip[2]")).toEqual(["grip", [2]]);
  });

  it("that names nothing is told what there is", () => {
    expect(components("joint_poss")).toBe('did you mean "joint_pos"? Known: joint_pos, grip, heading');
    expect(components("joint_pos[elbo]")).toBe('did you mean "elbow"? Known: shoulder, elbow');
    expect(components("grip[3]")).toContain("0, 1, 2");
    expect(components("heading[x]")).toContain("Known: 0");
  });
});
