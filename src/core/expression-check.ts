import type { AccessorNode, ConstantNode, FunctionNode, MathNode, OperatorNode, SymbolNode } from "mathjs";
import type { ChannelSpec } from "./channels.ts";
import { componentIndex } from "./component-key.ts";
import { SimgateError, didYouMean } from "./errors.ts";
import { FUNCTIONS, FUNCTION_NAMES } from "./expression-functions.ts";
import type { MaybeDimension } from "./expression-functions.ts";
import { operatorDimension } from "./expression-operators.ts";
import { ExpressionProblem, fold } from "./expression-tree.ts";
import type { ExpressionSymbols, Tree } from "./expression-tree.ts";
import { PURE, SECOND, isUnitName, knownDimension, parseUnit } from "./units.ts";

interface Scope {
  readonly symbols: ExpressionSymbols;
  readonly checkUnits: boolean;
  /** Inside `norm`: which component a vector channel without brackets stands for. */
  readonly component?: number;
  /** Whether a unit may stand here: behind a number, as in `9.81 m/s^2`. */
  readonly unitMayFollow?: boolean;
}

/** mathjs's tree → ours: only the kinds of nodes the language has, names resolved, units checked. */
export function checkTree(node: MathNode, scope: Scope): Tree {
  switch (node.type) {
    case "ParenthesisNode":
      return checkTree((node as unknown as { content: MathNode }).content, scope);
    case "ConstantNode":
      return constant((node as ConstantNode).value);
    case "SymbolNode":
      return symbol((node as SymbolNode).name, undefined, scope);
    case "AccessorNode":
      return component(node as AccessorNode, scope);
    case "OperatorNode":
      return operator(node as OperatorNode, scope);
    case "FunctionNode":
      return call(node as FunctionNode, scope);
    case "RelationalNode":
      throw comparison(node);
    default:
      throw new ExpressionProblem(`"${node.toString()}" cannot be used in an expression`);
  }
}

function constant(value: unknown): Tree {
  if (typeof value !== "number") throw new ExpressionProblem(`"${String(value)}" is not a number`);
  return { kind: "number", value, dimension: value === 0 ? undefined : PURE };
}

function symbol(name: string, index: string | undefined, scope: Scope): Tree {
  const { symbols, checkUnits, component } = scope;
  const dimensionOf = (unit: string): MaybeDimension => (checkUnits ? knownDimension(unit) : undefined);
  const channel = symbols.channels.find((candidate) => candidate.name === name);
  if (channel !== undefined) {
    const base = { kind: "channel", name, size: channel.size, dimension: dimensionOf(channel.unit) } as const;
    if (index !== undefined) return { ...base, component: indexOf(channel, index) };
    if (channel.size === 1) return { ...base, component: 0 };
    if (component !== undefined) return { ...base, component };
    throw new ExpressionProblem(
      `channel "${name}" has ${channel.size} components`,
      `name one (${channel.labels === undefined ? `${name}[0]` : `${name}[${channel.labels[0]!}]`}) or take norm(${name})`,
    );
  }
  if (index !== undefined) throw unknownName(name, symbols);
  const parameter = symbols.parameters?.find((candidate) => candidate.name === name);
  if (parameter !== undefined) return { kind: "parameter", name, dimension: dimensionOf(parameter.unit) };
  if (name === "t" && symbols.time === true)
    return { kind: "time", dimension: checkUnits ? SECOND : undefined };
  if (name === "pi") return { kind: "number", value: Math.PI, dimension: PURE };
  if (name === "e") return { kind: "number", value: Math.E, dimension: PURE };
  if (name === "Infinity") return { kind: "number", value: Infinity, dimension: undefined };
  if (name === "t" && scope.unitMayFollow !== true) {
    throw new ExpressionProblem(
      'the time "t" cannot be used here',
      "say when with always[from, to] and the like",
    );
  }
  if (isUnitName(name) && scope.unitMayFollow === true) {
    const unit = parseUnit(name);
    return { kind: "number", value: unit.factor, dimension: unit.dimension };
  }
  throw unknownName(name, symbols);
}

function component(node: AccessorNode, scope: Scope): Tree {
  const { object, index } = node as unknown as { object: MathNode; index: { dimensions: MathNode[] } };
  if (object.type !== "SymbolNode" || index.dimensions.length !== 1) {
    throw new ExpressionProblem(
      `"${node.toString()}" is not a component`,
      "write channel[label] or channel[index]",
    );
  }
  const inside = index.dimensions[0]!;
  const label = inside.type === "ConstantNode" ? String((inside as ConstantNode).value) : inside.toString();
  return symbol((object as SymbolNode).name, label.replaceAll(" ", ""), scope);
}

