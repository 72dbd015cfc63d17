import { attributionSection } from "./html/attribution.ts";
import { axesSection } from "./html/axes.ts";
import { controllabilitySection } from "./html/controllability.ts";
import { decisionBoundarySection } from "./html/decision-boundary.ts";
import { errorGrowthSection } from "./html/error-growth.ts";
import { faultsSection } from "./html/faults.ts";
import { handOversSection } from "./html/hand-overs.ts";
import { horizonsSection } from "./html/horizons.ts";
import { outcomeMapSection } from "./html/outcome-map.ts";
import { optimismSection } from "./html/optimism.ts";
import { page } from "./html/page.ts";
import { persistenceSection } from "./html/persistence.ts";
import { chunksSection } from "./html/chunks.ts";
import { picturesSection } from "./html/pictures.ts";
import { policiesSection } from "./html/policies.ts";
import { provenanceSection, type Provenance } from "./html/provenance.ts";
import { readingSection } from "./html/reading.ts";
import { representationSection } from "./html/representation.ts";
import { reproducibilitySection } from "./html/reproducibility.ts";
import { stressorsSection } from "./html/stressors.ts";
import { temporalConsistencySection } from "./html/temporal-consistency.ts";
import { tracesSection } from "./html/traces.ts";
import { transferSection } from "./html/transfer.ts";
import { uncertaintySection } from "./html/uncertainty.ts";
import { verdictSection } from "./html/verdict.ts";
import type { ExamResult } from "./result.ts";

/** `report.html` of an exam: one file, nothing loaded from elsewhere. */
export function renderReport(result: ExamResult, provenance: Provenance = {}): string {
  const title = `${result.verdict.status.toUpperCase()}: ${result.candidate.name} on ${result.scenario.name}`;
  return page(`${title} · simgate`, verdictSection(result), [
    { id: "axes", name: "Axes", body: axesSection(result) },
    { id: "policies", name: "Policies", body: policiesSection(result) },
    ...(result.handOvers === undefined
      ? []
      : [{ id: "hand-overs", name: "Hand-overs", body: handOversSection(result, result.handOvers) }]),
    { id: "transfer", name: "Policy transfer", body: transferSection(result) },
    { id: "optimism", name: "Optimism", body: optimismSection(result) },
    { id: "map", name: "Outcome map", body: outcomeMapSection(result) },
    { id: "boundary", name: "Decision boundary", body: decisionBoundarySection(result) },
    { id: "growth", name: "Error growth", body: errorGrowthSection(result) },
    {
      id: "horizon",
      name: "Usable horizon",
      body: horizonsSection(result.horizon),
    },
    {
      id: "controllability",
      name: "Controllability",
      body: controllabilitySection(result),
    },
    {
      id: "consistency",
      name: "Temporal consistency",
      body: temporalConsistencySection(result),
    },
    { id: "persistence", name: "Object persistence", body: persistenceSection(result) },
    ...(result.pictures === undefined
      ? []
      : [{ id: "pictures", name: "Pictures", body: picturesSection(result, result.pictures) }]),
    ...(result.chunks === undefined
      ? []
      : [{ id: "chunks", name: "Chunks", body: chunksSection(result.chunks) }]),
    {
      id: "reproducibility",
      name: "Reset reproducibility",
      body: reproducibilitySection(result),
    },
    { id: "stressors", name: "Stressors", body: stressorsSection(result) },
    { id: "uncertainty", name: "Uncertainty", body: uncertaintySection(result) },
    { id: "representation", name: "Representation", body: representationSection(result) },
    { id: "attribution", name: "Causes", body: attributionSection(result) },
    {
      id: "faults",
      name: "Faults",
      body: faultsSection(result.faults, result.faultCounts),
    },
    { id: "traces", name: "Traces", body: tracesSection(result.traces) },
    {
      id: "provenance",
      name: "Provenance",
      body: provenanceSection(result, provenance),
    },
    { id: "reading", name: "How to read this", body: readingSection() },
  ]);
}
