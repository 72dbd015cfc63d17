import { didYouMean, inputError } from "../../core/errors.ts";
import { attributeOf, type XmlTag, xmlTags } from "./xml-tags.ts";

/** Sections that MuJoCo merges when they occur more than once, so that a missing one can be added. */
const ADDABLE = ["compiler", "option", "size", "statistic", "visual"];

/** An edit whose `{expression}`s have been computed. */
export interface MjcfChange {
  readonly element: string;
  readonly name?: string;
  readonly attribute: string;
  readonly value: string;
}

/** MJCF text with attributes set. @throws SimgateError if an element is not there, or is not the only one meant. */
export function applyChanges(xml: string, changes: readonly MjcfChange[], file: string): string {
  return changes.reduce((text, change) => applyChange(text, change, file), xml);
}

/** Limits MuJoCo's working memory to `megabytes`, unless the file says itself: its default is 13.6 MB for any model. */
export function withMemory(xml: string, megabytes: number, file: string): string {
  const tags = xmlTags(xml, file);
  const sizes = tags.filter(({ name }) => name === "size");
  // nconmax, njmax and nstack are the older way of saying it.
  const said = ["memory", "nconmax", "njmax", "nstack"];
  if (sizes.some((tag) => said.some((name) => attributeOf(tag, name) !== undefined))) return xml;
  return applyChange(xml, { element: "size", attribute: "memory", value: `${megabytes}M` }, file);
}

function applyChange(xml: string, change: MjcfChange, file: string): string {
  const tags = xmlTags(xml, file);
  const { attribute, value } = change;
  const text = value
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/"/g, "&quot;")
    .replace(/'/g, "&apos;");
  const tag = findElement(tags, change, file);
  if (tag === undefined) {
    const root = tags[0];
    if (root === undefined) throw inputError("the MJCF is empty", { where: file });
    // After the other sections: of two merged sections, the later one counts.
    return `${xml.slice(0, root.closeStart)}<${change.element} ${attribute}="${text}"/>${xml.slice(root.closeStart)}`;
  }
  const present = tag.attributes.find(({ name }) => name === attribute);
  if (present !== undefined) return xml.slice(0, present.start) + text + xml.slice(present.end);
  const after = tag.start + 1 + tag.name.length;
  return `${xml.slice(0, after)} ${attribute}="${text}"${xml.slice(after)}`;
}

/** The element an edit means; undefined for a section that is missing and may be added. Defaults classes are not meant. */
function findElement(
  tags: readonly XmlTag[],
  { element, name }: MjcfChange,
  file: string,
): XmlTag | undefined {
  const real = tags.filter((tag) => !isInside(tag, "default"));
  const all = real.filter((tag) => tag.name === element);
  const own = all.filter((tag) => name === undefined || attributeOf(tag, "name") === name);
  const found = own.length > 0 ? own : all.filter((tag) => nameOf(tag) === name);
  if (found.length === 1) return found[0];
  const top = all.filter((tag) => tag.parent === tags[0]);
  if (name === undefined && ADDABLE.includes(element) && found.length === top.length) return top.at(-1);
  const label = name === undefined ? `<${element}>` : `<${element}> named "${name}"`;
  if (found.length > 1) {
    throw inputError(`the MJCF has ${found.length} elements ${label}`, {
      where: file,
      hint:
        name === undefined
          ? `say which with name: ${all.map(nameOf).filter(Boolean).join(", ") || "none of them has one yet"}`
          : "rename one of them",
    });
  }
  const known = [
    ...new Set(all.length === 0 ? real.map((tag) => tag.name) : all.map(nameOf).filter(Boolean)),
  ];
  throw inputError(`the MJCF has no ${label}`, {
    where: file,
    hint: didYouMean(all.length === 0 ? element : (name ?? ""), known as string[]),
  });
}

/** An element without a name of its own (inertial, freejoint, geom) goes by its body's. */
function nameOf(tag: XmlTag): string | undefined {
  return (
    attributeOf(tag, "name") ?? (tag.parent?.name === "body" ? attributeOf(tag.parent, "name") : undefined)
  );
}

function isInside(tag: XmlTag, ancestor: string): boolean {
  for (let at: XmlTag | undefined = tag.parent; at !== undefined; at = at.parent) {
    if (at.name === ancestor) return true;
  }
  return false;
}
