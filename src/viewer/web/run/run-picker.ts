import type { Run } from "../../session.ts";
import { element } from "../shell/element.ts";
import type { Workspace } from "./workspace.ts";

/** Which run lies open, and the others that may. */
export class RunPicker {
  readonly root: HTMLElement;
  readonly #select: HTMLSelectElement;
  readonly #workspace: Workspace;
  readonly #open: (run: Run) => void;
  #shown: string | undefined = "";

  constructor(workspace: Workspace, open: (run: Run) => void) {
    this.#workspace = workspace;
    this.#open = open;
    this.#select = element("select", {
      "aria-label": "Run",
      onchange: () => {
        const run = workspace.runOf(this.#select.value);
        if (run !== undefined) open(run);
      },
    });
    this.root = element("label", { class: "run-picker" }, "Run ", this.#select);
    workspace.opened.on(() => this.#draw());
    this.#draw();
  }

  /** The next or previous run of the list. */
  step(direction: 1 | -1): void {
    const runs = this.#workspace.session?.runs ?? [];
    const at = runs.findIndex(({ id }) => id === this.#workspace.current?.run?.id);
    const next = runs[(at + direction + runs.length) % Math.max(1, runs.length)];
    if (next !== undefined) this.#open(next);
  }

  #draw(): void {
    const runs = this.#workspace.session?.runs ?? [];
    const { current } = this.#workspace;
    const here =
      current === undefined ? undefined : (current.run ?? { id: "", title: current.title, why: null });
    if (here?.id === this.#shown) return;
    this.#shown = here?.id;
    const listed = runs.some(({ id }) => id === here?.id);
    const option = ({ id, title, why }: Pick<Run, "id" | "title" | "why">): HTMLOptionElement =>
      element("option", { value: id, selected: id === here?.id }, why === null ? title : `${title}: ${why}`);
    this.#select.replaceChildren(
      ...(here === undefined || listed ? [] : [option(here)]),
      ...runs.map(option),
    );
    this.root.hidden = runs.length + (listed ? 0 : 1) < 2;
  }
}
