import { createHash } from "node:crypto";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import { measureProbe } from "../../src/api/probe-error.ts";
import { isDefined } from "../../src/metrics/estimate.ts";
import { loadScenario } from "../../src/scenario/load.ts";

it(
  "a detector that an image channel names is measured on truth like the colour probe",
  { timeout: 120_000 },
  async () => {
    const model = fileURLToPath(new URL("../perception/fixtures/pucks.onnx", import.meta.url));
    const sha256 = createHash("sha256")
      .update(await readFile(model))
      .digest("hex");
    const probe = join(await mkdtemp(join(tmpdir(), "detector-")), "pucks.yaml");
    const card = {
      ...{ schema: "simgate/detector-card@1", name: "pucks", title: "pucks", license: "Apache-2.0" },
      ...{ model, sha256, input: { tensor: "frame" }, output: { form: "heat-maps", tensor: "maps" } },
      ...{ classes: ["red", "blue"], objects: { red: "red", blue: "blue" }, threshold: 0.35 },
    };
    await writeFile(probe, stringify(card));
    const table = await loadScenario("tabletop-push");
    const coarse = table.images!.find(({ name }) => name === "coarse")!;
    const errors = await measureProbe({ ...table, horizonSteps: 60 }, { ...coarse, probe });
    expect(errors.how).toBe("detector pucks");
    expect(errors.position!.median).toBeLessThan(0.02);
    expect(isDefined(errors.missed) && errors.missed.value).toBeLessThan(0.2);
    await expect(
      measureProbe(table, { ...coarse, probe: probe.replace("pucks.yaml", "none.yaml") }),
    ).rejects.toThrow(/detector card does not exist/);
  },
);
