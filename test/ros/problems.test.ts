import { expect, it } from "vitest";
import { inputError } from "../../src/core/errors.ts";
import { Problems } from "../../src/ros/problems.ts";

it("counts every problem and tells each kind the first, tenth and hundredth time", () => {
  const told: string[] = [];
  const problems = new Problems(({ where, text, count }) => told.push(`${where}: ${text} ×${count}`));
  for (let i = 0; i < 150; i++) problems.report("topic /cmd", new Error("too short"));
  problems.report("topic /cmd", inputError("no number", { where: "here", got: "text" }));
  expect(told).toEqual([
    "topic /cmd: too short ×1",
    "topic /cmd: too short ×10",
    "topic /cmd: too short ×100",
    "topic /cmd: here: no number; got:      text ×1",
  ]);
  expect(problems.all.map(({ count }) => count)).toEqual([150, 1]);
});
