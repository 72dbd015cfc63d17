import { openPolicy, openWorld, policyRef, worldRef } from "../compose.ts";
import { copyBatch } from "../core/channels.ts";
import { inputError } from "../core/errors.ts";
import { bytesOf } from "../core/picture.ts";
import type { Start, Step, TraceSink } from "../core/trace.ts";
import { SceneProbe } from "../perception/scene-probe.ts";
import { probeErrors, type ProbedFrame, type ProbeErrors } from "../metrics/probe-errors.ts";
import { objectChannels, trueObjects } from "../metrics/scene-frames.ts";
import { closedLoop } from "../rollout/closed-loop.ts";
import { imageView } from "../perception/image-view.ts";
import { createJudge } from "../scenario/judge.ts";
import { drawPanel } from "../scenario/panel.ts";
import type { Scenario, ScenarioImage } from "../scenario/scenario.ts";

/** How often the probe errs on an image channel of a scenario, on frames of truth. */
export interface ProbeErrorReport extends ProbeErrors {
  readonly image: string;
  /** How the probe looks, in words. */
  readonly how: string;
  readonly policy: string;
  readonly starts: number;
}

const STARTS = 24;

/**
 * Rolls truth out from the panel's first starts under the scenario's first policy, looks for its objects in every frame, and
 * compares with where they are.
 * @throws SimgateError `input` for a scenario without policies; `aborted`
 */
export async function measureProbe(
  scenario: Scenario,
  image: ScenarioImage,
  signal?: AbortSignal,
): Promise<ProbeErrorReport> {
  const [name] = Object.keys(scenario.policies);
  if (name === undefined) {
    throw inputError(`scenario ${scenario.name} has no policy to draw truth under`, { where: scenario.file });
  }
  const judge = createJudge(scenario);
  const starts = drawPanel(scenario).slice(0, STARTS);
  const world = await openWorld(scenario, await worldRef(scenario, scenario.truth));
  const policy = await openPolicy(scenario, policyRef(scenario, name));
  const probe = await SceneProbe.open(image);
  try {
    const looker = new Looker(scenario, image, starts, probe);
    const { sinkFailures } = await closedLoop(world, policy, starts, {
      horizonSteps: scenario.horizonSteps,
      ended: (observation, parameters) => judge.ended(observation, parameters),
      sinks: [looker],
      ...(signal === undefined ? {} : { signal }),
    });
    const [failure] = sinkFailures;
    if (failure !== undefined) throw new Error(`the probe failed at step ${failure.step}: ${failure.reason}`);
    const within = Object.fromEntries(scenario.objects.map((one) => [one.name, one.matchWithin]));
    return {
      image: image.name,
      how: probe.how,
      policy: name,
      starts: starts.length,
      ...probeErrors(looker.frames, within, scenario.thresholds.confidence),
    };
  } finally {
    await probe.close();
    await policy.close();
    await world.close();
  }
}

/** Looks at every frame as it is drawn, and keeps what it saw. */
class Looker implements TraceSink {
  readonly frames: ProbedFrame[] = [];
  readonly #scenario: Scenario;
  readonly #image: ScenarioImage;
  readonly #starts: readonly Start[];
  readonly #probe: SceneProbe;
  readonly #channels: ReturnType<typeof objectChannels>;

  constructor(scenario: Scenario, image: ScenarioImage, starts: readonly Start[], probe: SceneProbe) {
    this.#scenario = scenario;
    this.#image = image;
    this.#starts = starts;
    this.#probe = probe;
    const drawn = new Set(image.shapes.map(({ object }) => object));
    const objects = scenario.objects.filter(({ name }) => drawn.has(name));
    this.#channels = objectChannels({ objects, observation: scenario.observation });
  }

  async write({ observation, images }: Step): Promise<void> {
    // The positions that are kept are views of these columns, and the world writes the next step into its own.
    const { lanes, columns } = copyBatch(observation);
    const size = bytesOf(this.#image);
    const pictures = images!([this.#image.name])[this.#image.name]!;
    // Lanes lie in the columns of a step as steps lie in those of a trace.
    const truth = trueObjects(this.#channels, { steps: lanes - 1, observation: columns });
    const { active } = observation;
    for (let lane = 0; lane < lanes; lane++) {
      if (active?.[lane] === 0) continue;
      const view = imageView(this.#image, this.#scenario, columns, lane);
      this.frames.push({
        start: this.#starts[lane]!.index,
        truth: truth[lane]!.map((object) => ({
          ...object,
          seen: object.seen && view.contains(object.position),
        })),
        seen: await this.#probe.see(pictures.subarray(lane * size, (lane + 1) * size), view),
      });
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
