import { inputError } from "../../core/errors.ts";
import type { MujocoEdit } from "../../scenario/schema.ts";
import type { MjcfChange } from "./mjcf.ts";

/** Values of the scenario's parameters → edits with their `{expression}`s filled in. */
export type EditTemplates = (values: Readonly<Record<string, number>>) => MjcfChange[];

type Piece = (values: Readonly<Record<string, number>>) => string;

/** Prepares edits whose text holds `{expression}`s of scenario parameters; called once a start. */
export async function editTemplates(
  edits: readonly MujocoEdit[],
  parameters: readonly { readonly name: string; readonly unit: string }[],
  where: string,
): Promise<EditTemplates> {
  const templates = await Promise.all(
    edits.map(async ({ element, name, attribute, value }) => {
      const at = `${where}, ${element}${name === undefined ? "" : ` "${name}"`} ${attribute}`;
      const pieces: Piece[] = [];
      for (const [i, text] of value.split(/\{([^}]*)\}/).entries()) {
        pieces.push(i % 2 === 0 ? () => text : await expressionPiece(text, parameters, at));
      }
      const target = name === undefined ? { element, attribute } : { element, name, attribute };
      return (values: Readonly<Record<string, number>>): MjcfChange => ({
        ...target,
        value: pieces.map((piece) => piece(values)).join(""),
      });
    }),
  );
  return (values) => templates.map((template) => template(values));
}

async function expressionPiece(
  text: string,
  parameters: readonly { readonly name: string; readonly unit: string }[],
  where: string,
): Promise<Piece> {
  const evaluate = parameters.some(({ name }) => name === text.trim())
    ? (values: Readonly<Record<string, number>>) => values[text.trim()]!
    : await compile(text, parameters, where);
  return (values) => {
    const number = evaluate(values);
    if (Number.isFinite(number)) return String(number);
    throw inputError(`{${text}} is ${number}`, { where, expected: "a finite number" });
  };
}

/** The expression parser takes longer to load than MuJoCo: most templates are one parameter and do not need it. */
async function compile(
  text: string,
  parameters: readonly { readonly name: string; readonly unit: string }[],
  where: string,
): Promise<(values: Readonly<Record<string, number>>) => number> {
  const { parseExpression } = await import("../../core/expression.ts");
  const expression = parseExpression(text, { channels: [], parameters }, { units: "ignore", where });
  return (values) => expression.evaluate({}, 1, { parameters: values })[0]!;
}
