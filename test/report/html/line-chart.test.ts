import { expect, it } from "vitest";
import { lineChart } from "../../../src/report/html/line-chart.ts";
import { logScale } from "../../../src/report/html/scale.ts";

it("a band that begins at 0 stays inside of a logarithmic chart", () => {
  const { text } = lineChart({
    label: "error",
    atSec: [0, 1, 2],
    unit: "m",
    y: logScale(0.01, 10),
    lines: [{ className: "candidate", name: "model", values: [0, 0, 0.1], upper: [0, 1, 10] }],
  });
  const [, path] = /class="band candidate" d="([^"]*)"/.exec(text)!;
  expect(path).toBe("M0 1000L500 333L1000 0L1000 667L500 1000L0 1000Z");
});
