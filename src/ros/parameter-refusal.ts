import type { ParameterSpec, ParameterValue } from "./node.ts";

/** Why a parameter cannot take a value, whoever gives it; undefined: it can. */
export function parameterRefusal(spec: ParameterSpec<ParameterValue>, value: unknown): string | undefined {
  if (typeof value !== typeof spec.value) {
    const slip = value === null ? "; in YAML a text that begins with # needs quotes: \"'#3'\"" : "";
    return `it is a ${typeof spec.value}${slip}`;
  }
  const [lower, upper] = spec.range ?? [-Infinity, Infinity];
  if (typeof value === "number" && !(value >= lower && value <= upper)) {
    return `it must lie in [${lower}, ${upper}]`;
  }
  return spec.refuse?.(value as ParameterValue);
}
