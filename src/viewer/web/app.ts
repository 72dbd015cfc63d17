import type { Run, Session } from "../session.ts";
import { server } from "./data/server.ts";
import { ExamPlace } from "./exam/exam-place.ts";
import { ProgressView } from "./exam/progress-view.ts";
import { OperatorView } from "./operator/operator-view.ts";
import type { RunLoader } from "./run/run-loader.ts";
import { RunPicker } from "./run/run-picker.ts";
import { Workspace } from "./run/workspace.ts";
import { readLink, writeLink, type DeepLink } from "./shell/deep-link.ts";
import { Clip, screenshot, type Caption } from "./shell/capture.ts";
import { onDroppedFile } from "./shell/drop.ts";
import { afterQuiet } from "./shell/frame.ts";
import { Help } from "./shell/help.ts";
import { Keys } from "./shell/keys.ts";
import { hideProblem, showProblem } from "./shell/notice.ts";
import { say } from "./shell/say.ts";
import { toggleTheme } from "./shell/theme.ts";
import { TopBar } from "./shell/top-bar.ts";
import { seconds } from "./numbers/format.ts";
import { TimeBar } from "./time/time-bar.ts";
import { TraceView } from "./trace/trace-view.ts";

/** The address follows the cursor once it rests: browsers take note of every change, and take their time. */
const LINK_SETTLES_MS = 400;

export type ViewName = "trace" | "exam" | "operator";

/** Puts the views together and keeps the address in step with them. */
export class App {
  readonly workspace: Workspace;
  readonly timeBar: TimeBar;
  readonly trace: TraceView;
  readonly picker: RunPicker;
  readonly exam: ExamPlace;
  readonly help = new Help();
  readonly #top: TopBar;
  readonly #operator: OperatorView;
  readonly #views = new Map<ViewName, HTMLElement>();
  #view: ViewName = "trace";
  #link: DeepLink = {};
  #clip: Clip | undefined;
  readonly #settled = afterQuiet(LINK_SETTLES_MS, () => this.#writeLink());

