import { writeFile } from "node:fs/promises";
import { MessageWriter } from "@foxglove/rosmsg2-serialization";
import { McapWriter } from "@mcap/core";
import { messageType } from "../../src/record/message-definitions.ts";

export interface ForeignMessage {
  readonly topic: string;
  /** `geometry_msgs/msg/Twist` */
  readonly type: string;
  readonly logNs: bigint;
  readonly publishNs?: bigint;
  readonly data: Readonly<Record<string, unknown>>;
}

type WriterOptions = Partial<ConstructorParameters<typeof McapWriter>[0]>;

/** A writer by somebody else, and what it has written once it ended. */
export async function foreignWriter(options: WriterOptions) {
  const parts: Uint8Array[] = [];
  let position = 0n;
  const writer = new McapWriter({
    ...options,
    writable: {
      position: () => position,
      write: async (bytes) => {
        parts.push(bytes.slice());
        position += BigInt(bytes.length);
      },
    },
  });
  await writer.start({ profile: "ros2", library: "somebody" });
  return { writer, bytes: () => Buffer.concat(parts) };
}

/** A recording by somebody else: MCAP by @mcap/core, CDR by @foxglove/rosmsg2-serialization. */
export async function writeForeign(
  file: string,
  messages: readonly ForeignMessage[],
  chunkSize = 64 * 1024,
): Promise<void> {
  const { writer, bytes } = await foreignWriter({ chunkSize });
  const channels = new Map<string, { readonly id: number; readonly encoder: MessageWriter }>();
  for (const [sequence, { topic, type: name, logNs, publishNs = logNs, data }] of messages.entries()) {
    let channel = channels.get(topic);
    if (channel === undefined) {
      const type = messageType(name)!;
      const text = new TextEncoder().encode(type.text);
      const schemaId = await writer.registerSchema({ name, encoding: "ros2msg", data: text });
      const id = await writer.registerChannel({
        ...{ schemaId, topic, messageEncoding: "cdr", metadata: new Map<string, string>() },
      });
      channel = { id, encoder: new MessageWriter(type.parsed) };
      channels.set(topic, channel);
    }
    await writer.addMessage({
      ...{ channelId: channel.id, sequence, logTime: logNs, publishTime: publishNs },
      data: channel.encoder.writeMessage(data),
    });
  }
  await writer.end();
  await writeFile(file, bytes());
}
