/** Three significant digits with a real minus sign; very large and very small ones in scientific notation. */
export function figure(value: number, digits = 3): string {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text =
    size >= 1e5 || size < 1e-4 ? value.toExponential(digits - 1) : trimmed(Number(value.toPrecision(digits)));
  return text.replace(/-/g, "−");
}

function trimmed(value: number): string {
  return String(value);
}

/** With its sign always shown, for differences and margins. */
export function signed(value: number, digits = 3): string {
  return value > 0 ? `+${figure(value, digits)}` : figure(value, digits);
}

/** A fixed number of decimals, so that a number that changes does not jump about. */
export function fixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return figure(value);
  const text = value.toFixed(decimals);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

/** Decimals that show a hundredth of a tolerance. */
export function decimalsFor(tolerance: number): number {
  return tolerance > 0 ? Math.min(6, Math.max(0, Math.ceil(-Math.log10(tolerance)) + 1)) : 3;
}

export function seconds(timeSec: number, decimals = 2): string {
  return `${fixed(timeSec, decimals)} s`;
}

export function percent(share: number, digits = 1): string {
  return `${fixed(100 * share, digits)} %`;
}

/** A value with its unit; a pure number has none. */
export function quantity(value: number, unit: string): string {
  return unit === "1" || unit === "" ? figure(value) : `${figure(value)} ${unit}`;
}
