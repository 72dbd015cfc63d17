import type { Scenario } from "../scenario/scenario.ts";
import { whereItRuns } from "../tensor/card-file.ts";
import { OnnxSession } from "../tensor/session.ts";
import { loadDiffusionCard } from "./diffusion/card.ts";
import { Imagination } from "./diffusion/imagination.ts";
import { compileDiffusionPlan } from "./diffusion/plan.ts";
import { PictureWorld } from "./frames/picture-world.ts";

export interface DiffusionWorldOptions {
  readonly name: string;
  readonly scenario: Scenario;
  /** Path of the model card, `*.world.yaml`. */
  readonly cardPath: string;
}

/**
 * A diffusion model (DIAMOND, GameNGen, Oasis) as a world: the next picture is sampled out of noise, given the pictures
 * before it and what was done. It sees its own pictures with eight bits a colour. The noise of a step is drawn from the seed
 * of the lane and the number of the step, so that a step taken again is the same.
 */
export class DiffusionWorld extends PictureWorld<Imagination> {
  /** @throws SimgateError `input` for a card, model or graph that does not fit. */
  static async open({ name, scenario, cardPath }: DiffusionWorldOptions): Promise<DiffusionWorld> {
    const { card, document, model, modelFile } = await loadDiffusionCard(cardPath);
    const session = await OnnxSession.open(model, modelFile, card.device);
    try {
      const plan = compileDiffusionPlan(document, session, scenario);
      const respondsToActions = plan.inputs.some(({ features }) => features.usesActions);
      return new DiffusionWorld(
        {
          name,
          respondsToActions,
          stochastic: true,
          objects: card.objects,
          sees: "all",
          ...whereItRuns(card),
        },
        scenario,
        {
          layout: plan.layout,
          outputs: [],
          uncertain: [],
          begin: (starts, oldest) => new Imagination(plan, session, starts, oldest),
          close: () => session.close(),
        },
      );
    } catch (thrown) {
      await session.close();
      throw thrown;
    }
  }
}
