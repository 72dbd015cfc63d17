/** Names and numbers as a scaffolded manifest writes them. */

/** Without the noise of binary fractions. */
export function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

/** As a channel may be called. */
export function plainName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return /^[a-z]/.test(plain) ? plain : `j_${plain}`;
}

/** Names of components, each its own. */
export function labelsOf(named: readonly { readonly name: string }[]): string[] {
  const labels = new Names();
  return named.map(({ name }) => labels.take(plainName(name)));
}

/** A name as YAML reads it back. */
export function quoted(name: string): string {
  return /^[A-Za-z_][\w-]*$/.test(name) && !/^(true|false|null)$/i.test(name) ? name : JSON.stringify(name);
}

/** Gives every channel a name of its own. */
export class Names {
  readonly #taken = new Set<string>();

  take(wanted: string): string {
    let name = wanted;
    for (let i = 2; this.#taken.has(name); i++) name = `${wanted}_${i}`;
    this.#taken.add(name);
    return name;
  }
}

/** The text as a scenario or a card may be called: lower-case letters, digits and -, beginning with a letter. */
export function kebabName(text: string, otherwise: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  if (/^[a-z]/.test(plain)) return plain;
  return plain === "" ? otherwise : `${otherwise}-${plain}`;
}
