import { inputError } from "../core/errors.ts";

/** The key in an environment variable, so that no manifest holds one. @throws SimgateError `input` if it is not set. */
export function apiKeyFrom(variable: string | undefined): string | undefined {
  if (variable === undefined) return undefined;
  const key = process.env[variable];
  if (key === undefined || key === "") throw inputError(`the environment variable ${variable} holds no key`);
  return key;
}
