import type { Fault } from "../result.ts";
import { counted } from "./format.ts";
import { html, type Markup } from "./markup.ts";
import { section, table, tableAlternative } from "./section.ts";

/** Rollouts that broke: shown even when there are none, because silence would not say so. */
export function faultsSection(
  faults: readonly Fault[],
  counts: readonly { readonly world: string; readonly kind: string; readonly count: number }[],
): Markup {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return section("faults", "Faults", "No rollout broke in either world.", html``);
  return section(
    "faults",
    "Faults",
    `${counted(total, "rollout")} broke (a value that is not a number, out of its limits, a step that threw). They have no
    outcome and are counted apart, never dropped.`,
    html`${table(
      ["World", "Kind", "Rollouts"],
      counts.map(({ world, kind, count }) => [world, kind, String(count)]),
      { text: [0, 1] },
    )}
    ${tableAlternative(
      faults.length < total ? `The first ${faults.length} of ${total} faults` : "Every fault",
      table(
        ["World", "Policy", "Start", "Step", "Kind", "Reason"],
        faults.map(({ world, policy, start, step, kind, reason }) => [
          world,
          policy ?? "–",
          `#${start}`,
          String(step),
          kind,
          reason,
        ]),
        { text: [0, 1, 4, 5] },
      ),
    )}`,
  );
}
