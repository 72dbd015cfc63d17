import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inspect } from "../../src/api/inspect.ts";
import { openPolicy, openWorld } from "../../src/api/open.ts";
import { runOne } from "../../src/api/run.ts";
import { encodeCdr } from "../../src/record/cdr.ts";
import { McapFile } from "../../src/record/mcap-file.ts";
import { messageType } from "../../src/record/message-definitions.ts";
import { readImages } from "../../src/record/read-images.ts";
import { readTraces } from "../../src/record/read-traces.ts";
import { closedLoop } from "../../src/rollout/closed-loop.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { isImaging } from "../../src/world/world.ts";
import { temporaryFolder } from "../api/temporary-folder.ts";

describe("pictures in a recording", { timeout: 120_000 }, () => {
  it("are CompressedImage messages, come back to the byte, and play as a world's own", async () => {
    const scenario = await loadScenario("tabletop-push");
    const file = join(await temporaryFolder(), "trial.mcap");
    await runOne({ scenario: "tabletop-push", policy: "careful", start: "#3", record: file, images: true });
    const inspection = await inspect({ path: file });
    expect(inspection.kind === "recording" && inspection.topics).toContainEqual({
      topic: "/overhead/compressed",
      type: "sensor_msgs/msg/CompressedImage",
      messages: 161,
      rateHz: 20,
    });

    const [trace] = await readTraces(file, scenario, { images: scenario.images! });
    const world = await openWorld(scenario, "mujoco");
    const policy = await openPolicy(scenario, "careful");
    const { tape } = await closedLoop(world, policy, [trace!.start], { horizonSteps: 160, keep: ["images"] });
    await Promise.all([world.close(), policy.close()]);
    const { images } = tape.trace(0);
    expect(Object.keys(trace!.images!)).toEqual(Object.keys(images!));
    // Byte by byte, vitest takes half a minute for four million.
    for (const [name, bytes] of Object.entries(images!)) {
      expect(Buffer.compare(trace!.images![name]!, bytes)).toBe(0);
    }
    expect((await readTraces(file, scenario))[0]!.images).toBeUndefined();

    const log = await openWorld(scenario, file);
    await log.reset([trace!.start]);
    if (!isImaging(log)) throw new Error("a recording with pictures shows none");
    const size = 64 * 128 * 3;
    expect(log.images()["overhead"]).toEqual(trace!.images!["overhead"]!.subarray(0, size));
    await log.close();
  });

  it("are asked for with a file to put them in, of a scenario that declares them", async () => {
    await expect(runOne({ scenario: "tabletop-push", policy: "careful", images: true })).rejects.toThrow(
      /--record/,
    );
    const record = join(await temporaryFolder(), "trial.mcap");
    await expect(runOne({ scenario: "cartpole", policy: "timid", record, images: true })).rejects.toThrow(
      /declares no images/,
    );
  });

  it("may be raw images of others, each standing until the next; another size is refused", async () => {
    const file = join(await temporaryFolder(), "raw.mcap");
    const type = messageType("sensor_msgs/msg/Image")!;
    const mcap = await McapFile.open(file);
    const id = await mcap.addTopic("/eye", type);
    for (const [timeNs, blue] of [
      [0n, 10],
      [250_000_000n, 20],
    ] as const) {
      const data = Uint8Array.from({ length: 20 * 16 * 3 + 16 * 4 }, (_, i) =>
        i % 64 < 60 && (i % 64) % 3 === 0 ? blue : 0,
      );
      const { bytes } = encodeCdr(type, { height: 16, width: 20, encoding: "bgr8", step: 64, data });
      await mcap.run((writer) => mcap.message(writer, id, timeNs, bytes));
    }
    await mcap.close();
    const read = (size: [number, number]) =>
      readImages(file, { images: [{ name: "eye", size }], originNs: 0n, rows: 4, periodSec: 0.1 });
    const { eye } = await read([16, 20]);
    const rows = [0, 1, 2, 3].map((row) => [...eye!.subarray(row * 960, row * 960 + 6)]);
    expect(rows).toEqual([
      [0, 0, 10, 0, 0, 10],
      [0, 0, 10, 0, 0, 10],
      [0, 0, 10, 0, 0, 10],
      [0, 0, 20, 0, 0, 20],
    ]);
    await expect(read([16, 16])).rejects.toThrow(/not of the size/);
  });
});
