export type Theme = "light" | "dark";

const KEY = "simgate/theme";
const dark = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<(theme: Theme) => void>();
/** Asking the style sheet makes it settle all styles first, which drawing cannot wait for. */
const colours = new Map<string, string>();

/** What the reader chose, or else what the system prefers. */
export function currentTheme(): Theme {
  const chosen = localStorage.getItem(KEY);
  return chosen === "light" || chosen === "dark" ? chosen : dark.matches ? "dark" : "light";
}

export function startTheme(): void {
  apply();
  dark.addEventListener("change", apply);
}

export function toggleTheme(): Theme {
  const next = currentTheme() === "dark" ? "light" : "dark";
  localStorage.setItem(KEY, next);
  apply();
  return next;
}

/** Canvases do not follow a style sheet: they ask to be told. */
export function onTheme(listener: (theme: Theme) => void): void {
  listeners.add(listener);
  listener(currentTheme());
}

/** The value of a colour of the style sheet, for a canvas. */
export function colour(name: string): string {
  let value = colours.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    colours.set(name, value);
  }
  return value;
}

function apply(): void {
  const theme = currentTheme();
  document.documentElement.dataset["theme"] = theme;
  colours.clear();
  for (const listener of listeners) listener(theme);
}
