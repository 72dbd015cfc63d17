import { checkPolicy, policyRef, worldRef } from "../compose.ts";
import { inputError } from "../core/errors.ts";
import type { Contract, PolicyRef } from "../exam/contract.ts";
import { loadScenario } from "../scenario/load.ts";
import { drawPanel } from "../scenario/panel.ts";
import type { ExamOptions } from "./exam.ts";

/**
 * From what was asked to the frozen contract. Opens every world and policy once, so that whatever is wrong with them
 * is said before anything is rolled out.
 */
export async function composeContract(
  options: Pick<ExamOptions, "scenario" | "world" | "truth" | "policies" | "starts" | "seed" | "without">,
): Promise<Contract> {
  const scenario = await loadScenario(options.scenario);
  const truth = await worldRef(scenario, options.truth ?? scenario.truth);
  const candidate = await worldRef(scenario, options.world);
  const names = options.policies ?? Object.keys(scenario.policies);
  if (names.length === 0) {
    throw inputError("an exam needs at least one policy", {
      where: scenario.file,
      hint: "declare one under policies:, or name one with --policy",
    });
  }
  const refs = names.map((name) => policyRef(scenario, name));
  const policies: PolicyRef[] = [];
  for (const [i, ref] of refs.entries()) {
    // Cards of one file name in two folders go by their paths.
    const shared = refs.some((other, k) => k !== i && other.name === ref.name);
    policies.push(await checkPolicy(scenario, shared ? { ...ref, name: names[i]! } : ref));
  }
  const panel = drawPanel(scenario, {
    ...(options.starts === undefined ? {} : { count: options.starts }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  });
  return {
    scenario,
    truth,
    candidate,
    ...(scenario.baseline === undefined ? {} : { baseline: await worldRef(scenario, scenario.baseline) }),
    policies,
    panel,
    seed: BigInt(options.seed ?? scenario.panel.seed),
    ...(options.without === undefined ? {} : { without: options.without }),
  };
}
