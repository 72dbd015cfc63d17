import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { renderReport } from "../report/html.ts";
import { junitXml } from "../report/junit.ts";
import type { ContractManifest, EvidenceManifest, RunRecord } from "../report/manifest.ts";
import { postmortem } from "../report/postmortem.ts";
import { renderReplayReport } from "../report/replay-html.ts";
import type { ReplayResult } from "../report/replay-result.ts";
import type { ExamResult } from "../report/result.ts";
import { tableCsv } from "../report/table-csv.ts";
import { firstDifference } from "./verify-contents.ts";
import { type EvidenceCheck, Findings, skipped } from "./verify-problem.ts";
import { SIMGATE_VERSION } from "./versions.ts";

/**
 * Everything a person reads belongs to this result: written again from `result.json`, `manifest.json` and `run.json`,
 * it is the same bytes. The report carries the command, the files, the versions and the digest of the contract, so
 * that the manifest, which no other file has the hash of, cannot be changed by itself.
 */
export async function checkRendered(
  folder: string,
  manifest: EvidenceManifest,
  result: ExamResult | ReplayResult,
  run: RunRecord,
): Promise<EvidenceCheck> {
  const written = manifest.versions["simgate"];
  if (written !== SIMGATE_VERSION) {
    return skipped(
      "reports",
      `written by simgate ${written}, this is ${SIMGATE_VERSION}: it may word them otherwise`,
    );
  }
  const found = new Findings();
  const rendered = renderings(manifest, result, run);
  for (const [file, expected] of Object.entries(rendered)) {
    const got = await readFile(join(folder, file), "utf8").catch(() => undefined);
    if (got === undefined) {
      found.add(file, "is missing", `${expected.length} characters`, "no such file");
      continue;
    }
    const line = firstDifference(expected, got);
    if (line !== undefined) {
      found.add(file, `does not belong to this result, line ${line.line}`, line.expected, line.got);
    }
  }
  return found.check("reports", `${Object.keys(rendered).join(", ")} written again`);
}

function renderings(
  { contents: _contents, schema: _schema, ...rest }: EvidenceManifest,
  result: ExamResult | ReplayResult,
  run: RunRecord,
): Record<string, string> {
  const manifest: ContractManifest = rest;
  if (result.schema === "simgate/replay@1") {
    return { "report.html": renderReplayReport(result, { manifest, run }) };
  }
  return {
    "table.csv": tableCsv(result),
    "junit.xml": junitXml(result),
    "postmortem.md": postmortem(result),
    "report.html": renderReport(result, { manifest, run }),
  };
}
