import type { RecordedWorld, Recording, RecordingEvent } from "../../recording.ts";
import type { ProgressMessage, TrustMessage } from "../../live-messages.ts";
import type { Scene } from "../../scene.ts";
import type { Fan, MarginCurve, Run, Session } from "../../session.ts";
import { LiveConnection, type Health, type LiveUpdate } from "../data/live-connection.ts";
import { type RecordingPart, RecordingInParts } from "../data/recording-in-parts.ts";
import { pageAddress, rolloutAddress, server } from "../data/server.ts";
import { Emitter } from "../shell/emitter.ts";
import { painted } from "../shell/frame.ts";
import type { Alignment } from "../time/alignment.ts";
import { Clock } from "../time/clock.ts";
import { alignableEvents, alignmentAt } from "./event-alignments.ts";
import { findRun } from "./find-run.ts";
import { openRecording, type Opened } from "./opened.ts";
import { RunLoader } from "./run-loader.ts";

/** How much of a live stream is kept to look back on, s. */
const LIVE_KEEP_SEC = 120;

/** What the reader has in front of them, shared by all views: the run, the moment, the channel looked at. */
export class Workspace {
  readonly clock = new Clock();
  readonly opened = new Emitter<Opened>();
  readonly scened = new Emitter<Scene | null>();
  readonly selected = new Emitter<string>();
  /** An event that was jumped to. */
  readonly noticed = new Emitter<RecordingEvent>();
  readonly fanned = new Emitter<Fan | undefined>();
  /** Something that was begun on the reader's behalf did not work. */
  readonly failed = new Emitter<unknown>();
  readonly trusted = new Emitter<TrustMessage>();
  readonly progressed = new Emitter<ProgressMessage>();
  readonly health = new Emitter<Health>();
  /** The server shows something else from now on. */
  readonly replaced = new Emitter<void>();
  readonly session: Session | null;
  readonly #loader: RunLoader;
  scene: Scene | null = null;
  /** True while what arrives live is what lies open. */
  arriving = false;
  /** The rollout that was arriving has come to its end. */
  ended = false;
  /** The live run that lies open, and whether anything of it is shown yet. */
  #followed: Run | undefined;
  #isNew = false;
  #saidNothing = false;
  fan: Fan | undefined;
  #current: Opened | undefined;
  #recording: Recording | undefined;
  #run: Run | null = null;
  #title = "";
  #branches: RecordedWorld[] = [];
  #margins: readonly MarginCurve[] = [];
  #alignment: Alignment = { kind: "time" };
  #alignmentName = "time";
  /** Counts openings, so that what was asked for before the last one is not shown after it. */
  #opening = 0;

  /** @param loader may have begun already with the run that will be opened first */
  constructor(session: Session | null, loader = new RunLoader(session)) {
    this.session = session;
    this.#loader = loader;
  }

  get current(): Opened | undefined {
    return this.#current;
  }

  get alignmentName(): string {
    return this.#alignmentName;
  }

  get branches(): readonly RecordedWorld[] {
    return this.#branches;
  }

  /** The run of `?run=`, of the session or of its panel. */
  runOf(id: string): Run | undefined {
    return findRun(this.session, id);
  }

