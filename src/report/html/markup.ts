/** Text that is already HTML. Everything else that goes into {@link html} is escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

type Value = Markup | readonly Markup[] | string | number | null | undefined | false;

/** Template tag: literal parts are HTML, values are text unless they are {@link Markup}; null, undefined and false vanish. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  let text = parts[0]!;
  for (const [index, value] of values.entries()) text += rendered(value) + parts[index + 1]!;
  return new Markup(text);
}

/** For text that we made ourselves and know to be HTML, CSS or JavaScript. */
export function raw(text: string): Markup {
  return new Markup(text);
}

/** Data for the page's script. `<` is escaped, so that no text can end the element. */
export function jsonData(value: unknown): Markup {
  return raw(JSON.stringify(value).replaceAll("<", "\\u003c"));
}

/** Text → HTML or XML text, also inside double-quoted attributes. */
export function escapeText(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function rendered(value: Value): string {
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "string") return escapeText(value);
  if (typeof value === "number") return String(value);
  return value.map((part) => part.text).join("");
}
