import type { FinishedItem, ProgressMessage } from "../../live-messages.ts";
import type { Workspace } from "../run/workspace.ts";
import { element } from "../shell/element.ts";
import { oncePerFrame } from "../shell/frame.ts";
import { policyRanking } from "./policy-ranking.ts";

/** An exam or a replay that is under way: how far, what it says so far, and what is finished, to be opened. */
export class ProgressView {
  readonly root = element("div", { class: "exam-view" });
  readonly #open: (id: string) => void;
  readonly #text = element("p", { class: "progress-text" });
  readonly #bar = element("progress", { max: 1, "aria-label": "Progress" });
  readonly #ranking = element("div", {});
  readonly #list = element("ol", { class: "finished" });
  #said: ProgressMessage | undefined;

  constructor(workspace: Workspace, open: (id: string) => void) {
    this.#open = open;
    this.root.append(
      element(
        "div",
        { class: "exam-columns" },
        element(
          "div",
          { class: "exam-left" },
          element(
            "section",
            { class: "panel under-way", "aria-label": "Progress" },
            element("h2", {}, "Under way"),
            this.#bar,
            this.#text,
            element("p", { class: "muted" }, "When it is done, what came of it opens here."),
          ),
          this.#ranking,
        ),
        element(
          "section",
          { class: "panel under-way", "aria-label": "Finished" },
          element("h2", {}, "Finished, newest first"),
          this.#list,
        ),
      ),
    );
    const draw = oncePerFrame(() => this.#draw());
    workspace.progressed.on((said) => {
      this.#said = said;
      draw();
    });
  }

  #draw(): void {
    if (this.#said === undefined) return;
    const { done, asked, of, finished, total, latest, policies, confidence } = this.#said;
    this.#bar.value = asked === 0 ? 0 : done / asked;
    this.#text.textContent = `${done} of ${asked} rollouts asked for so far; ${finished} of ${total} ${of} finished`;
    this.#ranking.replaceChildren(
      ...(policies.length === 0 ? [] : [policyRanking({ policies, confidence })]),
    );
    // What has the focus keeps it.
    const shown = [...this.#list.children].map((item) => (item as HTMLElement).dataset["id"]);
    if (shown.join() !== latest.map(({ id }) => id).join()) {
      const focused = (document.activeElement?.closest("li") as HTMLElement | null)?.dataset["id"];
      this.#list.replaceChildren(...latest.map((item) => this.#item(item)));
      if (focused !== undefined) {
        this.#list.querySelector<HTMLElement>(`li[data-id="${CSS.escape(focused)}"] button`)?.focus();
      }
    }
  }

  #item({ id, title, text, wrong }: FinishedItem): HTMLElement {
    return element(
      "li",
      { "data-id": id },
      element(
        "button",
        { type: "button", class: "plain", onclick: () => this.#open(id) },
        element("i", { class: wrong ? "wrong-pass-ink" : "", "aria-hidden": "true" }, wrong ? "✗" : "✓"),
        element("b", {}, title),
        element("span", {}, text),
      ),
    );
  }
}
