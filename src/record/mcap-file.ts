import { mkdir, open, writeFile, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { inputError, messageOf, runtimeError } from "../core/errors.ts";
import { bagMetadata, OFFERED_QOS_PROFILES, recordingPath, type RecordingPath } from "./bag-metadata.ts";
import { McapOutput, type McapSink } from "./mcap-output.ts";
import type { MessageType } from "./message-type.ts";
import { SerialQueue } from "./serial-queue.ts";

/** What is lost when a byte of the file goes bad; twice as much at most when the process dies. */
const CHUNK_BYTES = 128 * 1024;

/** Adds to the file. What it adds itself is handed on by {@link McapFile.run}. */
type Work = (writer: McapOutput) => Promise<void> | void;

interface Topic {
  readonly topic: string;
  readonly type: string;
  messages: bigint;
}

/**
 * A rosbag2 MCAP file being written: profile `ros2`, CDR, chunks (uncompressed, so that the bytes depend on nothing but
 * the content), message index, chunk index, statistics. Calls may overlap; they are carried out in order.
 *
 * The first call that cannot write throws, once; later ones do nothing, and what reached the disk stays readable.
 */
export class McapFile {
  readonly #path: RecordingPath;
  readonly #disk: Disk;
  readonly #writer: McapOutput;
  readonly #queue = new SerialQueue();
  readonly #schemas = new Map<string, number>();
  readonly #topics: Topic[] = [];
  #firstNs = 0n;
  #lastNs = -1n;
  #failed = false;
  #closed: Promise<void> | undefined;

  private constructor(target: RecordingPath, disk: Disk, chunkBytes: number) {
    this.#path = target;
    this.#disk = disk;
    this.#writer = new McapOutput(disk, chunkBytes);
  }

  /** @param target `out.mcap`, or the folder of a bag. @throws SimgateError `input` if it cannot be created. */
  static async open(target: string, chunkBytes = CHUNK_BYTES): Promise<McapFile> {
    const place = recordingPath(target);
    let handle: FileHandle;
    try {
      await mkdir(path.dirname(place.file), { recursive: true });
      handle = await open(place.file, "w");
    } catch (cause) {
      throw inputError("cannot create the recording", { where: place.file, got: messageOf(cause), cause });
    }
    const file = new McapFile(place, new Disk(handle), chunkBytes);
    await file.run((writer) => writer.start({ profile: "ros2", library: "simgate" }));
    return file;
  }

  /** Of the MCAP file itself, also inside a bag. */
  get path(): string {
    return this.#path.file;
  }

  /**
   * Carries out work on the writer after all that was asked before: at once, unless something is under way. Undefined:
   * it is done.
   */
  run(work: Work): Promise<void> | undefined {
    if (!this.#queue.idle) return this.#queue.run(async () => this.#now(work));
    const rest = this.#now(work);
    return rest === undefined ? undefined : this.#queue.run(() => rest);
  }

  #now(work: Work): Promise<void> | undefined {
    if (this.#failed) return undefined;
    try {
      const rest = work(this.#writer) ?? this.#writer.flush();
      return rest?.catch((cause: unknown) => this.#fail(cause));
    } catch (cause) {
      return this.#fail(cause);
    }
  }

  async #fail(cause: unknown): Promise<never> {
    this.#failed = true;
    await this.#disk.abandon();
    throw runtimeError("the recording stopped", {
      where: this.#path.file,
      got: messageOf(cause),
      hint: "free some space, or check the disk; what was recorded before is in the file",
      cause,
    });
  }

  /** True while work is under way: data handed over now must be copied if it is going to change. */
  get busy(): boolean {
    return !this.#queue.idle;
  }

  async addTopic(topic: string, type: MessageType): Promise<number> {
    let id = 0;
    await this.run((writer) => {
      let schemaId = this.#schemas.get(type.name);
      if (schemaId === undefined) {
        const data = new TextEncoder().encode(type.text);
        schemaId = writer.addSchema(type.name, "ros2msg", data);
        this.#schemas.set(type.name, schemaId);
      }
      id = writer.addChannel({
        schemaId,
        topic,
        messageEncoding: "cdr",
        metadata: new Map([["offered_qos_profiles", OFFERED_QOS_PROFILES]]),
      });
      this.#topics[id] = { topic, type: type.name, messages: 0n };
    });
    return id;
  }

  /**
   * To be called within {@link run}. `publishTime` is the true time; `logTime` too, except that it is moved on by a
   * nanosecond where it would not increase, because players may reorder messages of equal log times.
   */
  message(writer: McapOutput, topicId: number, timeNs: bigint, data: Uint8Array): void {
    const topic = this.#topics[topicId]!;
    const logTime = timeNs > this.#lastNs ? timeNs : this.#lastNs + 1n;
    if (this.#lastNs < 0n) this.#firstNs = logTime;
    this.#lastNs = logTime;
    const sequence = Number(topic.messages++);
    writer.addMessage(topicId, sequence, logTime, timeNs, data);
  }

  async addMetadata(name: string, entries: Readonly<Record<string, string>>): Promise<void> {
    await this.run((writer) => writer.addMetadata(name, entries));
  }

  /** Writes the indexes and, for a bag, its `metadata.yaml`. */
  close(): Promise<void> {
    this.#closed ??= this.#finish();
    return this.#closed;
  }

  async #finish(): Promise<void> {
    await this.run(async (writer) => {
      await writer.end();
      await this.#disk.close();
      if (this.#path.metadata === undefined) return;
      const contents = {
        file: path.basename(this.#path.file),
        startNs: this.#firstNs,
        endNs: this.#lastNs < 0n ? 0n : this.#lastNs,
        topics: this.#topics.filter((topic) => topic.messages > 0n),
      };
      await writeFile(this.#path.metadata, bagMetadata(contents));
    });
  }
}

/** The file behind the writer. One write is under way while the caller prepares the next. */
class Disk implements McapSink {
  readonly #handle: FileHandle;
  #underWay: Promise<void> = Promise.resolve();

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Waits for the write before and throws what that met; begins this one. */
  async write(bytes: Uint8Array): Promise<void> {
    await this.#underWay;
    this.#underWay = this.#put(bytes);
    this.#underWay.catch(() => undefined); // the next call throws it
  }

  async close(): Promise<void> {
    await this.#underWay;
    await this.#handle.close();
  }

  /** After a failed write: lets go of the file as it is, half a chunk at its end included, for readers can use that. */
  async abandon(): Promise<void> {
    await this.#underWay.catch(() => undefined);
    await this.#handle.close().catch(() => undefined);
  }

  async #put(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      done += (await this.#handle.write(bytes, done)).bytesWritten;
    }
  }
}
