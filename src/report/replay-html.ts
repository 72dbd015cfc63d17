import { faultsSection } from "./html/faults.ts";
import { seconds } from "./html/format.ts";
import { horizonsSection } from "./html/horizons.ts";
import { html, type Markup } from "./html/markup.ts";
import { page } from "./html/page.ts";
import { entry, filesTable, manifestEntries, runEntries, type Provenance } from "./html/provenance.ts";
import { replayComparisonsSection, replayGroupsSection } from "./html/replay-groups.ts";
import { replayGrowthSection } from "./html/replay-growth.ts";
import { replayWorlds } from "./html/replay-rows.ts";
import { replaySummary } from "./html/replay-summary.ts";
import { section, table } from "./html/section.ts";
import type { ReplayResult } from "./replay-result.ts";
import type { Fault } from "./result.ts";

/** `report.html` of a replay: one file, nothing loaded from elsewhere. */
export function renderReplayReport(result: ReplayResult, provenance: Provenance = {}): string {
  const faults = replayWorlds(result).flatMap((world) => world.faults);
  return page(`Replay: ${result.world.name} on ${result.scenario.name} · simgate`, replaySummary(result), [
    { id: "growth", name: "Error growth", body: replayGrowthSection(result) },
    { id: "groups", name: "By robot and policy", body: replayGroupsSection(result) },
    { id: "comparisons", name: "Head to head", body: replayComparisonsSection(result) },
    { id: "horizon", name: "Usable horizon", body: horizonsSection(result.horizon) },
    { id: "faults", name: "Faults", body: faultsSection(faults, countedFaults(faults)) },
    { id: "recordings", name: "Recordings", body: recordingsSection(result) },
    { id: "provenance", name: "Provenance", body: replayProvenance(result, provenance) },
  ]);
}

function recordingsSection({ recordings }: ReplayResult): Markup {
  return section(
    "recordings",
    "Recordings",
    "What truth was taken from.",
    html`<div class="scroll" tabindex="0" role="region" aria-label="Recordings">
      ${table(
        ["Recording", "Group", "Duration", "Steps", "Windows", "sha256"],
        recordings.map(({ name, group, durationSec, steps, windows, sha256 }) => [
          name,
          group ?? "–",
          seconds(durationSec),
          String(steps),
          String(windows),
          html`<span class="hash">${sha256.slice(0, 16)}…</span>`,
        ]),
        { text: [0, 1, 5] },
      )}
    </div>`,
  );
}

function replayProvenance(result: ReplayResult, { manifest, run }: Provenance): Markup {
  return section(
    "provenance",
    "Provenance",
    "What was asked, of whom, with which files. The same contract gives the same result.json, byte for byte.",
    html`<dl class="provenance">
        ${entry("Scenario", html`${result.scenario.name} <span class="hash">sha256 ${result.scenario.sha256}</span>`)}
        ${entry("Worlds", html`${replayWorlds(result).map(({ world }) => html`${world.name} (${world.kind}) `)}`)}
        ${manifestEntries(manifest)} ${runEntries(run)}
      </dl>
      ${filesTable(manifest)}`,
  );
}

function countedFaults(faults: readonly Fault[]): { world: string; kind: string; count: number }[] {
  const counts = new Map<string, { world: string; kind: string; count: number }>();
  for (const { world, kind } of faults) {
    const key = `${world}\n${kind}`;
    const found = counts.get(key) ?? { world, kind, count: 0 };
    found.count++;
    counts.set(key, found);
  }
  return [...counts.values()];
}
