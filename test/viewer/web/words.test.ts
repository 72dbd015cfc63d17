import { describe, expect, it } from "vitest";
import { ranksOf } from "../../../src/viewer/web/exam/ranks.ts";
import {
  decimalsFor,
  figure,
  fixed,
  percent,
  quantity,
  signed,
} from "../../../src/viewer/web/numbers/format.ts";
import { shownLevel } from "../../../src/viewer/web/operator/shown-level.ts";
import { gridCell } from "../../../src/viewer/web/scene/grid-cell.ts";
import { readLink, writeLink } from "../../../src/viewer/web/shell/deep-link.ts";

describe("a deep link", () => {
  it("comes back as it was written, and keeps what it does not know", () => {
    const link = { run: "lqr/3", timeSec: 1.25, view: "trace", channel: "pole_angle", x: "position[x]" };
    const address = writeLink(link, "?token=secret&run=old/1");
    expect(address).toBe("?token=secret&run=lqr/3&view=trace&channel=pole_angle&x=position[x]&t=1.25");
    expect(readLink(address)).toEqual(link);
  });

  it("ignores what is not a time", () => {
    expect(readLink("?t=soon&run=")).toEqual({});
    expect(readLink("?t=0")).toEqual({ timeSec: 0 });
  });
});

describe("numbers", () => {
  it("have three digits and a real minus sign", () => {
    expect([0.123456, -2.5, 1234.5, 1e-7, 0, Infinity, NaN].map((value) => figure(value))).toEqual([
      "0.123",
      "−2.5",
      "1230",
      "1.00e−7",
      "0",
      "∞",
      "–",
    ]);
    expect(signed(0.5)).toBe("+0.5");
    expect(percent(0.815)).toBe("81.5 %");
    expect(quantity(2, "1")).toBe("2");
    expect(quantity(2, "m/s")).toBe("2 m/s");
  });

  it("that change keep their width, and never show a negative zero", () => {
    expect(fixed(-0.0001, 2)).toBe("0.00");
    expect(fixed(-1.005, 1)).toBe("−1.0");
    expect(decimalsFor(0.1)).toBe(2);
    expect(decimalsFor(20)).toBe(0);
  });
});

it("policies that tie share the better place, and no rate is no place", () => {
  expect(ranksOf([0.5, 0.9, 0.5, null, 0.1])).toEqual([2, 1, 2, null, 4]);
});

it("the grid's cell is 1, 2 or 5 times a power of ten", () => {
  expect([5.2, 1.1, 0.3, 24, 0.06].map(gridCell)).toEqual([0.5, 0.1, 0.05, 2, 0.005]);
});

describe("what an operator sees of a live stream", () => {
  const trust = {
    level: "trust",
    why: "fine",
    sinceSec: 2,
    atSec: 3,
    channel: null,
    scaledError: 0.1,
  } as const;
  const health = { state: "open", latencyMs: 3, dropped: 0, heardMs: 1000, speed: 1, reconnects: 0 } as const;

  it("is the level while steps come", () => {
    expect(shownLevel(trust, { health, nowMs: 1500, ended: false })).toEqual({
      level: "trust",
      why: "fine",
      sinceSec: 2,
    });
  });

  it("is nothing once they stop: old trust is no trust", () => {
    expect(shownLevel(trust, { health, nowMs: 5000, ended: false })).toMatchObject({
      level: "silent",
      why: "connected, but no step has come for 4 s",
    });
    expect(shownLevel(trust, { health: { ...health, state: "lost" }, nowMs: 1100, ended: false }).level).toBe(
      "silent",
    );
  });

  it("stays what it was where the rollout ended by right, and for recordings", () => {
    expect(shownLevel(trust, { health, nowMs: 90_000, ended: true }).level).toBe("trust");
    expect(shownLevel(trust, undefined).level).toBe("trust");
    expect(shownLevel(undefined, undefined).level).toBe("silent");
  });
});
