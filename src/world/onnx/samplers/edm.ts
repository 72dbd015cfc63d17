import type { FloatArray } from "../../../tensor/session.ts";
import type { Denoiser, Sampler } from "./sampler.ts";

export interface EdmOptions {
  readonly method: "euler" | "heun";
  readonly steps: number;
  readonly sigmaMin: number;
  readonly sigmaMax: number;
  readonly rho: number;
  /** Of the data the model was trained on; what its preconditioning is made of. */
  readonly sigmaData: number;
  /** `karras`: the graph is the raw network; `none`: it takes sigma and returns what is denoised. */
  readonly preconditioning: "karras" | "none";
  /** Default: `sigmaMax`. */
  readonly startStd?: number | undefined;
}

/**
 * The deterministic sampler of Karras, Aittala, Aila & Laine 2022 ("Elucidating the design space of diffusion-based generative
 * models"), algorithm 1, with Heun's correction or without; DIAMOND uses the latter. The last step goes to sigma 0.
 */
export function edmSampler(options: EdmOptions): Sampler {
  const { method, steps, sigmaMax } = options;
  const sigmas = karrasSigmas(options);
  let slope: FloatArray = new Float32Array(0);
  let moved: FloatArray = new Float32Array(0);
  return {
    calls: method === "heun" ? 2 * steps - 1 : steps,
    startStd: options.startStd ?? sigmaMax,
    async sample(x, denoiser) {
      if (method === "heun" && slope.length !== x.length) [slope, moved] = [x.slice(), x.slice()];
      for (let i = 0; i < steps; i++) {
        const [sigma, next] = [sigmas[i]!, sigmas[i + 1]!];
        if (method === "euler" || next === 0) {
          await addSlope(x, x, sigma, next - sigma, options, denoiser);
          continue;
        }
        // d of the midpoint rule: half of the slope here, half of the one where it leads.
        moved.set(x);
        await addSlope(moved, x, sigma, next - sigma, options, denoiser);
        for (let j = 0; j < x.length; j++) slope[j] = (x[j]! + moved[j]!) / 2;
        await addSlope(slope, moved, next, (next - sigma) / 2, options, denoiser);
        x.set(slope);
      }
    },
  };
}

/** into += dt · (from − D(from; sigma)) / sigma */
async function addSlope(
  into: FloatArray,
  from: FloatArray,
  sigma: number,
  dt: number,
  { sigmaData, preconditioning }: EdmOptions,
  denoiser: Denoiser,
): Promise<void> {
  const { skip, out, scale, level } =
    preconditioning === "karras"
      ? karrasScales(sigma, sigmaData)
      : { skip: 0, out: 1, scale: 1, level: sigma };
  const { noisy } = denoiser;
  for (let j = 0; j < from.length; j++) noisy[j] = scale * from[j]!;
  const answer = await denoiser.run(level);
  const step = dt / sigma;
  for (let j = 0; j < from.length; j++) {
    const value = from[j]!;
    into[j] = into[j]! + step * (value - (skip * value + out * answer[j]!));
  }
}

/** Falling from `sigmaMax` to `sigmaMin`, then 0 (equation 5). */
export function karrasSigmas({
  steps,
  sigmaMin,
  sigmaMax,
  rho,
}: Pick<EdmOptions, "steps" | "sigmaMin" | "sigmaMax" | "rho">): number[] {
  const [high, low] = [sigmaMax ** (1 / rho), sigmaMin ** (1 / rho)];
  const sigmas = Array.from(
    { length: steps },
    (_, i) => (high + (steps === 1 ? 0 : (i / (steps - 1)) * (low - high))) ** rho,
  );
  return [...sigmas, 0];
}

/** D(x) = skip · x + out · F(scale · x, level), table 1. */
function karrasScales(sigma: number, sigmaData: number) {
  const square = sigma * sigma + sigmaData * sigmaData;
  return {
    skip: (sigmaData * sigmaData) / square,
    out: (sigma * sigmaData) / Math.sqrt(square),
    scale: 1 / Math.sqrt(square),
    level: Math.log(sigma) / 4,
  };
}
