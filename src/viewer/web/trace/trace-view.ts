import { DeltaTable } from "../numbers/delta-table.ts";
import { PlotStack } from "../numbers/plot-stack.ts";
import { PicturesPanel } from "../pictures/pictures-panel.ts";
import type { Workspace } from "../run/workspace.ts";
import { ScenePanel } from "../scene/scene-panel.ts";
import { element } from "../shell/element.ts";
import { say } from "../shell/say.ts";
import { EventList } from "./event-list.ts";
import { NotShown } from "./not-shown.ts";
import { WhatIf } from "./what-if.ts";

/** One run: the scene, the numbers at the cursor, and the plots. */
export class TraceView {
  readonly root: HTMLElement;
  readonly scene: ScenePanel;
  readonly whatIf: WhatIf;
  readonly #workspace: Workspace;
  #channel: string | undefined;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    this.scene = new ScenePanel(workspace);
    this.whatIf = new WhatIf(workspace);
    const side = element(
      "div",
      { class: "side" },
      new EventList(workspace).root,
      this.whatIf.root,
      new PicturesPanel(workspace).root,
      new DeltaTable(workspace).root,
      new PlotStack(workspace).root,
      new NotShown(workspace).root,
    );
    this.root = element("div", { class: "trace-view" }, this.scene.root, side);
    workspace.selected.on((channel) => {
      this.#channel = channel;
    });
  }

  get channel(): string | undefined {
    return this.#channel;
  }

  /** The next or previous channel is looked at. */
  stepChannel(direction: 1 | -1): void {
    const names = Object.keys(this.#workspace.current?.truth.observation ?? {});
    if (names.length === 0) return;
    const at = names.indexOf(this.#channel ?? "");
    const next = names[(at + direction + names.length) % names.length]!;
    this.#workspace.select(next);
    say(`channel ${next}`);
  }
}
