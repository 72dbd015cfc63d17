import { short, signed } from "./html/format.ts";
import type { AttributedFailure, Attribution, ExamResult, Measure } from "./result.ts";

/**
 * `postmortem.md`: what went wrong, which part is to blame for each examined failure, and the experiments that show it.
 * A function of the result alone: the same result, the same bytes.
 */
export function postmortem(result: ExamResult): string {
  const { candidate, truth, scenario, verdict, attribution } = result;
  const parts = [
    `# Postmortem: ${candidate.name} as a stand-in for ${truth.name} on ${scenario.name}`,
    `Verdict: **${verdict.status}**. ${verdict.sentence}`,
    ...("undefined" in attribution ? [nothing(attribution.undefined)] : found(attribution)),
  ];
  return `${parts.join("\n\n")}\n`;
}

function nothing(reason: string): string {
  return `No failure was examined: ${reason}.`;
}

function found(attribution: Attribution): string[] {
  const { failures, replacements, causes, examined, sentence } = attribution;
  const all = failures.wrongPasses + failures.wrongFails + failures.faults;
  return [
    `**${sentence}**`,
    `The candidate decided otherwise than truth in ${all} rollouts: ${failures.wrongPasses} wrong passes, ` +
      `${failures.wrongFails} wrong fails, ${failures.faults} faults. ${examined.length} of them were examined: the ` +
      `worst of each policy and kind, then others at random.`,
    "Each was rolled out again with one part replaced by its oracle. A failure is cured if it then ends as it should " +
      "have; the smallest replacement that cures it names the cause (of the same size, the one that cures more).",
    "## Causes",
    markdownTable(
      ["part to blame", "failures", "share"],
      causes.map(({ part, count, share }) => [
        part ?? "no single replacement cures",
        String(count),
        shareText(share),
      ]),
    ),
    "## Replacements, smallest first",
    markdownTable(
      ["replacement", "what is replaced", "cured", "tried", "share"],
      replacements.map(({ name, meaning, cured, tried, share }) => [
        name,
        meaning,
        String(cured),
        String(tried),
        shareText(share),
      ]),
    ),
    "## Failures",
    ...examined.flatMap(failureParts),
  ];
}

function failureParts(failure: AttributedFailure): string[] {
  const { policy, start, kind, truthMargin, candidateMargin, cause, experiments, trace } = failure;
  const verdict =
    cause === null
      ? "No single replacement cures it."
      : `Cause: **${cause.part}**${cause.replacement === cause.part ? "" : ` (${cause.replacement})`}.`;
  const link = trace === undefined ? "" : ` [Trace](${trace}).`;
  return [
    `### ${kind}: ${policy} from start #${start}`,
    `Margin ${marginText(truthMargin)} in truth, ${marginText(candidateMargin)} in the candidate. ${verdict}${link}`,
    markdownTable(
      ["with this replaced", "the candidate ends in", "margin", "should", "cured"],
      experiments.map(({ replacement, outcome, margin, needed, cured }) => [
        replacement,
        outcome,
        margin === null ? "–" : signed(margin),
        needed,
        cured ? "**yes**" : "no",
      ]),
    ),
  ];
}

function marginText(margin: number | null): string {
  return margin === null ? "none (a fault)" : signed(margin);
}

function shareText(share: Measure): string {
  if ("undefined" in share) return `undefined: ${share.undefined}`;
  const percent = (value: number): string => short(Math.round(1000 * value) / 10);
  const interval =
    share.interval === null ? "" : ` (${percent(share.interval[0])}–${percent(share.interval[1])} %)`;
  return `${percent(share.value)} %${interval}`;
}

function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
