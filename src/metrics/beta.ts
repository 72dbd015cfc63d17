import { inputError } from "../core/errors.ts";

/** Regularised incomplete beta function I_x(a, b), the distribution function of Beta(a, b). a, b > 0, 0 ≤ x ≤ 1. */
export function betaCdf(x: number, a: number, b: number): number {
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1)) {
    throw inputError("the beta distribution is not defined there", {
      expected: "a > 0, b > 0, 0 ≤ x ≤ 1",
      got: `x = ${x}, a = ${a}, b = ${b}`,
    });
  }
  if (x === 0 || x === 1) return x;
  // The continued fraction converges fast only on this side of the mean.
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCdf(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b)) / a;
  return front / betaFraction(x, a, b);
}

/** Quantile of Beta(a, b): the x with I_x(a, b) = p, by bisection to the last bit. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  let lower = 0;
  let upper = 1;
  for (let i = 0; i < 1100; i++) {
    const middle = (lower + upper) / 2;
    if (middle === lower || middle === upper) break;
    if (betaCdf(middle, a, b) < p) lower = middle;
    else upper = middle;
  }
  return (lower + upper) / 2;
}

/** The fraction of DLMF 8.17.22 by the modified Lentz method: I_x = front / fraction. */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let value = 1;
  let c = 1;
  let d = 0;
  for (let i = 1; i <= 10_000; i++) {
    const m = i >> 1;
    const coefficient =
      i % 2 === 0
        ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
        : -((a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 + coefficient * d;
    d = 1 / (Math.abs(d) < tiny ? tiny : d);
    c = 1 + coefficient / c;
    if (Math.abs(c) < tiny) c = tiny;
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return value;
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** ln Γ(x) for x > 0: Stirling's series after shifting x above 15; error near 1e-15 relative. */
export function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  while (y < 15) {
    shift += Math.log(y);
    y += 1;
  }
  const r = 1 / (y * y);
  // Bernoulli numbers B₂ₖ / (2k (2k − 1)).
  const series =
    (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r * (1 / 1188 - r * (691 / 360360)))))) / y;
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
