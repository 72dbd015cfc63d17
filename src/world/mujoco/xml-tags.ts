import { inputError } from "../../core/errors.ts";

export interface XmlAttribute {
  readonly name: string;
  /** As written, entities not decoded. */
  readonly value: string;
  /** Offsets of the value in the text, quotes excluded. */
  readonly start: number;
  readonly end: number;
}

/** An element's opening tag, where it stands, and where the element ends. */
export interface XmlTag {
  readonly name: string;
  /** Offset of `<`. */
  readonly start: number;
  /** Offset after `>` of the opening tag. */
  readonly end: number;
  /** Offset of the closing tag's `<`; `end` if the element is empty (`<a/>`). */
  closeStart: number;
  /** Offset after the element. */
  closeEnd: number;
  readonly attributes: readonly XmlAttribute[];
  readonly parent: XmlTag | undefined;
}

const SKIPPED = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
  ["<!", ">"],
] as const;

const NAME = /[^\s/>=<"']+/y;
const SPACE = /\s*/y;

/** All elements of an XML text in document order. Comments, CDATA and instructions are stepped over. */
export function xmlTags(text: string, file: string): XmlTag[] {
  const tags: XmlTag[] = [];
  const open: XmlTag[] = [];
  let at = text.indexOf("<");
  while (at >= 0) {
    const skipped = SKIPPED.find(([begin]) => text.startsWith(begin, at));
    if (skipped !== undefined) {
      const [begin, end] = skipped;
      const close = text.indexOf(end, at + begin.length);
      if (close < 0) throw broken(text, file, at, `"${begin}" is never closed`);
      at = text.indexOf("<", close + end.length);
    } else if (text[at + 1] === "/") {
      const close = text.indexOf(">", at);
      const name = text.slice(at + 2, close).trim();
      const tag = open.pop();
      if (close < 0 || tag?.name !== name) {
        throw broken(text, file, at, `</${name}> closes ${tag === undefined ? "nothing" : `<${tag.name}>`}`);
      }
      tag.closeStart = at;
      tag.closeEnd = close + 1;
      at = text.indexOf("<", close);
    } else {
      const { tag, empty } = openingTag(text, file, at, open.at(-1));
      tags.push(tag);
      if (!empty) open.push(tag);
      at = text.indexOf("<", tag.end);
    }
  }
  const unclosed = open.pop();
  if (unclosed !== undefined) throw broken(text, file, unclosed.start, `<${unclosed.name}> is never closed`);
  return tags;
}

function openingTag(
  text: string,
  file: string,
  start: number,
  parent: XmlTag | undefined,
): { tag: XmlTag; empty: boolean } {
  const match = (pattern: RegExp, from: number): string => {
    pattern.lastIndex = from;
    return pattern.exec(text)?.[0] ?? "";
  };
  const name = match(NAME, start + 1);
  if (name === "") throw broken(text, file, start, "a tag has no name");
  const attributes: XmlAttribute[] = [];
  let at = start + 1 + name.length;
  for (;;) {
    at += match(SPACE, at).length;
    const empty = text.startsWith("/>", at);
    if (empty || text[at] === ">") {
      const end = at + (empty ? 2 : 1);
      return { tag: { name, start, end, closeStart: end, closeEnd: end, attributes, parent }, empty };
    }
    const key = match(NAME, at);
    at += key.length;
    at += match(SPACE, at).length;
    if (key === "" || text[at] !== "=") throw broken(text, file, at, `the tag <${name}> is malformed`);
    at += 1 + match(SPACE, at + 1).length;
    const quote = text[at];
    const end = quote === '"' || quote === "'" ? text.indexOf(quote, at + 1) : -1;
    if (end < 0) throw broken(text, file, at, `the value of ${name}.${key} is not quoted`);
    attributes.push({ name: key, value: text.slice(at + 1, end), start: at + 1, end });
    at = end + 1;
  }
}

/** The value of an attribute, its entities not decoded. */
export function attributeOf(tag: XmlTag, name: string): string | undefined {
  return tag.attributes.find((attribute) => attribute.name === name)?.value;
}

function broken(text: string, file: string, at: number, what: string): Error {
  const before = text.slice(0, Math.max(0, at)).split("\n");
  return inputError(`the XML is not well-formed: ${what}`, {
    where: `${file}:${before.length}:${before.at(-1)!.length + 1}`,
  });
}
