/** What may be set on an element: attributes, `class`, listeners as `onclick` and the like. */
export type Props = Readonly<
  Record<string, string | number | boolean | undefined | ((event: never) => unknown)>
>;

export type Child = Node | string | undefined | readonly Child[];

/** An element with its attributes, listeners and children, in one expression. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(name.slice(2), value as EventListener);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  append(made, children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** The same for the elements of a drawing. */
export function drawing<K extends keyof SVGElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false || typeof value === "function") continue;
    made.setAttribute(name, String(value));
  }
  append(made, children);
  return made;
}

/** Changes the text of an element that holds nothing else, where it differs: what stays is neither laid out nor painted anew. */
export function setText(place: Element, text: string): void {
  const { firstChild } = place;
  if (firstChild === null) place.append(text);
  else if (firstChild.nodeValue !== text) firstChild.nodeValue = text;
}

function append(parent: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === undefined) continue;
    if (typeof child === "string") parent.append(child);
    else if (child instanceof Node) parent.append(child);
    else append(parent, child);
  }
}
