import type { ExamResult } from "../../../report/result.ts";
import type { EpisodeSummary } from "../../session.ts";
import { mapData } from "../map/map-data.ts";
import { MapPanel, type MapChoice } from "../map/map-panel.ts";
import { element } from "../shell/element.ts";
import { axisList } from "./axis-list.ts";
import { policyRanking } from "./policy-ranking.ts";
import { verdictCard } from "./verdict-card.ts";

export interface ExamActions {
  readonly open: (policy: string, start: number) => void;
  readonly changed: (choice: MapChoice) => void;
}

/** What an exam found: verdict and axes, policies, and the map from which every pair of traces can be opened. */
export class ExamView {
  readonly root: HTMLElement;
  readonly map: MapPanel | undefined;

  constructor(
    result: ExamResult,
    episodes: readonly EpisodeSummary[],
    choice: Partial<MapChoice>,
    actions: ExamActions,
  ) {
    const data = mapData(result, episodes);
    this.map =
      data.dimensions.length > 1 && data.starts.length > 0 ? new MapPanel(data, choice, actions) : undefined;
    this.root = element(
      "div",
      { class: "exam-columns" },
      element(
        "div",
        { class: "exam-left" },
        verdictCard(result),
        policyRanking({ policies: result.policies, confidence: result.contract.confidence }),
        axisList(result),
      ),
      this.map?.root ??
        element(
          "p",
          { class: "panel muted map" },
          "No outcome map: the scenario varies fewer than two dimensions.",
        ),
    );
  }
}
