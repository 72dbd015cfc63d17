import { didYouMean, inputError, nearest } from "../core/errors.ts";
import type { ExpressionSymbols } from "../core/expression.ts";
import { comparisonTree } from "./formula-predicate.ts";
import type { FormulaOptions } from "./formula-predicate.ts";
import { FORMULA_WORDS, tokenize } from "./formula-tokens.ts";
import type { Token } from "./formula-tokens.ts";
import type { FormulaTree, Interval } from "./formula-tree.ts";

/** Recursive descent over the words of the logic, one method a level of precedence; the sides of comparisons are left to mathjs. */
export class FormulaParser {
  readonly #text: string;
  readonly #symbols: ExpressionSymbols;
  readonly #options: FormulaOptions;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string, symbols: ExpressionSymbols, options: FormulaOptions) {
    this.#text = text;
    this.#symbols = symbols;
    this.#options = options;
    this.#tokens = tokenize(text);
  }

  whole(): FormulaTree {
    const tree = this.#implies();
    const rest = this.#peek();
    if (rest !== undefined) throw this.#problem(`"${rest.text}" does not continue the formula`, rest);
    return tree;
  }

  #implies(): FormulaTree {
    const left = this.#or();
    return this.#take("implies") ? { kind: "implies", left, right: this.#implies() } : left;
  }

  #or(): FormulaTree {
    let left = this.#and();
    while (this.#take("or")) left = { kind: "or", left, right: this.#and() };
    return left;
  }

  #and(): FormulaTree {
    let left = this.#until();
    while (this.#take("and")) left = { kind: "and", left, right: this.#until() };
    return left;
  }

  #until(): FormulaTree {
    const left = this.#unary();
    const kind = this.#takeTemporal("until") ?? this.#takeTemporal("since");
    if (kind === undefined) return left;
    const tree: FormulaTree = { kind, interval: this.#interval(), left, right: this.#unary() };
    const again = this.#peek();
    if (again?.text === "until" || again?.text === "since") {
      throw this.#problem(`"${again.text}" after "${kind}" can be read two ways`, again, "add parentheses");
    }
    return tree;
  }

  #unary(): FormulaTree {
    if (this.#take("not")) return { kind: "not", of: this.#unary() };
    for (const operator of ["always", "eventually", "historically", "once"] as const) {
      const kind = this.#takeTemporal(operator);
      if (kind !== undefined) return { kind, interval: this.#interval(), of: this.#unary() };
    }
    return this.#primary();
  }

  #primary(): FormulaTree {
    if (this.#peek()?.text === "(" && this.#groupsFormula()) {
      this.#next++;
      const inside = this.#implies();
      if (!this.#take(")")) throw this.#problem('")" is missing', this.#peek());
      return inside;
    }
    return this.#predicate();
  }

  /** Whether the parenthesis here holds a formula, not a term: it contains a comparison or a word of the logic. */
  #groupsFormula(): boolean {
    let depth = 0;
    for (let i = this.#next; i < this.#tokens.length; i++) {
      const { text, kind } = this.#tokens[i]!;
      if (text === "(") depth++;
      if (text === ")" && --depth === 0) return false;
      if (kind === "comparison" || FORMULA_WORDS.includes(text)) return true;
    }
    return false;
  }

  #predicate(): FormulaTree {
    const first = this.#peek();
    if (first === undefined)
      throw this.#problem("the formula ends where a predicate should stand", undefined);
    this.#suspectWord(first);
    const sides: string[] = [];
    const signs: string[] = [];
    let begin = first.at;
    let end = begin;
    let depth = 0;
    for (;;) {
      const token = this.#peek();
      if (token === undefined || (depth === 0 && (token.text === ")" || FORMULA_WORDS.includes(token.text))))
        break;
      if (token.kind === "mistaken")
        throw this.#problem(`"${token.text}" is not an operator`, token, token.instead);
      if (token.text === "(" || token.text === "[") depth++;
      if (token.text === ")" || token.text === "]") depth--;
      if (token.kind === "comparison" && depth === 0) {
        sides.push(this.#text.slice(begin, token.at).trim());
        signs.push(token.text);
        begin = token.at + token.text.length;
      }
      end = token.at + token.text.length;
      this.#next++;
    }
    const text = this.#text.slice(first.at, end);
    if (signs.length === 0) {
      const near = /^\w+/.exec(text)?.[0];
      throw this.#problem(
        text === "" ? "a predicate is missing" : `"${text.trim()}" compares nothing`,
        first,
        near !== undefined && this.#symbols.channels.every(({ name }) => name !== near)
          ? didYouMean(near, FORMULA_WORDS)
          : "a predicate is: expression < expression (or <=, >, >=)",
      );
    }
    sides.push(this.#text.slice(begin, Math.max(begin, end)).trim());
    if (sides.includes("")) throw this.#problem("one side of a comparison is missing", first);
    return comparisonTree({ sides, signs, text: text.trim() }, this.#symbols, this.#options);
  }

  /** `alway x > 0`, `evntually[0,1] x > 0`: a word that is no name here and stands where an operator would. */
  #suspectWord(first: Token): void {
    const after = this.#tokens[this.#next + 1];
    const declared = [...this.#symbols.channels, ...(this.#symbols.parameters ?? [])].some(
      ({ name }) => name === first.text,
    );
    if (
      first.kind !== "word" ||
      declared ||
      FORMULA_WORDS.includes(first.text) ||
      (after?.kind !== "word" && after?.text !== "[")
    )
      return;
    if (nearest(first.text, FORMULA_WORDS) === undefined) return;
    throw this.#problem(`"${first.text}" is not an operator`, first, didYouMean(first.text, FORMULA_WORDS));
  }

  #interval(): Interval {
    if (!this.#take("[")) return { fromSec: 0, toSec: Infinity };
    const begin = this.#peek();
    const fromSec = this.#seconds();
    if (!this.#take(",")) throw this.#problem("an interval is written [from, to], in seconds", this.#peek());
    const toSec = this.#seconds();
    if (!this.#take("]")) throw this.#problem('"]" is missing after an interval', this.#peek());
    if (!(toSec >= fromSec))
      throw this.#problem(`the interval [${fromSec}, ${toSec}] ends before it begins`, begin);
    return { fromSec, toSec };
  }

  #seconds(): number {
    const token = this.#peek();
    const value = token?.text === "inf" ? Infinity : Number(token?.kind === "number" ? token.text : NaN);
    if (Number.isNaN(value)) throw this.#problem("an interval is written [from, to], in seconds", token);
    this.#next++;
    this.#take("s");
    return value;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#next];
  }

  #take(text: string): boolean {
    if (this.#peek()?.text !== text) return false;
    this.#next++;
    return true;
  }

  #takeTemporal<Word extends string>(word: Word): Word | undefined {
    const token = this.#peek();
    if (!this.#take(word)) return undefined;
    if (this.#options.temporal === false) {
      throw this.#problem(
        `"${word}" looks beyond the present`,
        token,
        "only and, or, not and predicates can be used here",
      );
    }
    return word;
  }

  #problem(what: string, token: Token | undefined, hint?: string): Error {
    const got =
      token === undefined ? `"${this.#text}" (at its end)` : `"${this.#text}" (at character ${token.at + 1})`;
    return inputError(what, { ...this.#where(), got, ...(hint === undefined ? {} : { hint }) });
  }

  #where(): { where?: string } {
    return this.#options.where === undefined ? {} : { where: this.#options.where };
  }
}
