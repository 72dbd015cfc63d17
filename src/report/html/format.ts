import type { Interval, Measure } from "../result.ts";

const MINUS = "−";

/** Three significant digits, but whole numbers whole, with a true minus sign: 0.123, 12.3, 1234, 1.2e−5. */
export function short(value: number): string {
  const size = Math.abs(value);
  const text =
    size !== 0 && (size < 1e-3 || size >= 1e5)
      ? value.toExponential(1).replace(".0e", "e").replace("e+", "e")
      : trimmed(value);
  return text.replaceAll("-", MINUS);
}

/** As {@link short}, with + before what is above 0. */
export function signed(value: number): string {
  return value > 0 ? `+${short(value)}` : short(value);
}

/** A score or threshold in [0, 1]. */
export function score(value: number): string {
  return value.toFixed(2);
}

/** A fraction as a percentage; whole, except close to 0 and 1, where a rounded 0 % or 100 % would be a lie. */
export function percent(fraction: number): string {
  const value = 100 * fraction;
  if (value > 0 && value < 0.05) return "< 0.1%";
  if (value < 100 && value > 99.95) return "> 99.9%";
  const digits = (value > 0 && value < 1) || (value > 99 && value < 100) ? 1 : 0;
  return `${value.toFixed(digits)}%`;
}

export function percentInterval(interval: Interval): string {
  return `${percent(interval[0]).replace("%", "")}–${percent(interval[1])}`;
}

export function scoreInterval(interval: Interval): string {
  return `${score(interval[0])}–${score(interval[1])}`;
}

/** `38% (27–51%, n 60)`, or the reason why there is no value. */
export function measureText(measure: Measure): string {
  if ("undefined" in measure) return `undefined: ${measure.undefined}`;
  const interval = measure.interval === null ? "" : `${percentInterval(measure.interval)}, `;
  return `${percent(measure.value)} (${interval}n ${measure.n})`;
}

/** `0.24–0.39`. */
export function rangeText([lower, upper]: Interval): string {
  return `${short(lower)}–${short(upper)}`;
}

export function seconds(value: number): string {
  return `${short(value)} s`;
}

/** `1 start`, `2 starts`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** A fragment as a sentence: a capital letter and a full stop. */
export function sentence(fragment: string): string {
  const text = fragment.charAt(0).toUpperCase() + fragment.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function trimmed(value: number): string {
  if (Math.abs(value) >= 1000) return String(Math.round(value));
  const text = value.toPrecision(3);
  return text.includes(".") && !text.includes("e") ? text.replace(/\.?0+$/, "") : String(Number(text));
}
