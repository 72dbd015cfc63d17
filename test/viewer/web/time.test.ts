import { describe, expect, it } from "vitest";
import { alignWorld } from "../../../src/viewer/web/time/alignment.ts";
import { nextMoment, previousMoment } from "../../../src/viewer/web/time/event-search.ts";
import { heat, worstByColumn } from "../../../src/viewer/web/time/heat.ts";
import { indexAt } from "../../../src/viewer/web/time/nearest.ts";
import { advance, arrowStepSec, changeSpeed, togglePlay } from "../../../src/viewer/web/time/play-head.ts";
import { Reach } from "../../../src/viewer/web/time/reach.ts";
import { rowAt } from "../../../src/viewer/web/time/signal-value.ts";
import type { RecordedWorld, Signal } from "../../../src/viewer/recording.ts";
import type { ChannelKind } from "../../../src/core/channels.ts";

const signal = (times: number[], values: number[], kind: ChannelKind = "linear"): Signal => ({
  channel: { name: "x", unit: "m", kind, shape: [], size: 1, tolerance: 0.1 },
  timesSec: Float64Array.from(times),
  values: Float64Array.from(values),
});
const world = (x: Signal): RecordedWorld => ({
  role: "truth",
  name: null,
  policy: null,
  scenario: null,
  start: null,
  controlPeriodSec: 0.1,
  fromSec: 0,
  steps: x.timesSec.length - 1,
  observation: { x },
  applied: {},
  requested: {},
  uncertainty: {},
  pictures: {},
  handOvers: [],
  end: null,
  outcome: null,
  fault: null,
});
const span = { fromSec: 0, toSec: 10 };

describe("the head", () => {
  const head = { timeSec: 9.5, playing: true, speed: 2, loop: false };

  it("moves on by real time times speed, and stops at the end", () => {
    expect(advance({ ...head, timeSec: 1 }, 0.25, span).timeSec).toBe(1.5);
    expect(advance(head, 1, span)).toEqual({ ...head, timeSec: 10, playing: false });
  });

  it("begins again where it loops, without losing the time beyond the end", () => {
    expect(advance({ ...head, loop: true }, 1, span)).toEqual({ ...head, loop: true, timeSec: 1.5 });
  });

  it("starts over when it is played at the end", () => {
    expect(togglePlay({ ...head, playing: false, timeSec: 10 }, span).timeSec).toBe(0);
  });

  it("moves by 100 ms, with Shift by 10 ms, with Alt by 500 ms", () => {
    expect(arrowStepSec({ shiftKey: false, altKey: false })).toBe(0.1);
    expect(arrowStepSec({ shiftKey: true, altKey: false })).toBe(0.01);
    expect(arrowStepSec({ shiftKey: false, altKey: true })).toBe(0.5);
  });

  it("changes its speed along the list and stays at its ends", () => {
    expect(changeSpeed(1, 1)).toBe(2);
    expect(changeSpeed(0.1, -1)).toBe(0.1);
    expect(changeSpeed(8, 1)).toBe(8);
  });
});

describe("looking up a time", () => {
  it("finds the last sample that is not later, also where nanoseconds were rounded", () => {
    const times = [0, 0.1, 0.2, 0.30000000004];
    expect(indexAt(times, 0.3)).toBe(3);
    expect(indexAt(times, 0.19)).toBe(1);
    expect(indexAt(times, -1)).toBe(-1);
    expect(indexAt(times, 9)).toBe(3);
  });

  it("interpolates between samples, an angle the short way round", () => {
    expect(rowAt(signal([0, 1], [0, 10]), 0.25)).toEqual([2.5]);
    const [turned] = rowAt(signal([0, 1], [3, -3], "angle"), 0.5)!;
    expect(Math.cos(turned!)).toBeCloseTo(-1, 12);
    expect(rowAt(signal([0, 1], [0, 10]), 7)).toEqual([10]);
    expect(rowAt(signal([], []), 0)).toBeUndefined();
  });
});

describe("jumping between events", () => {
  const moments = [{ timeSec: 1 }, { timeSec: 1 }, { timeSec: 3 }];

  it("never stays where it is", () => {
    expect(nextMoment(moments, 1)).toBe(moments[2]);
    expect(previousMoment(moments, 3)).toBe(moments[1]);
    expect(nextMoment(moments, 3)).toBeUndefined();
    expect(previousMoment(moments, 1)).toBeUndefined();
  });
});

describe("the head in a run that is still being read", () => {
  it("stands as near as it can to where somebody wants to be, and goes there once it is there", () => {
    const reach = new Reach();
    reach.grow(span, 2, 0);
    expect(reach.want(7)).toBe(2);
    expect(reach.grow(span, 6, 2)).toBe(6);
    expect(reach.grow(span, 10, 6)).toBe(7);
  });

  it("stays where somebody went back to, and where it has played to", () => {
    const reach = new Reach();
    reach.grow(span, 2, 0);
    reach.want(10);
    reach.want(1);
    expect(reach.grow(span, 4, 1)).toBe(1);
    reach.forget();
    expect(reach.within(5)).toBe(4);
    expect(reach.grow(span, 10, 4)).toBe(4);
  });
});

describe("the heat strip", () => {
  it("shows the worst of each stretch: a single bad step is not lost", () => {
    const times = Float64Array.from({ length: 1001 }, (_, k) => k * 0.01);
    const errors = times.map((_, k) => (k === 777 ? 9 : 0.1));
    const columns = worstByColumn(times, errors, 0, 10, 50);
    expect(columns.indexOf(9)).toBe(Math.floor(7.77 * 5));
    expect(columns.filter((value) => value === 9)).toHaveLength(1);
  });

  it("holds a sample until the next where there are more columns than samples, and shows nothing after the last", () => {
    const columns = worstByColumn([0, 1], [2, 3], 0, 2, 8);
    expect([...columns.slice(0, 5)]).toEqual([2, 2, 2, 2, 3]);
    expect(columns[6]).toBeNaN();
  });

  it("turns at one tolerance", () => {
    expect([0, 0.1, 1, 10, 1000, NaN].map(heat)).toEqual([0, 0, 0.5, 1, 1, 0]);
  });
});

describe("aligning two worlds", () => {
  const truth = world(signal([0, 0.1, 0.2, 0.3], [0, 1, 2, 3]));
  const late = world(signal([0, 0.2, 0.4, 0.6, 0.8], [0, 1, 2, 3, 4]));

  it("by time leaves them alone", () => {
    expect(alignWorld(late, truth, { kind: "time" })).toBe(late);
  });

  it("by step lays sample k on sample k, and goes on at truth's pace", () => {
    const times = [...alignWorld(late, truth, { kind: "step" }).observation["x"]!.timesSec];
    [0, 0.1, 0.2, 0.3, 0.4].forEach((t, k) => expect(times[k]).toBeCloseTo(t, 9));
  });

  it("by event moves the other until both have it at once", () => {
    const moved = alignWorld(late, truth, { kind: "event", name: "end", truthSec: 0.3, otherSec: 0.8 });
    expect(moved.observation["x"]!.timesSec.at(-1)).toBeCloseTo(0.3, 9);
  });
});
