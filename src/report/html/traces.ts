import type { TraceLink } from "../result.ts";
import { html, type Markup } from "./markup.ts";
import { section } from "./section.ts";

export function tracesSection(traces: readonly TraceLink[]): Markup {
  if (traces.length === 0) return section("traces", "Traces", "No rollout was recorded.", html``);
  return section(
    "traces",
    "Traces",
    "Truth and candidate step by step, in one MCAP file each, for Foxglove, Lichtblick or ros2 bag. The links work while this page lies in its evidence folder.",
    html`<ul class="traces">
      ${traces.map(
        ({ path, why, policy, start }) =>
          html`<li><a href="${path}">${path}</a> <span>${why} · ${policy}, start #${start}</span></li>`,
      )}
    </ul>`,
  );
}
