import type { App, ViewName } from "../app.ts";
import { element } from "./element.ts";
import { iconButton } from "./icon.ts";
import { LinkState } from "./link-state.ts";
import { onTheme } from "./theme.ts";

const NAMES: Readonly<Record<ViewName, string>> = { trace: "Trace", exam: "Exam", operator: "Operator" };

/** Title, views, run, and what can be done with the page as a whole. */
export class TopBar {
  readonly #app: App;
  readonly #tabs = new Map<ViewName, HTMLButtonElement>();
  readonly #clip: HTMLButtonElement;

  constructor(place: HTMLElement, app: App) {
    this.#app = app;
    const { session } = app.workspace;
    const file = element("input", {
      type: "file",
      accept: ".mcap",
      class: "visually-hidden",
      tabindex: -1,
      "aria-label": "MCAP file",
      onchange: () => {
        const chosen = file.files?.[0];
        if (chosen !== undefined) void app.openFile(chosen);
        file.value = "";
      },
    });
    app.views.forEach((name, i) =>
      this.#tabs.set(
        name,
        element(
          "button",
          { type: "button", title: `${NAMES[name]} (${i + 1})`, onclick: () => app.show(name) },
          NAMES[name],
        ),
      ),
    );
    this.#clip = iconButton("record", "Record a clip (Shift+R)", () => app.toggleClip());
    const theme = iconButton("theme", "Dark or light (Shift+D)", () => app.toggleTheme());
    place.append(
      element("span", { class: "brand" }, "simgate"),
      element("h1", { class: "title", title: session?.title ?? "" }, session?.title ?? "a recording"),
      element("nav", { class: "group", "aria-label": "Views" }, ...this.#tabs.values()),
      app.picker.root,
      new LinkState(app.workspace).root,
      element("span", { class: "space" }),
      element(
        "div",
        { class: "group", role: "toolbar", "aria-label": "Page" },
        element(
          "button",
          {
            type: "button",
            title: "Open an MCAP file of this machine; or drop one on the page",
            onclick: () => file.click(),
          },
          "Open…",
        ),
        iconButton("camera", "Screenshot (Shift+S)", () => void app.screenshot()),
        this.#clip,
        theme,
        element(
          "button",
          {
            type: "button",
            class: "icon",
            "aria-label": "Keyboard (?)",
            title: "Keyboard (?)",
            onclick: () => app.help.toggle(),
          },
          "?",
        ),
      ),
      file,
    );
    onTheme((now) => theme.setAttribute("aria-pressed", String(now === "dark")));
  }

  draw(): void {
    for (const [name, tab] of this.#tabs) {
      tab.setAttribute("aria-pressed", String(name === this.#app.view));
    }
    document.title = `simgate · ${this.#app.workspace.session?.title ?? "viewer"}`;
  }

  setFilming(filming: boolean): void {
    this.#clip.classList.toggle("filming", filming);
    this.#clip.setAttribute("aria-pressed", String(filming));
  }
}
