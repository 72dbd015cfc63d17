/** The two discs of `boundary-disc.json` as a CSV: truth x² + y² ≤ 1.001, candidate ≤ 1.2012. */
export function discTable(kind: "outcomes" | "margins"): string {
  const lines = [kind === "outcomes" ? "x,y,truth,candidate" : "x,y,truth_margin,candidate_margin"];
  for (let i = 0; i <= 80; i++) {
    for (let j = 0; j <= 80; j++) {
      const [x, y] = [(i - 40) / 20, (j - 40) / 20];
      const margins = [1.001, 1.2012].map((limit) => limit - x * x - y * y);
      const values = kind === "outcomes" ? margins.map((margin) => (margin > 0 ? 1 : 0)) : margins;
      lines.push([x, y, ...values].join(","));
    }
  }
  return `${lines.join("\n")}\n`;
}
