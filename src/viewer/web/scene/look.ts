import { BackSide, Color, DoubleSide, type Material, type Vector2 } from "three";
import { roleColourName } from "../shell/role-colour.ts";
import { colour } from "../shell/theme.ts";
import { surfaceMaterial } from "./surface-material.ts";

/** How a world is drawn: truth solid, everything else see-through with an outline. */
export type Look = "solid" | "ghost";

/** Colours by world (blue, orange, purple: told apart by colour-blind eyes), or those of the model file. */
export type Colouring = "world" | "model";

export function roleColour(role: string): string {
  return colour(roleColourName(role));
}

/** Later numbers are drawn over earlier ones. */
export const ORDER = { ground: 0, solid: 1, ghostDepth: 2, ghost: 3, outline: 4, lines: 5 } as const;

export interface PartLook {
  readonly fill: Material;
  /** Fills the depth buffer before the ghost is drawn, so that its own far side does not show through it. */
  readonly depth: Material | undefined;
  readonly outline: Material | undefined;
}

/** What stands still belongs to both worlds and is drawn once, in the model's colours brought back to calm. */
export function stillLook(rgba: readonly number[]): PartLook {
  return { fill: filled(calm(rgba), rgba[3]!), depth: undefined, outline: undefined };
}

export function movingLook(
  look: Look,
  role: string,
  rgba: readonly number[],
  colouring: Colouring,
  viewport: Vector2,
): PartLook {
  const own = new Color(roleColour(role));
  const shaded = colouring === "model" ? model(rgba) : shade(own, rgba);
  if (look === "solid")
    return { fill: filled(shaded, 1), depth: undefined, outline: rim(own, 1.2, viewport) };
  const fill = filled(shaded, 0.3);
  fill.depthWrite = false;
  const depth = filled(shaded, 0);
  depth.colorWrite = false;
  return { fill, depth, outline: rim(own, 2, viewport) };
}

function filled(color: Color, opacity: number): Material {
  const material = surfaceMaterial({ color, opacity, side: DoubleSide });
  // Where surfaces touch, what shows through lies behind what does not.
  material.polygonOffset = opacity < 1;
  material.polygonOffsetFactor = 1;
  material.polygonOffsetUnits = 1;
  return material;
}

/** The world's colour, lighter or darker as the part is in the model, so that parts stay apart. */
function shade(own: Color, rgba: readonly number[]): Color {
  const luminance = 0.299 * rgba[0]! + 0.587 * rgba[1]! + 0.114 * rgba[2]!;
  const hsl = { h: 0, s: 0, l: 0 };
  own.getHSL(hsl);
  return new Color().setHSL(hsl.h, hsl.s, Math.min(0.8, Math.max(0.2, hsl.l + 0.28 * (luminance - 0.45))));
}

function model(rgba: readonly number[]): Color {
  return new Color().setRGB(rgba[0]!, rgba[1]!, rgba[2]!, "srgb");
}

function calm(rgba: readonly number[]): Color {
  const dark = document.documentElement.dataset["theme"] === "dark";
  return model(rgba).lerp(new Color(dark ? 0x30363a : 0xd9d7cf), 0.45);
}

/** The back of a slightly larger body. */
function rim(color: Color, widthPx: number, viewport: Vector2): Material {
  return surfaceMaterial({ color, lit: false, side: BackSide, rim: { widthPx, viewport } });
}
