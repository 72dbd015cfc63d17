/** GLSL: colours are mixed as light and shown as sRGB (IEC 61966-2-1). */
export const TO_SCREEN = /* glsl */ `
  vec3 toScreen(vec3 light) {
    return mix(1.055 * pow(light, vec3(1.0 / 2.4)) - 0.055, 12.92 * light, lessThanEqual(light, vec3(0.0031308)));
  }`;
