import { contractDigest } from "../contract-digest.ts";
import type { ContractManifest, RunRecord } from "../manifest.ts";
import type { ExamResult, Participant } from "../result.ts";
import { seconds, short } from "./format.ts";
import { html, type Markup } from "./markup.ts";
import { section, table } from "./section.ts";

/** What a report knows besides its result; each part is left out where it is missing. */
export interface Provenance {
  readonly manifest?: ContractManifest;
  readonly run?: RunRecord;
}

export function provenanceSection(result: ExamResult, { manifest, run }: Provenance): Markup {
  const { contract } = result;
  const panel = `${contract.panel.count.toLocaleString("en")} starts (${contract.panel.method}, seed ${contract.panel.seed})`;
  return section(
    "provenance",
    "Provenance",
    "What was asked, of whom, with which files. The same contract gives the same result.json, byte for byte.",
    html`<dl class="provenance">
        ${entry("Scenario", html`${result.scenario.name} <span class="hash">sha256 ${result.scenario.sha256}</span>`)}
        ${entry("Success", html`<code>${contract.formula}</code>`)}
        ${contract.ends !== null && entry("Ends early when", html`<code>${contract.ends}</code>`)}
        ${entry("Panel", html`${panel}`)} ${entry("Start box", html`${contract.dimensions.map(dimension)}`)}
        ${entry("Control", html`every ${seconds(contract.controlPeriodSec)}, for ${seconds(contract.horizonSec)}`)}
        ${participantEntry("Truth", result.truth)} ${participantEntry("Candidate", result.candidate)}
        ${manifestEntries(manifest)} ${runEntries(run)}
      </dl>
      ${filesTable(manifest)} ${vendorClaims(result.candidate)}`,
  );
}

export function manifestEntries(manifest: ContractManifest | undefined): Markup {
  if (manifest === undefined) return html``;
  const list = (record: Readonly<Record<string, string>>): string =>
    Object.entries(record)
      .map(([name, value]) => `${name} ${value}`)
      .join(" · ");
  return html`${entry("To do it again", html`<code>${manifest.command.map(quoted).join(" ")}</code>`)}
  ${entry("Contract", html`<span class="hash">sha256 ${contractDigest(manifest)}</span>`)}
  ${entry("Versions", html`${list(manifest.versions)}`)} ${entry("Machine", html`${list(manifest.machine)}`)}`;
}

export function runEntries(run: RunRecord | undefined): Markup {
  if (run === undefined) return html``;
  const workers = run.workers === 1 ? "1 worker" : `${run.workers} workers`;
  const resumed =
    run.resumed > 0 ? `, ${run.resumed.toLocaleString("en")} of them taken over from an earlier run` : "";
  return entry(
    "Run",
    html`${run.startedAt}, ${seconds(run.durationSec)}, ${workers}, ${run.rollouts.toLocaleString("en")}
    rollouts${resumed}`,
  );
}

export function filesTable(manifest: ContractManifest | undefined): Markup {
  if (manifest === undefined || manifest.files.length === 0) return html``;
  return html`<details class="table-alternative">
    <summary>Files that went in (${manifest.files.length})</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Files that went in">
      ${table(
        ["File", "Role", "sha256"],
        manifest.files.map(({ path, role, sha256 }) => [
          path,
          role,
          html`<span class="hash">${sha256}</span>`,
        ]),
        { text: [0, 1, 2] },
      )}
    </div>
  </details>`;
}

export function entry(term: string, description: Markup): Markup {
  return html`<div>
    <dt>${term}</dt>
    <dd>${description}</dd>
  </div>`;
}

function partText({ role, name, kind, title, isTruth }: NonNullable<Participant["parts"]>[number]): string {
  return `${role}: ${name} (${kind})${title === undefined ? "" : `: ${title}`}${isTruth ? ", truth itself" : ""}`;
}

function participantEntry(
  role: string,
  { name, kind, title, license, limits, parts = [] }: Participant,
): Markup {
  return entry(
    role,
    html`${name} (${kind})${title !== undefined && `: ${title}`}${license !== undefined && `, ${license}`}
    ${
      parts.length > 0 &&
      html`<ul>
        ${parts.map((part) => html`<li>${partText(part)}</li>`)}
      </ul>`
    }
    ${
      (limits ?? []).length > 0 &&
      html`<ul>
        ${(limits ?? []).map((limit) => html`<li>known limit: ${limit}</li>`)}
      </ul>`
    }`,
  );
}

/** Quoted apart: nothing here was measured. */
function vendorClaims({ claims }: Participant): Markup {
  if (claims === undefined || claims.length === 0) return html``;
  return html`<h3>Claimed by others, not measured here</h3>
    ${claims.map(({ by, text }) => html`<blockquote>${text}<cite>${by}</cite></blockquote>`)}`;
}

function dimension({ key, unit, range }: ExamResult["contract"]["dimensions"][number]): Markup {
  return html`<span class="dimension"
    >${key} ${short(range[0])} … ${short(range[1])}${unit !== "1" && ` ${unit}`}</span
  > `;
}

/** For a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
