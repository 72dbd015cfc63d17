import { describe, expect, it } from "vitest";
import { editTemplates } from "../../../src/world/mujoco/edit-templates.ts";

const parameters = [
  { name: "length", unit: "m" },
  { name: "mass", unit: "kg" },
];
const edit = (value: string) => [{ element: "geom", name: "arm", attribute: "fromto", value }];

describe("templates of MJCF edits", () => {
  it("fill in parameters and expressions of them", async () => {
    const fill = await editTemplates(
      edit("0 0 0 {-length / 2} { mass } {mass * length ^ 2}"),
      parameters,
      "s.yaml",
    );
    const value = "0 0 0 -0.25 3 0.75";
    expect(fill({ length: 0.5, mass: 3 })).toEqual([
      { element: "geom", name: "arm", attribute: "fromto", value },
    ]);
  });

  it("write numbers so that they read back the same", async () => {
    const fill = await editTemplates(edit("{mass}"), parameters, "s.yaml");
    for (const mass of [0.1 + 0.2, 1e-7, 123456789.123456789, Math.PI]) {
      expect(Number(fill({ length: 1, mass })[0]!.value)).toBe(mass);
    }
  });

  it("name a parameter that is not there, and where", async () => {
    await expect(editTemplates(edit("{mas}"), parameters, "s.yaml")).rejects.toThrow(
      /s\.yaml, geom "arm" fromto: [^]*mas/,
    );
  });

  it("refuse a value that is not finite", async () => {
    const fill = await editTemplates(edit("{1 / mass}"), parameters, "s.yaml");
    expect(() => fill({ length: 1, mass: 0 })).toThrow(/\{1 \/ mass\} is Infinity/);
  });
});
