import { BY_UNCERTAINTY, type LaneHandOver } from "../../core/hand-over.ts";

/** When physics takes over from the learned world, and when it hands back. Margins and deviations are in tolerances. */
export interface SwitchingRule {
  /** By how much every condition must be broken before physics hands back. */
  readonly hysteresis: number;
  /** Absent: what the learned world says of its own error decides nothing. */
  readonly uncertainty?: { readonly above: number; readonly below: number };
  /** Fewest steps that physics makes once it has taken over. */
  readonly dwellSteps: number;
}

/** What is known before a step is made. */
export interface Evidence {
  /** Condition → margin; it holds where more than 0. */
  readonly margins: Readonly<Record<string, number>>;
  /** The least certain channel of the learned world's own prediction of this step. */
  readonly uncertainty?: { readonly channel: string; readonly value: number };
}

/** Whether it is to change hands, and why. */
export type Decision = Pick<LaneHandOver, "cause" | "holds" | "value" | "threshold" | "channel">;

/** Who drives one lane. Plain data. */
export interface Driver {
  /** The cause it took over for; undefined: the learned world drives. */
  readonly physicsFor: string | undefined;
  /** Steps that physics has made since. */
  readonly steps: number;
}

export const LEARNED_DRIVES: Driver = { physicsFor: undefined, steps: 0 };

/** What is to change before the coming step; undefined: nothing. */
export function decide(driver: Driver, evidence: Evidence, rule: SwitchingRule): Decision | undefined {
  if (driver.physicsFor === undefined) return toPhysics(evidence, rule);
  return driver.steps < rule.dwellSteps ? undefined : back(driver.physicsFor, evidence, rule);
}

function toPhysics({ margins, uncertainty }: Evidence, rule: SwitchingRule): Decision | undefined {
  const worst = largest(margins);
  if (worst !== undefined && worst.value > 0) return { ...worst, holds: true, threshold: 0 };
  if (rule.uncertainty === undefined || uncertainty === undefined) return undefined;
  const { above } = rule.uncertainty;
  const { channel, value } = uncertainty;
  if (!(value > above)) return undefined;
  return { cause: BY_UNCERTAINTY, holds: true, value, threshold: above, channel };
}

/** Nothing asks for physics any more: says so of what it took over for. */
function back(cause: string, { margins, uncertainty }: Evidence, rule: SwitchingRule): Decision | undefined {
  const broken = 0 - rule.hysteresis;
  if (!Object.values(margins).every((margin) => margin <= broken)) return undefined;
  const below = rule.uncertainty?.below;
  if (below !== undefined && uncertainty !== undefined && uncertainty.value > below) return undefined;
  return cause === BY_UNCERTAINTY
    ? { cause, holds: false, ...uncertainty!, threshold: below! }
    : { cause, holds: false, value: margins[cause]!, threshold: broken };
}

function largest(margins: Readonly<Record<string, number>>): { cause: string; value: number } | undefined {
  let found: { cause: string; value: number } | undefined;
  for (const [cause, value] of Object.entries(margins)) {
    if (found === undefined || value > found.value) found = { cause, value };
  }
  return found;
}
