import { describe, expect, it } from "vitest";
import { auditClip } from "../../src/metrics/clip-persistence.ts";
import type { Sighting } from "../../src/metrics/object-persistence.ts";

const at = (identity: string, x: number): Sighting => ({ identity, position: [x, 0] });
const object = (name: string) => ({ name, reach: 10, hidden: () => false });

describe("persistence in a clip", () => {
  it("is 0.8 for a forklift that is called unknown in the fourth of five frames, and breaks at frame 3", () => {
    const ids = ["forklift", "forklift", "forklift", "unknown", "forklift"];
    const found = auditClip(
      ids.map((identity, frame) => [at(identity, 4 * frame)]),
      [object("forklift")],
    );
    expect(found).toMatchObject({ persistenceRate: 0.8, firstBreakStep: 3, jumps: [] });
    expect(found.events).toEqual([
      { kind: "reappeared-as-another", object: "forklift", step: 3, steps: 1, as: "unknown" },
    ]);
  });

  it("is 0.8 too where nothing at all is seen in the fourth", () => {
    const frames = [0, 4, 8, undefined, 16].map((x) => (x === undefined ? [] : [at("forklift", x)]));
    const found = auditClip(frames, [object("forklift")]);
    expect(found).toMatchObject({ persistenceRate: 0.8, firstBreakStep: 3 });
    expect(found.events).toEqual([{ kind: "vanished", object: "forklift", step: 3, steps: 1 }]);
  });

  it("does not count frames in which an object is rightly hidden, but does if it shows there", () => {
    const hidden = { ...object("red"), hidden: (frame: number) => frame === 1 };
    expect(auditClip([[at("red", 0)], [], [at("red", 2)]], [hidden])).toMatchObject({
      persistenceRate: 1,
      events: [],
    });
    const shown = auditClip([[at("red", 0)], [at("red", 1)], [at("red", 2)]], [hidden]);
    expect(shown.events).toEqual([{ kind: "spawned", object: "red", step: 1, steps: 1 }]);
  });

  it("tells two that change places from two that pass each other", () => {
    const swapped = auditClip(
      [
        [at("red", 0), at("blue", 50)],
        [at("red", 50), at("blue", 0)],
      ],
      [object("red"), object("blue")],
    );
    expect(swapped.persistenceRate).toBe(0.5);
    expect(swapped.events.map(({ kind, object: name, as }) => [kind, name, as])).toEqual([
      ["swapped", "red", "blue"],
      ["swapped", "blue", "red"],
    ]);
    const passing = auditClip(
      [0, 8, 16, 24].map((x) => [at("red", x), at("blue", 22 - x)]),
      [object("red"), object("blue")],
    );
    expect(passing).toMatchObject({ persistenceRate: 1, events: [] });
  });

  it("sees a second one of the same name, and an unknown one that comes in", () => {
    const twice = auditClip(
      [[at("red", 0)], [at("red", 1), at("red", 60)], [at("red", 2), at("unknown", 60)]],
      [object("red")],
    );
    expect(twice.events).toEqual([
      { kind: "duplicated", object: "red", step: 1, steps: 1, as: "red" },
      { kind: "spawned", object: "unknown", step: 2, steps: 1 },
    ]);
  });

  it("finds an object again under its name after it was lost, however far; one that was not lost has jumped", () => {
    const back = auditClip([[at("red", 0)], [], [at("red", 90)]], [object("red")]);
    expect(back).toMatchObject({ persistenceRate: 2 / 3, jumps: [] });
    const jumped = auditClip([[at("red", 0)], [at("red", 90)]], [object("red")]);
    expect(jumped).toMatchObject({ persistenceRate: 1, jumps: [{ object: "red", frame: 1, far: 90 }] });
  });
});
