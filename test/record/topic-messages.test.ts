import { truncate, stat } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { topicMessages } from "../../src/record/topic-messages.ts";
import { type ForeignMessage, writeForeign } from "./foreign-recording.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const at = temporaryFolder();

/** 1000 texts of a kilobyte, every other on another topic. */
async function recorded(name: string): Promise<string> {
  const messages = Array.from({ length: 1000 }, (_, i): ForeignMessage => ({
    ...{ topic: i % 2 === 0 ? "/even" : "/odd", type: "std_msgs/msg/String", logNs: BigInt(i) },
    data: { data: String(i).padStart(1000, "x") },
  }));
  await writeForeign(at(name), messages);
  return at(name);
}

describe("the messages of a topic", () => {
  it("come in their order, whatever the pace of the reader, and no others", async () => {
    const times: number[] = [];
    for await (const { message, channel, schema } of topicMessages(await recorded("a.mcap"), "/even")) {
      expect([channel.topic, schema?.name]).toEqual(["/even", "std_msgs/msg/String"]);
      // Still what they were when they were found.
      expect(new TextDecoder().decode(message.data.subarray(8, 1008))).toBe(
        String(message.logTime).padStart(1000, "x"),
      );
      times.push(Number(message.logTime));
      if (times.length % 50 === 0) await wait(1);
    }
    expect(times).toEqual(Array.from({ length: 500 }, (_, i) => 2 * i));
  });

  it("need not be read to the end", async () => {
    const file = await recorded("b.mcap");
    for (const upTo of [1, 100]) {
      let read = 0;
      for await (const { message } of topicMessages(file, "/odd")) {
        expect(message.logTime).toBe(BigInt(2 * read + 1));
        if (++read === upTo) break;
      }
      expect(read).toBe(upTo);
    }
  });

  it("are those before the cut of a file that is cut, and none of a file that is no recording", async () => {
    const file = await recorded("c.mcap");
    await truncate(file, Math.round((await stat(file)).size / 2));
    let read = 0;
    for await (const { message } of topicMessages(file, "/odd"))
      expect(message.logTime).toBe(BigInt(2 * read++ + 1));
    expect(Math.abs(read - 250)).toBeLessThan(10);
    const none = topicMessages(import.meta.filename, "/odd");
    await expect(none.next()).rejects.toThrow(/not an MCAP file/);
    expect(await none.next()).toEqual({ done: true, value: undefined });
  });
});
