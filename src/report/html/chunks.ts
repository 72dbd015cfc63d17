import type { Chunks, Measure } from "../result.ts";
import { counted, percent, scoreInterval, seconds, sentence, short } from "./format.ts";
import { html, type Markup } from "./markup.ts";
import { section, table, tableAlternative } from "./section.ts";

/** Where one call of the model predicts several control steps: what that costs. */
export function chunksSection(found: Chunks): Markup {
  const { boundaries, boundary, inside, ratio, byPosition, late, delaySec, windows } = found;
  return section(
    "chunks",
    "Chunks",
    sentence(found.sentence),
    html`<div class="scroll" tabindex="0" role="region" aria-label="Chunks">
        ${table(
          ["", "", "What it is"],
          [
            [
              "At a boundary",
              short(boundary),
              `mean change of the error in the first step of a chunk, in tolerances; at ${counted(boundaries, "seam")} in ${counted(windows, "window")}`,
            ],
            ["Inside", short(inside), "in the other steps of the chunks on both sides"],
            [
              "Ratio",
              ratioText(ratio),
              "1: a boundary is as any other step; below 1: what is wrong is inside",
            ],
            [
              "Commands too late",
              "undefined" in late ? late.undefined : percent(late.value),
              "of those of the closed loop, another was carried out",
            ],
            ["Delay", seconds(delaySec), "how old the command that is carried out is on average"],
          ],
          { text: [0, 2] },
        )}
      </div>
      ${tableAlternative(
        "Change of the error by position in the chunk",
        table(
          ["step of the chunk", "tolerances"],
          byPosition.map((value, i) => [String(i + 1), short(value)]),
        ),
      )}`,
  );
}

function ratioText(ratio: Measure): string {
  if ("undefined" in ratio) return ratio.undefined;
  return `${ratio.value.toFixed(2)}${ratio.interval === null ? "" : ` (${scoreInterval(ratio.interval)})`}`;
}
