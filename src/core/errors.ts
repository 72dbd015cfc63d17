/** What a {@link SimgateError} tells its reader. Every field is a sentence fragment a person can act on. */
export interface ErrorDetails {
  /** Where it happened: `file:line:column`, a key path, a channel, a lane. */
  readonly where?: string;
  readonly expected?: string;
  readonly got?: string;
  /** What to do about it. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * Why an operation could not go on, which decides the exit code of the command line:
 * `input` 2 (the caller's file, flag or value), `runtime` 4 (a world, policy or model failed while running),
 * `aborted` (the caller asked to stop), `bug` 70.
 */
export type ErrorCode = "input" | "runtime" | "aborted" | "bug";

/** The one error class of simgate: what, where, expected, got, what to do. */
export class SimgateError extends Error {
  readonly code: ErrorCode;
  readonly what: string;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, what: string, details: ErrorDetails = {}) {
    super(describe(what, details), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "SimgateError";
    this.code = code;
    this.what = what;
    this.details = details;
  }
}

/** Bad input: the message names the place, what was expected and what was found. */
export function inputError(what: string, details: ErrorDetails = {}): SimgateError {
  return new SimgateError("input", what, details);
}

/** A world, policy, model or peer failed while running. */
export function runtimeError(what: string, details: ErrorDetails = {}): SimgateError {
  return new SimgateError("runtime", what, details);
}

/** A sentence for any thrown value. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Throws the abort as a SimgateError, so that callers need to know one error class only. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new SimgateError("aborted", "stopped on request", { cause: signal.reason });
  }
}

/** The known name closest to `name`, or undefined when none is near enough to be a likely slip. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      bestDistance = distance;
      best = candidate;
    }
  }
  return best;
}

/** `Did you mean "x"? Known: a, b, c.` for a name that is not among the known ones. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  const list = known.length === 0 ? "none is declared" : known.join(", ");
  return near === undefined ? `known: ${list}` : `did you mean "${near}"? Known: ${list}`;
}

function describe(what: string, { where, expected, got, hint }: ErrorDetails): string {
  let text = where === undefined ? what : `${where}: ${what}`;
  if (expected !== undefined) text += `\n  expected: ${expected}`;
  if (got !== undefined) text += `\n  got:      ${got}`;
  if (hint !== undefined) text += `\n  to do:    ${hint}`;
  return text;
}

/** Damerau–Levenshtein distance (adjacent transpositions count once). */
function editDistance(a: string, b: string): number {
  const rows = a.length + 1;
  const cols = b.length + 1;
  const d = new Uint16Array(rows * cols);
  for (let i = 0; i < rows; i++) d[i * cols] = i;
  for (let j = 0; j < cols; j++) d[j] = j;
  for (let i = 1; i < rows; i++) {
    for (let j = 1; j < cols; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min(
        d[(i - 1) * cols + j]! + 1,
        d[i * cols + j - 1]! + 1,
        d[(i - 1) * cols + j - 1]! + cost,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        value = Math.min(value, d[(i - 2) * cols + j - 2]! + 1);
      }
      d[i * cols + j] = value;
    }
  }
  return d[rows * cols - 1]!;
}
