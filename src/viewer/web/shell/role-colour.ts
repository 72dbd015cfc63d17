/** Colours of further worlds, in the order in which they turn up: told apart by colour-blind eyes, too. */
const FURTHER = ["wrong-fail", "pass", "insufficient", "baseline"] as const;
const given = new Map<string, string>();

/** The style sheet's name for the colour of a world: truth, the candidate, a branch, or another candidate beside them. */
export function roleColourName(role: string): string {
  if (role === "" || role === "truth") return "truth";
  if (role === "candidate") return "candidate";
  let name = given.get(role);
  if (name === undefined) {
    name = FURTHER[given.size % FURTHER.length]!;
    given.set(role, name);
  }
  return name;
}
