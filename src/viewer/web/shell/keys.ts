import type { App, ViewName } from "../app.ts";
import { changeSpeed } from "../time/play-head.ts";
import { hideProblem } from "./notice.ts";

const VIEW_KEYS: readonly ViewName[] = ["trace", "exam", "operator"];

/** Keys that work wherever the focus is, except where text is entered or a list has its own use for them. */
export class Keys {
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  listen(): void {
    addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.defaultPrevented) return;
      const target = event.target instanceof Element ? event.target : document.body;
      if (target.matches("input, textarea, dialog *, [data-own-keys], [data-own-keys] *")) return;
      if (target.matches("select") && /^(Arrow|Home|End| |Enter|\w$)/.test(event.key)) return;
      // A focused button is pressed by the space bar, as everywhere.
      if (target.matches("button, a") && (event.key === " " || event.key === "Enter")) return;
      if (this.#act(event)) event.preventDefault();
    });
  }

  #act(event: KeyboardEvent): boolean {
    const app = this.#app;
    const { clock } = app.workspace;
    const view = VIEW_KEYS[Number(event.key) - 1];
    if (view !== undefined && app.views.includes(view)) {
      app.show(view);
      return true;
    }
    switch (event.key) {
      case "?":
        app.help.toggle();
        return true;
      case "Escape":
        hideProblem();
        return true;
      case "j":
      case "k":
        app.picker.step(event.key === "j" ? 1 : -1);
        return true;
      case " ":
        clock.toggle();
        return true;
      case "m":
        if (!app.exam.available) return false;
        void app.showMap();
        return true;
      case "l":
        clock.setLoop(!clock.head.loop);
        return true;
      case "[":
      case "]":
        clock.setSpeed(changeSpeed(clock.head.speed, event.key === "]" ? 1 : -1));
        return true;
      case "n":
      case "p":
        app.timeBar.jump(event.key === "n" ? 1 : -1);
        return true;
      case "h":
        app.trace.whatIf.toggleFan();
        return true;
      case "b":
        void app.trace.whatIf.branch();
        return true;
      case "v":
      case "V":
        app.trace.stepChannel(event.key === "v" ? 1 : -1);
        return true;
      case "S":
        void app.screenshot();
        return true;
      case "R":
        app.toggleClip();
        return true;
      case "D":
        app.toggleTheme();
        return true;
    }
    return app.timeBar.onKey(event) || (app.view === "trace" && app.trace.scene.onKey(event));
  }
}