  /**
   * Fetches, decodes and shows a run, at a moment of it or else at its beginning; done once there is something to see.
   * The rest of a long one grows in after that.
   */
  async open(run: Run, atSec?: number): Promise<void> {
    const opening = ++this.#opening;
    if (run.href === null) {
      this.#follow(run);
      if (atSec !== undefined) this.clock.seek(atSec);
      return;
    }
    this.#leaveLive();
    const { recording, scene } = this.#loader.load(run, run.href, atSec ?? 0);
    // What comes later does not hold up what is there; but no recording is shown in the scene of another.
    const itsScene = this.#current === undefined ? scene : recording.first.then(() => scene);
    this.#showScene(itsScene, opening).catch((thrown: unknown) => this.failed.emit(thrown));
    const parts = recording[Symbol.asyncIterator]();
    const { value: first } = await parts.next();
    if (opening !== this.#opening || first === undefined) return void parts.return();
    this.#begin(run, run.title, first.recording);
    this.clock.seek(atSec ?? this.clock.span.fromSec);
    const later = async (): Promise<void> => {
      await this.#readOn(parts, opening);
      await this.#loadMargins(run, opening);
    };
    later().catch((thrown: unknown) => this.failed.emit(thrown));
  }

  /** What is there is seen before more of it is read. */
  async #readOn(parts: AsyncGenerator<RecordingPart, void, void>, opening: number): Promise<void> {
    await painted();
    for await (const { recording, isWhole } of parts) {
      if (opening !== this.#opening) return;
      this.#recording = recording;
      this.#alignment = alignmentAt(recording, this.#alignmentName) ?? this.#alignment;
      this.#refresh();
      if (!isWhole) await painted();
    }
  }

  /** The open run again, with other candidates beside it. */
  async openBeside(worlds: readonly string[]): Promise<void> {
    const run = this.#run;
    if (run?.policy == null || run.start === null) return;
    const { timeSec } = this.clock.head;
    await this.open({ ...run, href: rolloutAddress(run.policy, run.start, worlds) }, timeSec);
    this.#run = run;
  }

  /** A file of this machine. */
  async openBytes(name: string, bytes: Uint8Array): Promise<void> {
    const opening = ++this.#opening;
    const { scenario } = this.session ?? { scenario: null };
    const channels = scenario === null ? {} : { channels: scenario };
    const recording = await new RecordingInParts({ bytes }, { name, ...channels }).whole();
    if (opening !== this.#opening) return;
    this.#leaveLive();
    this.#begin(null, name, recording);
    this.clock.seek(this.clock.span.fromSec);
    await this.#showScene(this.#loader.sceneOf(recording), opening);
  }

  addBranch(world: RecordedWorld): void {
    this.#branches = [...this.#branches, world];
    this.#refresh();
  }

  clearBranches(): void {
    this.#branches = [];
    this.#refresh();
  }

  setFan(fan: Fan | undefined): void {
    this.fan = fan;
    this.fanned.emit(fan);
  }

  select(channel: string): void {
    this.selected.emit(channel);
  }

  groupOf(channel: string): string {
    const { scenario } = this.session ?? { scenario: null };
    return scenario?.observation.find(({ name }) => name === channel)?.group ?? "other";
  }

  /** Names of what truth and candidate can be aligned by: time, step, and every event that both have. */
  alignments(): readonly string[] {
    if (this.#recording === undefined || this.#recording.worlds.length < 2) return ["time"];
    return ["time", "step", ...alignableEvents(this.#recording)];
  }

  alignBy(name: string): void {
    const found = this.#recording && alignmentAt(this.#recording, name);
    this.#alignment = found ?? { kind: name === "step" ? "step" : "time" };
    this.#alignmentName = name;
    this.#refresh();
  }

  /** Hears what arrives live, whatever lies open. */
  listen(): void {
    const { live, scenario } = this.session ?? { live: null, scenario: null };
    if (live === null) return;
    const connection = new LiveConnection(pageAddress(live.url, "ws"), {
      keepSec: LIVE_KEEP_SEC,
      ...(scenario === null ? {} : { channels: scenario }),
    });
    connection.trusted.on((trust) => this.trusted.emit(trust));
    connection.progressed.on((progress) => this.progressed.emit(progress));
    connection.health.on((health) => this.health.emit(health));
    connection.replaced.on(() => this.replaced.emit());
    connection.updated.on((update) => this.#arrived(update));
    connection.start();
  }

  #follow(run: Run): void {
    this.#followed = run;
    this.#isNew = true;
    this.arriving = true;
    this.clock.follow();
  }

  #arrived({ recording, begins, ended }: LiveUpdate): void {
    const run = this.#followed;
    if (run === undefined) return;
    this.ended = ended;
    if (recording.worlds.length === 0) {
      this.#sayNothingShown(recording);
      return;
    }
    if (!begins && !this.#isNew) {
      this.#recording = recording;
      this.#refresh();
      return;
    }
    this.#isNew = false;
    const following = this.clock.following;
    this.#begin(run, run.title, recording);
    if (following) this.clock.follow();
    this.#showScene(this.#loader.sceneOf(recording), ++this.#opening).catch((thrown: unknown) =>
      this.failed.emit(thrown),
    );
  }

  /** Once. */
  #sayNothingShown({ undecoded }: Recording): void {
    if (this.#current !== undefined || this.#saidNothing) return;
    this.#saidNothing = true;
    const topics = undecoded.map(({ topic, type, reason }) => `${topic} (${type}): ${reason}`);
    this.failed.emit(new Error(`nothing of what arrives can be shown: ${topics.slice(0, 5).join("; ")}`));
  }

  #leaveLive(): void {
    this.#followed = undefined;
    this.arriving = false;
    this.ended = false;
  }

  #begin(run: Run | null, title: string, recording: Recording): void {
    this.#run = run;
    this.#title = title;
    this.#recording = recording;
    this.#branches = [];
    this.#margins = [];
    this.#alignment = { kind: "time" };
    this.#alignmentName = "time";
    this.setFan(undefined);
    this.#refresh();
  }

  #refresh(): void {
    if (this.#recording === undefined) return;
    const opened = openRecording(
      {
        run: this.#run,
        title: this.#title,
        recording: this.#recording,
        branches: this.#branches,
        margins: this.#margins,
        alignment: this.#alignment,
      },
      this.session,
    );
    if (opened === undefined) return;
    this.#current = opened;
    this.opened.emit(opened);
    this.clock.setSpan(opened.span, opened.reachSec);
  }

  async #showScene(loading: Promise<Scene | null>, opening: number): Promise<void> {
    const scene = await loading;
    if (opening !== this.#opening || scene === null) return;
    this.scene = scene;
    this.scened.emit(scene);
  }

  async #loadMargins(run: Run, opening: number): Promise<void> {
    if (this.session?.abilities.margins !== true) return;
    const margins = await server.margins(run.id);
    if (opening !== this.#opening) return;
    this.#margins = margins;
    this.#refresh();
  }
}
