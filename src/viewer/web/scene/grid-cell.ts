/** A side of the grid's cells that reads well: 1, 2 or 5 times a power of ten, about a twelfth of the scene, m. */
export function gridCell(extentM: number): number {
  const raw = Math.max(extentM, 1e-3) / 12;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((one) => one * power >= raw * 0.999) ?? 10;
  return Number((step * power).toPrecision(1));
}
