import { tokenize } from "./formula-tokens.ts";

const TEMPORAL = ["always", "eventually", "until", "once", "historically", "since"];

/**
 * The same formula over a longer time: every bound of every window times `factor`, all else as it is written
 * (`always[8,10] x < 1 m` by 2: `always[16,20] x < 1 m`). The formula must be one that parses.
 */
export function stretchFormula(text: string, factor: number): string {
  let stretched = "";
  let copied = 0;
  let inWindow = false;
  let before = "";
  for (const { kind, text: token, at } of tokenize(text)) {
    if (token === "[") inWindow = TEMPORAL.includes(before);
    else if (token === "]") inWindow = false;
    else if (inWindow && kind === "number") {
      stretched += text.slice(copied, at) + stretch(Number(token), factor);
      copied = at + token.length;
    }
    before = token;
  }
  return stretched + text.slice(copied);
}

/** Twelve digits: 0.7 s × 3 is 2.1 s and not 2.0999999999999996 s. */
function stretch(sec: number, factor: number): string {
  return String(Number((sec * factor).toPrecision(12)));
}
