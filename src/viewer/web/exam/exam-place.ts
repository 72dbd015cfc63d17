import { server } from "../data/server.ts";
import type { Workspace } from "../run/workspace.ts";
import { element } from "../shell/element.ts";
import type { MapChoice } from "../map/map-panel.ts";
import type { ExamActions, ExamView } from "./exam-view.ts";

/** Of an exam, with its map where there is one; of a replay. */
type ShownEvidence = Pick<ExamView, "root" | "map">;

/** Where the exam's view will be: fetched and built when it is first looked at. */
export class ExamPlace {
  readonly root = element("div", { class: "exam-view" });
  readonly #workspace: Workspace;
  readonly #actions: ExamActions;
  #view: Promise<ShownEvidence> | undefined;

  constructor(workspace: Workspace, actions: ExamActions) {
    this.#workspace = workspace;
    this.#actions = actions;
  }

  /** Whether there is an exam to show. */
  get available(): boolean {
    return this.#workspace.session?.abilities.evidence === true;
  }

  show(choice: Partial<MapChoice>): Promise<ShownEvidence> {
    this.#view ??= this.#build(choice).catch((thrown: unknown) => {
      this.#view = undefined;
      throw thrown;
    });
    return this.#view;
  }

  async #build(choice: Partial<MapChoice>): Promise<ShownEvidence> {
    this.root.replaceChildren(element("p", { class: "panel waiting" }, "The evidence is being read."));
    const [result, { ExamView: View }, { replayView }] = await Promise.all([
      server.result(),
      import("./exam-view.ts"),
      import("./replay-view.ts"),
    ]);
    if (result.schema === "simgate/replay@1") {
      const root = replayView(result);
      this.root.replaceChildren(root);
      return { root, map: undefined };
    }
    const episodes = await server.episodes();
    const view = new View(result, episodes, choice, this.#actions);
    this.root.replaceChildren(view.root);
    return view;
  }
}
