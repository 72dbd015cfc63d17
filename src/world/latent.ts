import type { Batch } from "../core/channels.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { whereItRuns } from "../tensor/card-file.ts";
import { OnnxSession } from "../tensor/session.ts";
import { PictureWorld } from "./frames/picture-world.ts";
import { GRAPHS, type GraphName, loadLatentCard } from "./latent/card.ts";
import { Dream } from "./latent/dream.ts";
import { compileLatentPlan } from "./latent/plan.ts";
import type { LatentWorld } from "./world.ts";

export interface LatentModelWorldOptions {
  readonly name: string;
  readonly scenario: Scenario;
  /** Path of the model card, `*.world.yaml`. */
  readonly cardPath: string;
}

/**
 * A latent recurrent model (World Models, Dreamer) as a world: it encodes one picture, steps in a state of its own, and
 * decodes what that looks like. Each graph is called once a step for all lanes that still run.
 */
export class LatentModelWorld extends PictureWorld<Dream> implements LatentWorld {
  /** @throws SimgateError `input` for a card, model or graph that does not fit. */
  static async open({ name, scenario, cardPath }: LatentModelWorldOptions): Promise<LatentModelWorld> {
    const { card, document, models } = await loadLatentCard(cardPath);
    const opened: Partial<Record<GraphName, OnnxSession>> = {};
    const close = async (): Promise<void> => {
      for (const session of Object.values(opened)) await session.close();
    };
    try {
      for (const graph of GRAPHS) {
        const { model, modelFile } = models[graph];
        opened[graph] = await OnnxSession.open(model, modelFile, card.device);
      }
      const sessions = opened as Record<GraphName, OnnxSession>;
      const plan = compileLatentPlan(document, sessions, scenario);
      const spec = {
        name,
        respondsToActions: plan.step.inputs.some(({ features }) => features.usesActions),
        stochastic: [plan.encode, plan.step].some(({ noise }) => noise.length > 0),
        objects: card.objects,
        sees: plan.reencodeEvery > 0 ? ("all" as const) : ("first" as const),
        ...whereItRuns(card),
      };
      return new LatentModelWorld(spec, scenario, {
        layout: plan.layout,
        outputs: plan.outputs,
        uncertain: plan.uncertain,
        begin: (starts) => new Dream(plan, sessions, starts),
        close,
      });
    } catch (thrown) {
      await close();
      throw thrown;
    }
  }

  /** The model's own state, as the next step takes it. */
  latent(): Batch {
    const { maker, lanes, step } = this.ready();
    return { lanes, step, columns: maker.latent() };
  }

  setLatent(latent: Batch): void {
    this.ready().maker.setLatent(latent.columns);
  }
}
