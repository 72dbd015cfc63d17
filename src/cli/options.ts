import { InvalidArgumentError, Option } from "commander";

/** Options and argument parsers that several commands share. */

export function jsonOption(): Option {
  return new Option("--json", "print the result as JSON on stdout");
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0)
    throw new InvalidArgumentError("expected a whole number, 0 or more");
  return value;
}

export function positiveWhole(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError("expected a whole number, 1 or more");
  return value;
}

export function nameList(text: string): string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
