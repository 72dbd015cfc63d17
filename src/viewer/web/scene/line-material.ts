import { GLSL3, RawShaderMaterial, type Vector2 } from "three";
import { TO_SCREEN } from "./to-screen.ts";

/**
 * Lines as wide on the screen from near and far, one instance a segment. A corner of a segment: x is 0 at its start and 1
 * at its end, y −1 or 1 beside it.
 */
export function lineMaterial(options: {
  readonly widthPx: number;
  readonly dashed: boolean;
  readonly viewport: Vector2;
}): RawShaderMaterial {
  return new RawShaderMaterial({
    glslVersion: GLSL3,
    transparent: true,
    depthTest: false,
    uniforms: {
      viewport: { value: options.viewport },
      widthPx: { value: options.widthPx },
      dashed: { value: options.dashed },
    },
    vertexShader: VERTEX,
    fragmentShader: FRAGMENT,
  });
}

const VERTEX = /* glsl */ `
  precision highp float;
  in vec2 corner;
  in vec3 instanceStart;
  in vec3 instanceEnd;
  in vec3 instanceColorStart;
  in vec3 instanceColorEnd;
  in float instanceDistanceStart;
  in float instanceDistanceEnd;
  uniform mat4 modelViewMatrix;
  uniform mat4 projectionMatrix;
  uniform vec2 viewport;
  uniform float widthPx;
  out vec3 color;
  out float distanceM;
  void main() {
    vec4 start = projectionMatrix * modelViewMatrix * vec4(instanceStart, 1.0);
    vec4 end = projectionMatrix * modelViewMatrix * vec4(instanceEnd, 1.0);
    // What lies behind the eye has no place on the screen.
    float near = projectionMatrix[3][2] / (projectionMatrix[2][2] - 1.0);
    vec4 from = start.w < near && end.w > near ? mix(start, end, (near - start.w) / (end.w - start.w)) : start;
    vec4 to = end.w < near && start.w > near ? mix(end, start, (near - end.w) / (start.w - end.w)) : end;
    vec2 along = normalize((to.xy / to.w - from.xy / from.w) * viewport + 1e-6);
    // Half a width longer at both ends, so that segments meet at an angle without a gap.
    vec2 offset = vec2(-along.y, along.x) * corner.y + along * (2.0 * corner.x - 1.0);
    gl_Position = mix(from, to, corner.x);
    gl_Position.xy += offset * widthPx / viewport * gl_Position.w;
    color = mix(instanceColorStart, instanceColorEnd, corner.x);
    distanceM = mix(instanceDistanceStart, instanceDistanceEnd, corner.x);
  }`;

const FRAGMENT = /* glsl */ `
  precision highp float;
  uniform bool dashed;
  in vec3 color;
  in float distanceM;
  out vec4 pixel;
  ${TO_SCREEN}
  const float DASH_M = 0.04;
  const float GAP_M = 0.025;
  void main() {
    if (dashed && mod(distanceM, DASH_M + GAP_M) > DASH_M) discard;
    pixel = vec4(toScreen(color), 0.9);
  }`;
