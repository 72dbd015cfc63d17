import type { Trace } from "../core/trace.ts";
import type { RolloutRequest, Rollouts } from "../exam/rollouts.ts";
import { Fleet, type FleetOptions } from "../fleet/fleet.ts";
import type { Defect } from "../scenario/defect.ts";

/**
 * Rollouts of one seed. What is asked of a world without a defect is rolled out once for all exams of the seed; what is
 * asked of a defect is forgotten with its exam.
 */
export function calibrationRollouts(options: FleetOptions): (defect: Defect | undefined) => Rollouts {
  const shared = new Fleet(options);
  return (defect) => (defect === undefined ? shared : splitRollouts(shared, new Fleet(options)));
}

function splitRollouts(whole: Rollouts, defective: Rollouts): Rollouts {
  return {
    async run(requests): Promise<readonly (readonly Trace[])[]> {
      const hasDefect = ({ world }: RolloutRequest): boolean => world.defect !== undefined;
      const [ofWhole, ofDefective] = await Promise.all([
        whole.run(requests.filter((request) => !hasDefect(request))),
        defective.run(requests.filter(hasDefect)),
      ]);
      let [w, d] = [0, 0];
      return requests.map((request) => (hasDefect(request) ? ofDefective[d++]! : ofWhole[w++]!));
    },
  };
}
