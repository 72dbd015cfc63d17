/** One thing about an evidence folder that does not hold. */
export interface EvidenceProblem {
  /** In the folder. */
  readonly file: string;
  readonly what: string;
  readonly expected?: string;
  readonly got?: string;
}

/** One question put to the folder, and what came of it. */
export interface EvidenceCheck {
  /** `files`, `episodes.parquet`, `traces`, … */
  readonly check: string;
  readonly status: "holds" | "fails" | "skipped";
  /** What was looked at, or why it was not. */
  readonly detail: string;
  readonly problems: readonly EvidenceProblem[];
}

/** Problems of one check; past the first few, more of the same kind tell nothing new and are only counted. */
export class Findings {
  readonly #problems: EvidenceProblem[] = [];
  #left = 0;

  add(file: string, what: string, expected?: unknown, got?: unknown): void {
    if (this.#problems.length === MOST_LISTED) {
      this.#left++;
      return;
    }
    this.#problems.push({
      file,
      what,
      ...(expected === undefined ? {} : { expected: textOf(expected) }),
      ...(got === undefined ? {} : { got: textOf(got) }),
    });
  }

  /** A problem unless both are the same, as JSON goes. */
  same(file: string, what: string, expected: unknown, got: unknown): void {
    if (textOf(expected) !== textOf(got)) this.add(file, what, expected, got);
  }

  check(name: string, detail: string): EvidenceCheck {
    const more = this.#left === 0 ? "" : `; ${this.#left} more like these are not listed`;
    return {
      check: name,
      status: this.#problems.length === 0 ? "holds" : "fails",
      detail: detail + more,
      problems: this.#problems,
    };
  }
}

const MOST_LISTED = 12;

export function skipped(check: string, why: string): EvidenceCheck {
  return { check, status: "skipped", detail: why, problems: [] };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
}
