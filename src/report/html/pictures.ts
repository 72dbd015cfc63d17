import type { ExamResult, Measure, Pictures } from "../result.ts";
import { counted, percent, percentInterval, score, seconds, short } from "./format.ts";
import { html, type Markup, raw } from "./markup.ts";
import { section, table } from "./section.ts";

export function picturesSection({ candidate, truth }: ExamResult, found: Pictures): Markup {
  const { image, size, rollouts, quality, sentence, probe, flicker, spontaneous, contact } = found;
  const [shown, still] = [likeness(quality), likeness(quality.still)];
  return section(
    "pictures",
    "Pictures",
    `${sentence} Its own pictures of the image channel ${image} (${size[1]} × ${size[0]} pixels) in ${counted(rollouts, "closed-loop rollout")}, beside truth's.`,
    html`${firstBreak(found)}
      <div class="scroll" tabindex="0" role="region" aria-label="Pictures">
        ${table(
          ["", candidate.name, truth.name, "What it is"],
          [
            [
              "PSNR",
              shown[0],
              "",
              `against truth's at the same steps, ${counted(quality.pictures, "picture")}; a still of the first would have ${still[0]}`,
            ],
            ["SSIM", shown[1], "", `the same; a still would have ${still[1]}`],
            [
              "Spontaneous",
              share(spontaneous.candidate),
              share(spontaneous.truth),
              "pictures with something in them that truth does not have",
            ],
            [
              "Flicker",
              share(flicker.candidate),
              share(flicker.truth),
              "changes in which the whole picture turns brighter or darker at once",
            ],
            [
              "Moves by itself",
              share(contact.uncaused.candidate),
              share(contact.uncaused.truth),
              "objects at rest that begin to move and are touched by nothing",
            ],
            [
              "Pierced",
              share(contact.pierced.candidate),
              share(contact.pierced.truth),
              "of the steps at which something touches an object: it is deep inside of it",
            ],
            [
              "A miss stays a miss",
              share(contact.missesKept),
              "",
              "objects that truth leaves where they are: left there, too",
            ],
            [
              "Missed by the probe",
              "",
              share(probe.missed),
              "objects in sight of which it finds nothing: it decides object persistence",
            ],
            ["Misnamed by the probe", "", share(probe.misnamed), "objects that it takes for another"],
            [
              "Made up by the probe",
              "",
              share(probe.phantom),
              `of what it finds; what is there it finds to ${probe.medianErrorM === null ? "–" : `${short(1000 * probe.medianErrorM)} mm`} in the middle`,
            ],
          ],
          { text: [0, 3] },
        )}
      </div>
      <p class="hint">
        But for the probe&#39;s errors, which stand beside object persistence, all of this is part of no axis
        and of no claim.
      </p>`,
  );
}

/** The three pictures of the first break, side by side. */
function firstBreak({ firstBreak: found }: Pictures): Markup {
  if (found === null) return html`<p class="hint">No object breaks in any picture.</p>`;
  const { policy, start, step, atSec, object, kind } = found;
  const views = [
    ["truth", found.truth],
    ["candidate", found.candidate],
    ["difference", found.difference],
  ] as const;
  return html`<p class="view-title">
      The first break: ${object}, ${kind.replaceAll("-", " ")}, at ${seconds(atSec)} (step ${step}) of
      ${policy} from start #${start}
    </p>
    <div class="pictures">
      ${views.map(
        ([name, png]) =>
          html`<figure>
            <img src="${raw(`data:image/png;base64,${png}`)}" alt="${name} at step ${step}" />
            <figcaption>${name}</figcaption>
          </figure>`,
      )}
    </div>`;
}

function likeness({ psnrDb, ssim }: Pictures["quality"]["still"]): readonly [psnr: string, ssim: string] {
  if (ssim === null) return ["–", "–"];
  return [psnrDb === null ? "nothing differs" : `${psnrDb.toFixed(1)} dB`, score(ssim)];
}

function share(found: Measure): string {
  if ("undefined" in found) return "–";
  return `${percent(found.value)}${found.interval === null ? "" : ` (${percentInterval(found.interval)})`}`;
}