function indexOf(channel: ChannelSpec, inside: string): number {
  try {
    return componentIndex(channel, inside);
  } catch (cause) {
    if (!(cause instanceof SimgateError)) throw cause;
    throw new ExpressionProblem(cause.what, cause.details.hint);
  }
}

const OPERATORS: Readonly<Record<string, string>> = {
  add: "+",
  subtract: "-",
  multiply: "*",
  divide: "/",
  pow: "^",
  unaryMinus: "negate",
};

function operator(node: OperatorNode, scope: Scope): Tree {
  const name = node.fn as string;
  if (name === "unaryPlus") return checkTree(node.args[0]!, scope);
  const fn = OPERATORS[name];
  if (fn === undefined) throw comparison(node);
  const implicit = isImplicit(node);
  const unitsBegin = implicit || ((fn === "*" || fn === "/") && endsInUnit(node.args[0]!));
  const inUnit = scope.unitMayFollow === true && (fn === "*" || fn === "/" || fn === "^");
  const args = node.args.map((arg, i) =>
    checkTree(arg, { ...scope, unitMayFollow: inUnit || (unitsBegin && i === 1) }),
  );
  if (implicit && args[0]!.kind !== "number" && args[1]!.kind !== "number") {
    throw new ExpressionProblem(
      `"${node.toString()}" joins two values without an operator`,
      "write * between them",
    );
  }
  return fold(fn, args, scope.checkUnits ? operatorDimension(fn, args, node.toString()) : undefined);
}

function isImplicit(node: MathNode): boolean {
  return (node as unknown as { implicit?: boolean }).implicit === true;
}

/** Whether what follows `*` or `/` goes on with a unit: `9.81 m` before `/s^2`. */
function endsInUnit(node: MathNode): boolean {
  if (node.type !== "OperatorNode") return false;
  if (isImplicit(node)) return true;
  const { fn, args } = node as OperatorNode;
  return ((fn as string) === "multiply" || (fn as string) === "divide") && args.some(endsInUnit);
}

function call(node: FunctionNode, scope: Scope): Tree {
  const name = (node.fn as unknown as { name?: string }).name ?? node.fn.toString();
  if (name === "norm") return norm(node, scope);
  const fn = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (fn === undefined)
    throw new ExpressionProblem(`there is no function "${name}"`, didYouMean(name, FUNCTION_NAMES));
  const [least, most] = fn.arity;
  if (node.args.length < least || node.args.length > most) {
    throw new ExpressionProblem(
      `${name} takes ${most > least ? `at least ${least}` : least} value(s), not ${node.args.length}`,
    );
  }
  const args = node.args.map((arg) => checkTree(arg, { ...scope, unitMayFollow: false }));
  try {
    return fold(name, args, scope.checkUnits ? fn.dimension(args.map((arg) => arg.dimension)) : undefined);
  } catch (mixed) {
    throw new ExpressionProblem(`"${node.toString()}": ${name} ${(mixed as Error).message}`);
  }
}

/** `norm(v)`: the Euclidean length of a vector channel, or of an expression of equally long ones. */
function norm(node: FunctionNode, scope: Scope): Tree {
  if (node.args.length !== 1) throw new ExpressionProblem(`norm takes 1 value, not ${node.args.length}`);
  const sizes = new Set<number>();
  node.args[0]!.traverse((inner, path) => {
    if (inner.type !== "SymbolNode" || path === "object" || path === "fn" || path === "dimensions[0]") return;
    const channel = scope.symbols.channels.find(({ name }) => name === (inner as SymbolNode).name);
    if (channel !== undefined && channel.size > 1) sizes.add(channel.size);
  });
  if (sizes.size > 1)
    throw new ExpressionProblem(
      `"${node.toString()}" mixes vectors of ${[...sizes].join(" and ")} components`,
    );
  const size = [...sizes][0] ?? 1;
  const args = Array.from({ length: size }, (_, i) =>
    checkTree(node.args[0]!, { ...scope, component: i, unitMayFollow: false }),
  );
  return { kind: "call", fn: "hypot", args, dimension: args[0]!.dimension };
}

function unknownName(name: string, { channels, parameters, time }: ExpressionSymbols): ExpressionProblem {
  const known = [
    ...channels.map((c) => c.name),
    ...(parameters ?? []).map((p) => p.name),
    ...(time === true ? ["t"] : []),
  ];
  const unit = isUnitName(name) ? `"${name}" is a unit, which stands behind a number (1 ${name}); ` : "";
  return new ExpressionProblem(`there is no channel or parameter "${name}"`, unit + didYouMean(name, known));
}

function comparison(node: MathNode): ExpressionProblem {
  return new ExpressionProblem(
    `"${node.toString()}" is not arithmetic`,
    "comparisons, and, or, not belong in a success formula; an expression gives a number",
  );
}
