import { describe, expect, it } from "vitest";
import { scenarioJsonSchema } from "../../src/scenario/json-schema.ts";

describe("the JSON Schema for editors", () => {
  it("in scenarios/ is the one the code exports; `npx vitest run test/scenario/json-schema.test.ts -u` rewrites it", async () => {
    await expect(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
      "../../scenarios/scenario.schema.json",
    );
  });

  it("asks only for what has no default, refuses unknown keys and explains them", () => {
    const schema = scenarioJsonSchema() as {
      required: string[];
      additionalProperties: boolean;
      properties: Record<string, { description?: string }>;
    };
    expect(schema.required).toContain("observation");
    expect(schema.required).not.toContain("thresholds");
    expect(schema.additionalProperties).toBe(false);
    expect(schema.properties["truth"]!.description).toBe("the world taken as reference");
  });
});
