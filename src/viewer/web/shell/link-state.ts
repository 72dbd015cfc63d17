import type { Health } from "../data/live-connection.ts";
import { figure } from "../numbers/format.ts";
import type { Workspace } from "../run/workspace.ts";
import { element } from "./element.ts";
import { say } from "./say.ts";

/** How the connection to what arrives live fares, in whatever view: its latency, what was left out, or that it is lost. */
export class LinkState {
  readonly root = element("output", { class: "link-state", hidden: true, "aria-label": "Connection" });
  #state: Health["state"] | undefined;

  constructor(workspace: Workspace) {
    workspace.health.on((health) => {
      const { state, latencyMs, dropped } = health;
      this.root.hidden = false;
      this.root.dataset["state"] = state;
      const text = {
        connecting: "connecting …",
        open: `live${latencyMs === null ? "" : ` · ${figure(latencyMs, 2)} ms`}${dropped === 0 ? "" : ` · ${dropped} dropped`}`,
        lost: "connection lost, trying again",
      }[state];
      if (this.root.textContent !== text) this.root.textContent = text;
      if (state === this.#state) return;
      this.#state = state;
      if (state !== "connecting")
        say(state === "open" ? "connected" : "the connection is lost; trying again");
    });
  }
}
