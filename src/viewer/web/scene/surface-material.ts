import { type Color, FrontSide, GLSL3, RawShaderMaterial, type Side, Vector2 } from "three";
import { TO_SCREEN } from "./to-screen.ts";

export interface Surface {
  readonly color: Color;
  /** Default 1: nothing shows through. */
  readonly opacity?: number;
  /** By the sun and the sky; otherwise it has its colour from all sides. Default true. */
  readonly lit?: boolean;
  readonly side?: Side;
  /** Larger by so much, as it is seen: an outline as wide from near and far. */
  readonly rim?: { readonly widthPx: number; readonly viewport: Vector2 };
}

/**
 * Everything but lines as wide as they should be is drawn by this one program: without a graphics card the first use of
 * each one is what opening the viewer waits for. It shades as Lambert did: the sky gives 1.9 / π, the sun 1.7 / π.
 */
export function surfaceMaterial({
  color,
  opacity = 1,
  lit = true,
  side = FrontSide,
  rim,
}: Surface): RawShaderMaterial {
  return new RawShaderMaterial({
    glslVersion: GLSL3,
    side,
    transparent: opacity < 1 || rim !== undefined,
    uniforms: {
      color: { value: color },
      opacity: { value: opacity },
      lit: { value: lit },
      rimPx: { value: rim?.widthPx ?? 0 },
      viewport: { value: rim?.viewport ?? new Vector2(1, 1) },
    },
    vertexShader: VERTEX,
    fragmentShader: FRAGMENT,
  });
}

const VERTEX = /* glsl */ `
  precision highp float;
  in vec3 position;
  in vec3 normal;
  uniform mat4 modelMatrix;
  uniform mat4 modelViewMatrix;
  uniform mat4 projectionMatrix;
  uniform float rimPx;
  uniform vec2 viewport;
  out vec3 facing;
  void main() {
    facing = mat3(modelMatrix) * normal;
    gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
    if (rimPx > 0.0) {
      vec2 outward = normalize((projectionMatrix * modelViewMatrix * vec4(normal, 0.0)).xy * viewport + 1e-6);
      gl_Position.xy += outward * 2.0 * rimPx / viewport * gl_Position.w;
    }
  }`;

const FRAGMENT = /* glsl */ `
  precision highp float;
  uniform vec3 color;
  uniform float opacity;
  uniform bool lit;
  in vec3 facing;
  out vec4 pixel;
  ${TO_SCREEN}
  void main() {
    vec3 light = color;
    if (lit) {
      vec3 outward = normalize(facing) * (gl_FrontFacing ? 1.0 : -1.0);
      light *= 0.605 + 0.541 * max(0.0, dot(outward, normalize(vec3(-2.0, -4.0, 6.0))));
    }
    pixel = vec4(toScreen(light), opacity);
  }`;
