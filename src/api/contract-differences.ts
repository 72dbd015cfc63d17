import { basename } from "node:path";
import { inputError } from "../core/errors.ts";
import type { EvidenceManifest } from "../report/manifest.ts";

/** A place in two contracts that is not the same. */
export interface ContractDifference {
  /** `contract.scenario.thresholds.taskValidity`, `files cartpole.xml`. */
  readonly path: string;
  readonly first: string;
  readonly second: string;
}

/**
 * Where two contracts differ, the candidate aside: in what was asked, or in the bytes of the files it was asked of.
 * What was left out of an exam (`without`) changes no number of the rest and does not count.
 */
export function contractDifferences(
  first: EvidenceManifest,
  second: EvidenceManifest,
): readonly ContractDifference[] {
  const found: ContractDifference[] = [];
  walk("contract", withoutCandidate(first.contract), withoutCandidate(second.contract), found);
  // The digest of the scenario differs whenever anything in it does: it is only told where nothing else is.
  const telling = found.filter(({ path }) => !path.endsWith(".sha256"));
  return telling.length > 0 ? telling : [...found, ...fileDifferences(first, second)];
}

/** @throws SimgateError `input` naming the first place in which the contracts differ. */
export function refuseDifferences(
  differences: readonly ContractDifference[],
  firstFolder: string,
  secondFolder: string,
): void {
  const [difference, ...others] = differences;
  if (difference === undefined) return;
  const more = others.slice(0, MOST_TOLD).map(({ path }) => path);
  const left = others.length - more.length;
  throw inputError("the two exams are not of the same contract: nothing between them can be compared", {
    where: difference.path,
    expected: `${difference.first} (${basename(firstFolder)})`,
    got: `${difference.second} (${basename(secondFolder)})`,
    hint:
      (more.length === 0
        ? ""
        : `they also differ in ${more.join(", ")}${left > 0 ? ` and ${left} more places` : ""}; `) +
      "examine both with the same scenario, truth, policies, starts and seed",
  });
}

const MOST_TOLD = 6;

function withoutCandidate({
  candidate: _candidate,
  without: _without,
  ...rest
}: Record<string, unknown>): unknown {
  return rest;
}

function walk(path: string, a: unknown, b: unknown, found: ContractDifference[]): void {
  if (isRecord(a) && isRecord(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      walk(`${path}.${key}`, a[key], b[key], found);
    }
  } else if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) {
      found.push({ path: `${path}, length`, first: String(a.length), second: String(b.length) });
    }
    for (let i = 0; i < Math.min(a.length, b.length); i++) walk(`${path}[${i}]`, a[i], b[i], found);
  } else if (JSON.stringify(a) !== JSON.stringify(b)) {
    found.push({ path, first: textOf(a), second: textOf(b) });
  }
}

/** Files of both, with other bytes. The candidate's own may differ, unless something else in the contract is made of them. */
function fileDifferences(first: EvidenceManifest, second: EvidenceManifest): ContractDifference[] {
  const others = new Map(second.files.map((file) => [file.path, file]));
  return first.files.flatMap(({ path, role, sha256 }) => {
    const other = others.get(path);
    if (other === undefined || other.sha256 === sha256) return [];
    if (isCandidateOnly(first, role) && isCandidateOnly(second, other.role)) return [];
    return [{ path: `files ${path}`, first: `sha256 ${sha256}`, second: `sha256 ${other.sha256}` }];
  });
}

function isCandidateOnly({ contract }: EvidenceManifest, role: string): boolean {
  const nameOf = (key: string): unknown => (contract[key] as { name?: unknown } | undefined)?.name;
  const candidate = nameOf("candidate");
  return (
    role === `world ${String(candidate)}` && candidate !== nameOf("baseline") && candidate !== nameOf("truth")
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const SHOWN = 100;

function textOf(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
