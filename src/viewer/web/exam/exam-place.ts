import { server } from "../data/server.ts";
import type { Workspace } from "../run/workspace.ts";
import { element } from "../shell/element.ts";
import { showProblem } from "../shell/notice.ts";
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
    this.#view ??= this.#build(choice, 0).catch((thrown: unknown) => {
      this.#view = undefined;
      throw thrown;
    });
    return this.#view;
  }

  /** @param candidate which of several */
  async #build(choice: Partial<MapChoice>, candidate: number): Promise<ShownEvidence> {
    this.root.replaceChildren(element("p", { class: "panel waiting" }, "The evidence is being read."));
    const [result, { ExamView: View }, { replayView }] = await Promise.all([
      server.result(candidate),
      import("./exam-view.ts"),
      import("./replay-view.ts"),
    ]);
    if (result.schema === "simgate/replay@1") {
      const root = replayView(result);
      this.root.replaceChildren(root);
      return { root, map: undefined };
    }
    const view = new View(result, await server.episodes(candidate), choice, this.#actions);
    const beside = await this.#comparison(choice, candidate);
    this.root.replaceChildren(...(beside === undefined ? [] : [beside]), view.root);
    return view;
  }

  async #comparison(choice: Partial<MapChoice>, candidate: number): Promise<HTMLElement | undefined> {
    if (this.#workspace.session?.abilities.comparison !== true) return undefined;
    const [comparison, { comparisonCard }] = await Promise.all([
      server.comparison(),
      import("./comparison-card.ts"),
    ]);
    const choose = (other: number): void => {
      this.#view = this.#build(choice, other);
      this.#view.then(
        () => this.root.querySelectorAll<HTMLElement>(".comparison th button")[other]?.focus(),
        showProblem,
      );
    };
    return comparisonCard(comparison, candidate, choose);
  }
}
