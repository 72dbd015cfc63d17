import { describe, expect, it } from "vitest";
import { persistenceSection } from "../../../src/report/html/persistence.ts";
import { representationSection } from "../../../src/report/html/representation.ts";
import { uncertaintySection } from "../../../src/report/html/uncertainty.ts";
import { examFixture } from "../exam-fixture.ts";
import { calibrationFixture, persistenceFixture, representationFixture } from "../persistence-fixture.ts";

const result = examFixture();
const plain = (text: string): string => text.replace(/\s+/g, " ");

describe("the section on object persistence", () => {
  it("shows every object, what happened to it, and where to look", () => {
    const text = plain(persistenceSection({ ...result, persistence: persistenceFixture() }).text);
    for (const part of [
      "red puck",
      "never",
      "step 37",
      "54 events",
      "vanished",
      "swapped (blue)",
      "#12",
      "closed loop",
    ])
      expect(text).toContain(part);
    expect(text).toContain("Back after 194 of 240 occlusions");
  });

  it("says why there is none", () => {
    const text = persistenceSection({
      ...result,
      persistence: { undefined: "the scenario declares no objects" },
    }).text;
    expect(text).toContain("The scenario declares no objects.");
  });
});

describe("the section on uncertainty", () => {
  it("shows the error bars, whether the alarm is to be trusted, and the distributions", () => {
    const text = plain(uncertaintySection({ ...result, calibration: calibrationFixture() }).text);
    for (const part of [
      "pole_angle",
      "Nothing is said about cart_position",
      "To be trusted",
      "0.83 (0.79–0.87)",
      "0.62 s",
    ])
      expect(text).toContain(part);
    expect(text).toContain("distributed otherwise than truth");
    expect(text).not.toMatch(/NaN|Infinity/);
  });

  it("says which part could not be scored, and why", () => {
    const silent = { undefined: "the world says nothing about its own error" };
    const calibration = {
      oneStep: silent,
      alarm: silent,
      distribution: { undefined: "neither world is stochastic" },
    };
    const text = uncertaintySection({ ...result, calibration }).text;
    expect(text.split("The world says nothing about its own error.").length - 1).toBe(2);
    expect(text).toContain("Neither world is stochastic.");
  });
});

describe("the section on representation", () => {
  it("shows what is kept, for how long, and whether it is used", () => {
    const text = plain(representationSection({ ...result, representation: representationFixture() }).text);
    for (const part of ["h, 48 values", "until 4 s", "to the end", "never", "× 0.71", "0.44 (0.35–0.53)"])
      expect(text).toContain(part);
    expect(text).toContain("An angle is read as cosine and sine");
  });
});
