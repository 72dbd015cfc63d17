export interface Token {
  readonly kind: "word" | "number" | "comparison" | "mistaken" | "other";
  readonly text: string;
  /** Offset of its first character. */
  readonly at: number;
  /** What to write instead of a mistaken operator. */
  readonly instead?: string;
}

/** Words of the logic; no channel or parameter may be called so. */
export const FORMULA_WORDS: readonly string[] = [
  "always",
  "eventually",
  "until",
  "once",
  "historically",
  "since",
  "and",
  "or",
  "not",
  "implies",
];

/** Operators of other languages, and what they are called here. */
const MISTAKEN: Readonly<Record<string, string>> = {
  "&&": "write and",
  "||": "write or",
  "&": "write and",
  "|": "write or",
  "!": "write not",
  "!=": "equality of measured values is not robust: compare with <, <=, >, >=",
  "==": "equality of measured values is not robust: compare with <, <=, >, >=",
  "=": "compare with <, <=, >, >=",
  "->": "write implies",
  "=>": "write implies",
};

const TOKEN =
  /(?<word>[A-Za-z_]\w*)|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<mistaken>&&|\|\||!=|==|=>|->|[&|!]|(?<![<>])=)|(?<comparison><=|>=|<|>)|\S/g;

/** Cuts a formula into words, numbers and signs. */
export function tokenize(text: string): readonly Token[] {
  return [...text.matchAll(TOKEN)].map((match): Token => {
    const { word, number, comparison, mistaken } = match.groups ?? {};
    const base = { text: match[0], at: match.index };
    if (word !== undefined) return { ...base, kind: "word" };
    if (number !== undefined) return { ...base, kind: "number" };
    if (comparison !== undefined) return { ...base, kind: "comparison" };
    if (mistaken !== undefined) return { ...base, kind: "mistaken", instead: MISTAKEN[mistaken]! };
    return { ...base, kind: "other" };
  });
}
