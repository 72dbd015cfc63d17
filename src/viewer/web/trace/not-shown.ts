import type { Workspace } from "../run/workspace.ts";
import { element } from "../shell/element.ts";

/** What of a recording could not be shown, and why; nothing where all of it is. */
export class NotShown {
  readonly root: HTMLElement;
  readonly #summary = element("summary", {});
  readonly #list = element("ul", {});
  #shown = "";

  constructor(workspace: Workspace) {
    this.root = element(
      "section",
      { class: "panel not-shown", hidden: true, "aria-label": "Not shown" },
      element("details", {}, this.#summary, this.#list),
    );
    workspace.opened.on(({ recording: { losses, undecoded } }) => {
      const lines = [
        ...losses,
        ...undecoded.map(({ topic, type, reason }) => `${topic} (${type}): ${reason}`),
      ];
      // A live stream opens anew many times a second.
      const text = lines.join("\n");
      if (text === this.#shown) return;
      this.#shown = text;
      this.root.hidden = lines.length === 0;
      this.#summary.textContent = `${lines.length} not shown`;
      this.#list.replaceChildren(...lines.map((line) => element("li", {}, line)));
    });
  }
}