  constructor(session: Session | null, loader: RunLoader) {
    this.workspace = new Workspace(session, loader);
    this.timeBar = new TimeBar(document.getElementById("time")!, this.workspace);
    this.trace = new TraceView(this.workspace);
    this.picker = new RunPicker(this.workspace, (run) => void this.open(run));
    this.exam = new ExamPlace(this.workspace, {
      open: (policy, start) => void this.openStart(policy, start),
      changed: (choice) => {
        this.#link = { ...this.#link, ...choice };
        this.#settled();
      },
    });
    this.#views.set("trace", this.trace.root);
    if (this.exam.available) this.#views.set("exam", this.exam.root);
    else if (session?.live?.shows === "progress") {
      this.#views.set("exam", new ProgressView(this.workspace, (id) => void this.openNamed(id)).root);
    }
    this.#operator = new OperatorView(this.workspace);
    this.#views.set("operator", this.#operator.root);
    this.workspace.failed.on(showProblem);
    this.workspace.replaced.on(() => void this.#meetOther());
    this.#top = new TopBar(document.getElementById("top")!, this);
    document.getElementById("main")!.append(...this.#views.values());
    new Keys(this).listen();
    onDroppedFile((file) => void this.openFile(file));
    this.workspace.clock.changed.on(({ playing }) => {
      if (!playing) this.#settled();
    });
    this.workspace.selected.on(this.#settled);
    this.workspace.opened.on(() => this.#placeTime());
    addEventListener("popstate", () => location.reload());
  }

  get view(): ViewName {
    return this.#view;
  }

  get views(): readonly ViewName[] {
    return [...this.#views.keys()];
  }

  async start(): Promise<void> {
    const { session } = this.workspace;
    const link = readLink(location.search);
    this.#link = link;
    const first = session?.live?.shows === "progress" ? "exam" : "trace";
    this.show(this.views.find((name) => name === link.view) ?? first);
    this.workspace.listen();
    const run = (link.run === undefined ? undefined : this.workspace.runOf(link.run)) ?? session?.runs[0];
    if (run !== undefined) await this.open(run, link.timeSec);
    if (link.run !== undefined && run?.id !== link.run) {
      showProblem(new Error(`there is no run "${link.run}" here`));
    }
    if (link.channel !== undefined) this.workspace.select(link.channel);
  }

  show(view: ViewName): void {
    if (!this.#views.has(view)) return;
    this.#view = view;
    for (const [name, root] of this.#views) root.hidden = name !== view;
    this.#placeTime();
    this.#operator.redraw();
    this.#top.draw();
    this.#settled();
    say(`${view} view`);
    if (view === "exam" && this.exam.available) this.exam.show(this.#mapChoice()).catch(showProblem);
  }

  /** The exam is about all moments at once. */
  #placeTime(): void {
    const { current, session } = this.workspace;
    const isComing = current === undefined && session !== null && session.runs.length > 0;
    document.getElementById("time")!.hidden = this.#view === "exam" || (current === undefined && !isComing);
  }

  /** To the outcome map, ready for its keys. */
  async showMap(): Promise<void> {
    this.show("exam");
    if (!this.exam.available) return;
    (await this.exam.show(this.#mapChoice()).catch(() => undefined))?.map?.focus();
  }

  /** As the address says, or else as the report draws it. */
  #mapChoice(): DeepLink {
    const [x, y] = this.workspace.session?.scenario?.map ?? [];
    return { ...(x === undefined || y === undefined ? {} : { x, y }), ...this.#link };
  }

  /** Both traces of a start of the panel. */
  async openStart(policy: string, start: number): Promise<void> {
    const run = this.workspace.runOf(`${policy}/${start}`);
    if (run === undefined) {
      const ability = this.workspace.session?.abilities.rollouts;
      const why = ability === true || ability === undefined ? "it is not in the panel" : ability.reason;
      showProblem(new Error(`the traces of ${policy}, start #${start} cannot be opened: ${why}`));
      return;
    }
    await this.#openInScene(run);
  }

  /** A run by what an address calls it. */
  async openNamed(id: string): Promise<void> {
    const run = this.workspace.runOf(id);
    if (run === undefined) showProblem(new Error(`there is no run "${id}" here`));
    else await this.#openInScene(run);
  }

  async #openInScene(run: Run): Promise<void> {
    await this.open(run);
    this.show("trace");
    document.getElementById("main")!.focus();
  }

  /** The server shows something else: the same page goes on with that, at the same place of it as far as there is one. */
  async #meetOther(): Promise<void> {
    const { session } = this.workspace;
    const next = await server.session().catch(() => undefined);
    if (next === undefined || JSON.stringify(next) === JSON.stringify(session)) return;
    this.#writeLink();
    const { run, timeSec, ...place } = readLink(location.search);
    const keeps = run !== undefined && session?.runs.every(({ id, href }) => id !== run || href !== null);
    const link = keeps ? { ...place, run, ...(timeSec === undefined ? {} : { timeSec }) } : place;
    history.replaceState(null, "", writeLink(link, location.search) || ".");
    location.reload();
  }

  async open(run: Run, atSec?: number): Promise<void> {
    hideProblem();
    document.body.setAttribute("aria-busy", "true");
    try {
      await this.workspace.open(run, atSec);
      this.#link = { ...this.#link, run: run.id };
      this.#settled();
      say(`${run.title} is open`);
    } catch (thrown) {
      showProblem(thrown);
    } finally {
      document.body.removeAttribute("aria-busy");
    }
  }

  async openFile(file: File): Promise<void> {
    hideProblem();
    try {
      await this.workspace.openBytes(file.name, new Uint8Array(await file.arrayBuffer()));
      this.show("trace");
    } catch (thrown) {
      showProblem(thrown);
    }
  }

  async screenshot(): Promise<void> {
    await screenshot(this.trace.scene.view, this.#caption());
    say("screenshot saved");
  }

  toggleClip(): void {
    if (this.#clip !== undefined) {
      this.#clip.stop();
      return;
    }
    this.#clip = new Clip(
      this.trace.scene.view,
      () => this.#caption(),
      () => {
        this.#clip = undefined;
        this.#top.setFilming(false);
        say("clip saved");
      },
    );
    this.#top.setFilming(true);
    say("recording a clip");
  }

  toggleTheme(): void {
    say(`${toggleTheme()} theme`);
  }

  #caption(): Caption {
    const { current, clock, session } = this.workspace;
    const parts = [session?.title, current?.title].filter((part) => part !== undefined);
    return { title: parts.join(" · "), moment: seconds(clock.head.timeSec) };
  }

  #writeLink(): void {
    const { current, clock } = this.workspace;
    const id = current?.run?.id ?? this.#link.run;
    const link: DeepLink = {
      ...this.#link,
      view: this.#view,
      ...(id === undefined ? {} : { run: id }),
      ...(current === undefined || clock.following ? {} : { timeSec: clock.head.timeSec }),
      ...(this.trace.channel === undefined ? {} : { channel: this.trace.channel }),
    };
    const address = writeLink(link, location.search);
    if (address !== location.search) history.replaceState(null, "", `${address}${location.hash}` || ".");
  }
}
