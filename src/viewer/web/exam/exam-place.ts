import { server } from "../data/server.ts";
import type { Workspace } from "../run/workspace.ts";
import { element } from "../shell/element.ts";
import type { MapChoice } from "../map/map-panel.ts";
import type { ExamActions, ExamView } from "./exam-view.ts";

/** Where the exam's view will be: fetched and built when it is first looked at. */
export class ExamPlace {
  readonly root = element("div", { class: "exam-view" });
  readonly #workspace: Workspace;
  readonly #actions: ExamActions;
  #view: Promise<ExamView> | undefined;

  constructor(workspace: Workspace, actions: ExamActions) {
    this.#workspace = workspace;
    this.#actions = actions;
  }

  /** Whether there is an exam to show. */
  get available(): boolean {
    return this.#workspace.session?.abilities.evidence === true;
  }

  show(choice: Partial<MapChoice>): Promise<ExamView> {
    this.#view ??= this.#build(choice).catch((thrown: unknown) => {
      this.#view = undefined;
      throw thrown;
    });
    return this.#view;
  }

  async #build(choice: Partial<MapChoice>): Promise<ExamView> {
    this.root.replaceChildren(element("p", { class: "panel waiting" }, "The evidence is being read."));
    const [result, episodes, { ExamView: View }] = await Promise.all([
      server.result(),
      server.episodes(),
      import("./exam-view.ts"),
    ]);
    if (result.schema !== "simgate/result@1") {
      this.root.replaceChildren(
        element(
          "p",
          { class: "panel waiting" },
          "This evidence is of a replay: report.html has its tables, the trace view its runs.",
        ),
      );
      throw new Error(`a result of schema ${String(result.schema)} has no exam view`);
    }
    const view = new View(result, episodes, choice, this.#actions);
    this.root.replaceChildren(view.root);
    return view;
  }
}
