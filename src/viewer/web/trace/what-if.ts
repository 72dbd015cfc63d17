import { decodeRecording } from "../../decode-recording.ts";
import { server } from "../data/server.ts";
import type { Workspace } from "../run/workspace.ts";
import { element } from "../shell/element.ts";
import { showProblem } from "../shell/notice.ts";
import { say } from "../shell/say.ts";
import { indexAt } from "../time/nearest.ts";

/** How far the fan reaches, s. */
const REACHES_SEC = [0.5, 1, 2, 5];
/** The fan follows the cursor, but not every step of its way, ms. */
const SETTLE_MS = 150;

/** What the model predicts from here, and what comes of it when one goes on differently from here. */
export class WhatIf {
  readonly root: HTMLElement;
  readonly #workspace: Workspace;
  readonly #fanButton: HTMLButtonElement;
  readonly #reach: HTMLSelectElement;
  readonly #from: HTMLSelectElement;
  readonly #world: HTMLSelectElement;
  readonly #policy: HTMLSelectElement;
  readonly #branchButton: HTMLButtonElement;
  readonly #clearButton: HTMLButtonElement;
  readonly #fanGroup: HTMLElement;
  readonly #branchGroup: HTMLElement;
  readonly #besideGroup: HTMLElement;
  readonly #beside: ReadonlyMap<string, HTMLInputElement>;
  readonly #reason = element("p", { class: "muted what-if-reason" });
  #fanOn = false;
  #fanStep = -1;
  #asking: AbortController | undefined;
  #settle: ReturnType<typeof setTimeout> | undefined;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    const { session } = workspace;
    const select = (label: string, options: readonly (readonly [string, string])[], chosen?: string) =>
      element(
        "select",
        { "aria-label": label },
        ...options.map(([value, text]) => element("option", { value, selected: value === chosen }, text)),
      );
    this.#fanButton = element(
      "button",
      {
        type: "button",
        "aria-pressed": "false",
        title: "What the model predicts from here, against what then happened (h)",
        onclick: () => this.toggleFan(),
      },
      "Horizon fan",
    );
    this.#reach = select(
      "Reach of the fan",
      REACHES_SEC.map((sec) => [String(sec), `${sec} s`] as const),
      "1",
    );
    this.#reach.addEventListener("change", () => this.#requestFan(true));
    this.#from = select("Branch off from the state of", [
      ["truth", "truth"],
      ["candidate", "candidate"],
    ]);
    const worlds = [...new Set([session?.truth, session?.candidate, ...(session?.worlds ?? [])])].filter(
      (name) => name !== null && name !== undefined,
    );
    this.#world = select(
      "World of the branch",
      worlds.map((name) => [name, name] as const),
      session?.candidate ?? undefined,
    );
    this.#policy = select("Policy of the branch", [
      ["", "the run's policy"],
      ["recorded", "its recorded commands"],
      ...(session?.policies ?? []).map((name) => [name, name] as const),
    ]);
    this.#branchButton = element(
      "button",
      { type: "button", title: "From here, run on (b)", onclick: () => void this.branch() },
      "Branch here",
    );
    this.#clearButton = element(
      "button",
      { type: "button", hidden: true, onclick: () => workspace.clearBranches() },
      "Clear",
    );
    this.#fanGroup = element("div", { class: "row" }, this.#fanButton, this.#reach);
    this.#branchGroup = element(
      "div",
      { class: "row" },
      this.#branchButton,
      element("label", {}, "from ", this.#from),
      element("label", {}, "in ", this.#world),
      element("label", {}, "under ", this.#policy),
      this.#clearButton,
    );
    const others = worlds.filter((name) => name !== session?.truth && name !== session?.candidate);
    this.#beside = new Map(
      others.map((name) => [
        name,
        element("input", { type: "checkbox", onchange: () => void this.#openBeside() }),
      ]),
    );
    this.#besideGroup = element(
      "div",
      { class: "row", role: "group", "aria-label": "Other candidates beside" },
      "Beside:",
      ...[...this.#beside].map(([name, box]) => element("label", {}, box, ` ${name}`)),
    );
    this.root = element(
      "section",
      { class: "panel what-if", "aria-label": "What if" },
      this.#fanGroup,
      this.#besideGroup,
      this.#branchGroup,
      this.#reason,
    );
    workspace.opened.on(() => this.#offer());
    workspace.clock.changed.on(({ playing }) => {
      if (this.#fanOn && !playing) this.#requestFan(false);
    });
    this.#offer();
  }

  toggleFan(): void {
    if (this.#fanGroup.hidden) return;
    this.#fanOn = !this.#fanOn;
    this.#fanButton.setAttribute("aria-pressed", String(this.#fanOn));
    if (this.#fanOn) this.#requestFan(true);
    else this.#workspace.setFan(undefined);
    say(`horizon fan ${this.#fanOn ? "on" : "off"}`);
  }

  /** Runs on from the cursor, and lays what comes of it beside the run. */
  async branch(): Promise<void> {
    const { current } = this.#workspace;
    if (this.#branchGroup.hidden || this.#branchButton.disabled || current?.run == null) return;
    const role = (name: string): string => {
      const { session } = this.#workspace;
      return name === session?.truth ? "truth" : name === session?.candidate ? "candidate" : name;
    };
    this.#branchButton.disabled = true;
    this.#branchButton.textContent = "Branching…";
    try {
      const policy = this.#policy.value;
      const bytes = await server.branch({
        run: current.run.id,
        atStep: this.#step(),
        from: this.#from.value === "candidate" ? "candidate" : "truth",
        world: role(this.#world.value),
        ...(policy === "" ? {} : { policy }),
      });
      const { scenario } = this.#workspace.session ?? { scenario: null };
      const { worlds } = await decodeRecording(bytes, scenario === null ? {} : { channels: scenario });
      const [world] = worlds;
      if (world === undefined) throw new Error("the branch has no step: it began where the run ends");
      this.#workspace.addBranch({ ...world, role: "branch" });
      say(`branched off in ${world.name ?? ""}: ${world.outcome?.kind ?? "no outcome"}`);
    } catch (thrown) {
      showProblem(thrown);
    } finally {
      this.#branchButton.disabled = false;
      this.#branchButton.textContent = "Branch here";
    }
  }

  async #openBeside(): Promise<void> {
    const wanted = [...this.#beside].filter(([, box]) => box.checked).map(([name]) => name);
    try {
      await this.#workspace.openBeside(wanted);
      say(wanted.length === 0 ? "candidate alone" : `beside the candidate: ${wanted.join(", ")}`);
    } catch (thrown) {
      showProblem(thrown);
    }
  }

  #step(): number {
    const { current, clock } = this.#workspace;
    const times = Object.values(current?.truth.observation ?? {})[0]?.timesSec ?? [];
    return Math.max(0, indexAt(times, clock.head.timeSec));
  }

  #requestFan(anew: boolean): void {
    const step = this.#step();
    if (!anew && step === this.#fanStep) return;
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => void this.#fetchFan(step), anew ? 0 : SETTLE_MS);
  }

  async #fetchFan(step: number): Promise<void> {
    const { current, session } = this.#workspace;
    const periodSec = current?.truth.controlPeriodSec ?? session?.scenario?.controlPeriodSec;
    if (current?.run == null || periodSec === undefined || !this.#fanOn) return;
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.#fanStep = step;
    try {
      const steps = Math.max(1, Math.round(Number(this.#reach.value) / periodSec));
      const fan = await server.fan({ run: current.run.id, atSteps: [step], steps }, asking.signal);
      if (!asking.signal.aborted && this.#fanOn) this.#workspace.setFan(fan);
    } catch (thrown) {
      if (asking.signal.aborted) return;
      this.toggleFan();
      showProblem(thrown);
    }
  }

  #offer(): void {
    const { session, current, branches } = this.#workspace;
    const fromServer = current?.run?.policy != null && current.run.start !== null;
    const fan = session?.abilities.fan;
    const branch = session?.abilities.branch;
    this.#fanGroup.hidden = !fromServer || fan !== true;
    this.#branchGroup.hidden = !fromServer || branch !== true;
    this.#besideGroup.hidden = !fromServer || session?.abilities.rollouts !== true || this.#beside.size === 0;
    for (const [name, box] of this.#beside)
      box.checked = current?.worlds.some(({ role }) => role === name) ?? false;
    this.#clearButton.hidden = branches.length === 0;
    const reasons = [fan, branch].flatMap((one) => (one === true || one === undefined ? [] : [one.reason]));
    this.#reason.textContent = current === undefined ? "" : [...new Set(reasons)].join("; ");
    this.root.hidden =
      this.#fanGroup.hidden &&
      this.#branchGroup.hidden &&
      this.#besideGroup.hidden &&
      this.#reason.textContent === "";
    // The fan that is there belongs to another run.
    if (this.#workspace.fan === undefined) this.#fanStep = -1;
    if (this.#fanOn && this.#fanStep < 0) this.#requestFan(true);
  }
}
