import { drawing, element } from "./element.ts";

/** Drawn, not typed: fonts do not agree on which of these signs they have. 16 × 16. */
const PATHS = {
  start: "M3 3h2v10H3zM13 3v10L6 8z",
  end: "M11 3h2v10h-2zM3 3v10l7-5z",
  play: "M4 2.5v11L13.5 8z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  previous: "M8 8l5-4v8zM5 5l3 3-3 3-3-3z",
  next: "M8 8L3 4v8zM11 5l3 3-3 3-3-3z",
  loop: "M8 3.2a4.8 4.8 0 1 0 4.7 5.7h-1.6A3.2 3.2 0 1 1 8 4.8c.9 0 1.6.3 2.2.9L8.4 7.5H13V2.9l-1.6 1.6A4.8 4.8 0 0 0 8 3.2z",
  camera: "M2 4.5h3L6 3h4l1 1.5h3v8H2zM8 6a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  record: "M8 3.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z",
  theme: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zm0 1.6v8.8a4.4 4.4 0 0 1 0-8.8z",
  sound: "M2 6h3l4-3v10l-4-3H2zM11 5.5c1.2 1.4 1.2 3.6 0 5l1 .8c1.7-1.9 1.7-4.7 0-6.6z",
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): SVGSVGElement {
  return drawing(
    "svg",
    { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true", class: "glyph" },
    drawing("path", { d: PATHS[name], fill: "currentColor", "fill-rule": "evenodd" }),
  );
}

/** A button that shows only a sign; `label` is its name, and its tip. */
export function iconButton(name: IconName, label: string, act: () => void): HTMLButtonElement {
  return element(
    "button",
    { type: "button", class: "icon", "aria-label": label, title: label, onclick: act },
    icon(name),
  );
}
