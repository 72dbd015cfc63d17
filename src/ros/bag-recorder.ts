import { statSync } from "node:fs";
import { messageOf } from "../core/errors.ts";
import { toSec, type TimeNs } from "../core/time.ts";
import { recordingPath } from "../record/bag-metadata.ts";
import { McapFile } from "../record/mcap-file.ts";
import { messageType } from "../record/message-definitions.ts";
import { SerialQueue } from "../record/serial-queue.ts";
import type { DiagnosticStatus } from "./messages.ts";

export interface BagRecorderOptions {
  /** Folder of the bag, or `*.mcap`. Where one lies already, the next free of `-2`, `-3`, … is taken. */
  readonly target: string;
  readonly log: (level: "info" | "warn", text: string) => void;
}

/** Messages that may wait for the disk; past it they are left out, and counted. */
const MOST_WAITING = 20_000;
/** Time set back by more begins another bag: players go by time. */
const BACK_SEC = 0.5;

/**
 * Writes what goes over the network into a bag that `ros2 bag` opens, on the clock of the simulation or the robot. A
 * disk that is full or gone ends the recording, not the node.
 */
export class BagRecorder {
  readonly #target: string;
  readonly #log: BagRecorderOptions["log"];
  readonly #queue = new SerialQueue();
  readonly #unknown = new Set<string>();
  #file: McapFile;
  #topics = new Map<string, number>();
  #now: () => TimeNs | undefined = () => undefined;
  #lastNs: TimeNs | undefined;
  #waiting = 0;
  #written = 0;
  #leftOut = 0;
  #failure: string | undefined;
  #closed: Promise<void> | undefined;

  /** @throws SimgateError `input` if the file cannot be created. */
  static async open({ target, log }: BagRecorderOptions): Promise<BagRecorder> {
    return new BagRecorder(target, log, await McapFile.open(freeTarget(target)));
  }

  private constructor(target: string, log: BagRecorderOptions["log"], file: McapFile) {
    this.#target = target;
    this.#log = log;
    this.#file = file;
    log("info", `recording into ${file.path}`);
  }

  /** What a message is stamped with when it is written. While there is no time, nothing is. */
  follow(now: () => TimeNs | undefined): void {
    this.#now = now;
  }

  /** The bytes are copied. Messages of types that simgate does not know are left out. */
  write(topic: string, typeName: string, bytes: Uint8Array): void {
    const timeNs = this.#now();
    if (timeNs === undefined || this.#failure !== undefined || this.#closed !== undefined) return;
    const type = messageType(typeName);
    if (type === undefined || this.#waiting >= MOST_WAITING) {
      this.#leftOut++;
      if (type === undefined && !this.#unknown.has(typeName)) {
        this.#unknown.add(typeName);
        this.#log("warn", `${topic} is not recorded: the definition of ${typeName} is not known`);
      }
      return;
    }
    const back = this.#lastNs !== undefined && toSec(this.#lastNs - timeNs) > BACK_SEC;
    this.#lastNs = timeNs;
    const copy = bytes.slice();
    this.#waiting++;
    void this.#run(async () => {
      this.#waiting--;
      if (this.#failure !== undefined) return;
      if (back) await this.#another();
      const id = this.#topics.get(topic) ?? (await this.#file.addTopic(topic, type));
      this.#topics.set(topic, id);
      await this.#file.run((writer) => this.#file.message(writer, id, timeNs, copy));
      this.#written++;
    });
  }

  status(name: string): DiagnosticStatus {
    const values = { messages: `${this.#written}`, "left out": `${this.#leftOut}`, file: this.#file.path };
    const about = { name: `${name}: recording`, hardwareId: this.#file.path, values };
    if (this.#failure !== undefined) return { ...about, level: "error", message: this.#failure };
    return { ...about, level: this.#leftOut > 0 ? "warn" : "ok", message: "recording" };
  }

  /** Writes what waits, the index and `metadata.yaml`. Never throws: what went wrong is logged. */
  close(): Promise<void> {
    this.#closed ??= this.#run(() => this.#file.close());
    return this.#closed;
  }

  async #another(): Promise<void> {
    await this.#file.close();
    this.#file = await McapFile.open(freeTarget(this.#target));
    this.#topics = new Map();
    this.#log("info", `time was set back: recording on into ${this.#file.path}`);
  }

  #run(work: () => Promise<void>): Promise<void> {
    return this.#queue.run(work).catch((thrown: unknown) => {
      if (this.#failure !== undefined) return;
      this.#failure = messageOf(thrown).replaceAll(/\s*\n\s*/g, "; ");
      this.#log("warn", this.#failure);
    });
  }
}

function freeTarget(target: string): string {
  const [, stem = target, extension = ""] = /^(.*?)(\.mcap)?$/.exec(target) ?? [];
  for (let n = 1; ; n++) {
    const next = `${stem}${n === 1 ? "" : `-${n}`}${extension}`;
    const { file, metadata } = recordingPath(next);
    if (bytesOf(file) === 0 && (metadata === undefined || bytesOf(metadata) === 0)) return next;
  }
}

function bytesOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
