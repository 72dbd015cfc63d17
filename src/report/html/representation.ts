import type { ExamResult, Measure, Representation } from "../result.ts";
import { counted, score, scoreInterval, seconds, sentence, short } from "./format.ts";
import { html, raw, type Markup } from "./markup.ts";
import { section, table } from "./section.ts";

type Target = Representation["targets"][number];

export function representationSection({ representation: found }: ExamResult): Markup {
  const title = "Representation";
  if ("undefined" in found) return section("representation", title, sentence(found.undefined), html``);
  const { state, starts, atSec, targets, keptFrom } = found;
  const used = targets.flatMap(({ target, use }) => ("undefined" in use ? [] : [{ target, use }]));
  const unused = targets.filter(({ use, kept }) => "undefined" in use && kept !== "never");
  return section(
    "representation",
    title,
    `What the latent state (${state.map(({ name, width }) => `${name}, ${counted(width, "value")}`).join("; ")}) holds of the
    true state once the true past has been shown, and for how long it keeps it while the candidate runs on by itself: a linear
    probe fitted on ${starts.fitted} starts and scored on ${starts.scored} others. Kept means an R² of at least ${short(keptFrom)}.`,
    html`<div class="scroll" tabindex="0" role="region" aria-label="What the latent state keeps">
        ${table(
          ["True quantity", "R² from the latent", "R² from what is shown", "Kept", "R² over time"],
          targets.map((one) => [
            html`${one.target} <small>${one.kind === "parameter" ? "parameter" : one.unit}</small>`,
            rSquared(one.rSquared),
            rSquared(one.fromObservation),
            one.lostAtSec === null ? one.kept : `until ${seconds(one.lostAtSec)}`,
            spark(one, atSec),
          ]),
          { text: [0, 3, 4] },
        )}
      </div>
      <h3>Is it used?</h3>
      <p class="hint">
        The latent is moved along the probe by one standard deviation of the quantity; what then changes in
        what the candidate shows is compared with what changes in truth when the quantity itself is moved as
        far. Score 1: the same; 0: nothing, or the opposite.
      </p>
      ${
        used.length === 0
          ? html`<p class="hint">Nothing that is kept could be moved.</p>`
          : html`<div
              class="scroll"
              tabindex="0"
              role="region"
              aria-label="What the latent state is used for"
            >
              ${table(
                ["Moved", "By", "Score", "Size beside truth's", "Followed for"],
                used.map(({ target, use }) => [
                  target,
                  short(use.shift),
                  value(use.score),
                  use.gain === null ? "–" : `× ${short(use.gain)}`,
                  seconds(use.lengthSec),
                ]),
              )}
            </div>`
      }
      ${
        unused.length > 0 &&
        html`<ul>
          ${unused.map(
            ({ target, use }) => html`<li>${target}: ${"undefined" in use && sentence(use.undefined)}</li>`,
          )}
        </ul>`
      }`,
  );
}

/** A small line of R² from 0 to 1, gaps where truth does not vary. */
function spark({ target, overTime }: Target, atSec: readonly number[]): Markup {
  const [width, height] = [160, 28];
  let path = "";
  let pen = "M";
  overTime.forEach((one, i) => {
    if (one === null) {
      pen = "M";
      return;
    }
    const x = (width * atSec[i]!) / (atSec.at(-1) ?? 1);
    path += `${pen}${x.toFixed(1)} ${(height * (1 - Math.min(1, Math.max(0, one)))).toFixed(1)}`;
    pen = "L";
  });
  const said = `R² of ${target} from ${seconds(atSec[0] ?? 0)} to ${seconds(atSec.at(-1) ?? 0)}`;
  return raw(
    `<svg width="${width}" height="${height}" viewBox="0 -1 ${width} ${height + 2}" role="img" aria-label="${html`${said}`.text}">` +
      `<rect class="ground" width="${width}" height="${height}"/>` +
      `<line class="level" x1="0" x2="${width}" y1="${height / 2}" y2="${height / 2}"/>` +
      `<path class="line candidate" d="${path}"/></svg>`,
  );
}

/** A probe that reads worse than the mean would has nothing to read. */
function rSquared(found: Measure): string {
  return "undefined" in found || found.value >= 0 ? value(found) : "below 0";
}

function value(found: Measure): string {
  if ("undefined" in found) return "–";
  return `${score(found.value)}${found.interval === null ? "" : ` (${scoreInterval(found.interval)})`}`;
}
