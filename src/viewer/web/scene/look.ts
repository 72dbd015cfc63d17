import {
  BackSide,
  Color,
  DoubleSide,
  Material,
  MeshBasicMaterial,
  MeshLambertMaterial,
  ShaderMaterial,
  Vector2,
} from "three";
import { roleColourName } from "../shell/role-colour.ts";
import { colour } from "../shell/theme.ts";

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
  return { fill: lambert(calm(rgba), rgba[3]!), depth: undefined, outline: undefined };
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
    return { fill: lambert(shaded, 1), depth: undefined, outline: rim(own, 1.2, viewport) };
  const fill = lambert(shaded, 0.3);
  fill.depthWrite = false;
  return {
    fill,
    depth: new MeshBasicMaterial({
      colorWrite: false,
      transparent: true,
      side: DoubleSide,
      polygonOffset: true,
      polygonOffsetFactor: 1,
      polygonOffsetUnits: 1,
    }),
    outline: rim(own, 2, viewport),
  };
}

function lambert(color: Color, opacity: number): MeshLambertMaterial {
  return new MeshLambertMaterial({
    color,
    opacity,
    transparent: opacity < 1,
    side: DoubleSide,
    polygonOffset: opacity < 1,
    polygonOffsetFactor: 1,
    polygonOffsetUnits: 1,
  });
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

/** The back of a slightly larger body: an outline as wide on the screen from near and far. */
function rim(color: Color, widthPx: number, viewport: Vector2): ShaderMaterial {
  return new ShaderMaterial({
    side: BackSide,
    transparent: true,
    uniforms: { color: { value: color }, widthPx: { value: widthPx }, viewport: { value: viewport } },
    vertexShader: /* glsl */ `
      uniform float widthPx;
      uniform vec2 viewport;
      void main() {
        vec4 clip = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
        vec2 outward = normalize((projectionMatrix * modelViewMatrix * vec4(normal, 0.0)).xy * viewport + 1e-6);
        clip.xy += outward * 2.0 * widthPx / viewport * clip.w;
        gl_Position = clip;
      }`,
    fragmentShader: /* glsl */ `
      uniform vec3 color;
      void main() {
        gl_FragColor = vec4(color, 1.0);
        #include <colorspace_fragment>
      }`,
  });
}
