/** Places by rate, 1 for the highest; equal rates share the better place. Null: no rate, no place. */
export function ranksOf(rates: readonly (number | null)[]): readonly (number | null)[] {
  return rates.map((rate) =>
    rate === null ? null : 1 + rates.filter((other) => other !== null && other > rate).length,
  );
}
