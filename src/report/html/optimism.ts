import type { ExamResult, OptimismSource } from "../result.ts";
import { measureText, percent, percentInterval, sentence } from "./format.ts";
import { html, raw, type Markup } from "./markup.ts";
import { section, table, tableAlternative } from "./section.ts";
import { checkLine } from "./transfer.ts";

export function optimismSection({ optimism: found, checks }: ExamResult): Markup {
  const title = "Optimism";
  if ("undefined" in found) return section("optimism", title, sentence(found.undefined), html``);
  const { threshold } = checks.optimism;
  const allowed = threshold === null ? null : 1 - threshold;
  return section(
    "optimism",
    title,
    `Of the rollouts that fail in truth, how many does the candidate pass? Asked of the policies, and of commands that ought
    to fail: nothing, the right commands in random order, the right commands turned round. The same commands in both worlds.`,
    html`${checkLine(checks.optimism)}
      <div class="axes">
        ${found.sources.map((source) => sourceRow(source, allowed, source.source === found.worst))}
      </div>
      ${tableAlternative("Sources as a table", asTable(found.sources))} ${exploit(found.exploitGap)}`,
  );
}

function sourceRow(source: OptimismSource, allowed: number | null, worst: boolean): Markup {
  const rate = source.falsePassRate;
  const known = !("undefined" in rate);
  const over = known && allowed !== null && rate.value > allowed;
  return html`<div class="axis ${over ? "fail" : ""}">
    <h3>${sentence(source.source).replace(".", "")}${worst && html` <span class="tag">decides</span>`}</h3>
    <div class="track">${raw(bar(source, allowed))}</div>
    <p class="value">
      ${known ? percent(rate.value) : "–"}
      ${known && rate.interval !== null && html`<small>${percentInterval(rate.interval)}</small>`}
    </p>
    <p class="chip">${source.falsePasses} of ${source.truthFails}</p>
    <p class="reason">${sentence(source.description)}${!known && ` ${sentence(rate.undefined)}`}</p>
  </div>`;
}

function bar({ source, falsePassRate }: OptimismSource, allowed: number | null): string {
  const at = (value: number): string => `${(100 * value).toFixed(2)}%`;
  const said = html`${source}: false-pass rate ${measureText(falsePassRate)}`;
  let svg = `<svg width="100%" height="30" role="img" aria-label="${said.text}"><rect class="ground" x="0" y="9" width="100%" height="12" rx="2"/>`;
  if (!("undefined" in falsePassRate)) {
    const { value, interval } = falsePassRate;
    svg += `<rect class="bar" x="0" y="9" width="${at(value)}" height="12" rx="2"/>`;
    if (interval !== null) {
      const [low, high] = interval;
      svg += `<line class="whisker under" x1="${at(low)}" x2="${at(high)}" y1="15" y2="15"/>`;
      svg += `<line class="whisker" x1="${at(low)}" x2="${at(high)}" y1="15" y2="15"/>`;
      for (const end of [low, high])
        svg += `<line class="whisker" x1="${at(end)}" x2="${at(end)}" y1="11" y2="19"/>`;
    }
  } else {
    svg += `<rect x="0" y="9" width="100%" height="12" rx="2" fill="url(#p-none)"/>`;
  }
  if (allowed !== null)
    svg += `<line class="threshold" x1="${at(allowed)}" x2="${at(allowed)}" y1="2" y2="28"/>`;
  return `${svg}</svg>`;
}

function asTable(sources: readonly OptimismSource[]): Markup {
  return table(
    [
      "Source",
      "Rollouts",
      "Succeed in truth",
      "Succeed in the candidate",
      "False passes",
      "False-pass rate",
      "Faults",
    ],
    sources.map((one) => [
      one.source,
      String(one.rollouts),
      String(one.truthSuccesses),
      String(one.candidateSuccesses),
      `${one.falsePasses} of ${one.truthFails}`,
      measureText(one.falsePassRate),
      String(one.faults),
    ]),
  );
}

function exploit(found: Exclude<ExamResult["optimism"], { undefined: string }>["exploitGap"]): Markup {
  if ("undefined" in found) return html`<p class="hint">Exploit gap: ${found.undefined}.</p>`;
  const { chosen, truth, candidate, gap, interval, selectedOn, judgedOn, heldOut, tried } = found;
  const range = interval === null ? "" : ` (${points(interval[0])} to ${points(interval[1])})`;
  return html`<p>
      <b>Exploit gap ${points(gap)} points</b>${range}: of ${tried.length} policies whose actions were scaled,
      ${chosen.policy} × ${chosen.scale} succeeds most often in the candidate. There it succeeds in
      ${candidate.successes} of ${candidate.trials}, in truth in ${truth.successes} of ${truth.trials}.
      ${
        heldOut
          ? `Chosen on ${selectedOn} starts, judged on ${judgedOn} others.`
          : "Chosen and judged on the same starts, which flatters the gap."
      }
    </p>
    ${tableAlternative(
      "Variants tried in the candidate",
      table(
        ["Policy", "Actions scaled by", "Successes in the candidate"],
        tried.map(({ policy, scale, candidate: { successes, trials } }) => [
          policy,
          String(scale),
          `${successes} of ${trials}`,
        ]),
      ),
    )}`;
}

function points(difference: number): string {
  return `${difference > 0 ? "+" : ""}${(100 * difference).toFixed(1)}`.replace("-", "−");
}
