import { inputError } from "../core/errors.ts";
import { withChunks } from "../policy/with-chunks.ts";
import type { Live } from "../ros/live.ts";
import type { PolicyConfig } from "../ros/policy-config.ts";
import { PolicyHost } from "../ros/policy-host.ts";
import { openPolicy } from "./open.ts";
import type { ModeContext } from "./bridge.ts";

/** Mode `policy`: a policy of the scenario, its chunks and its latency as the manifest says, commands over topics. */
export async function openPolicyHost(
  { node, scenario, path, onProblem, problems, log }: ModeContext,
  config: PolicyConfig,
): Promise<Live> {
  const bare = await openPolicy(scenario, path(config.policy));
  const { chunkLength, images } = bare.spec;
  if (images !== undefined) {
    await bare.close();
    throw inputError(`policy ${bare.spec.name} looks at pictures, and this mode hears channels only`, {
      where: "policy",
      expected: "a policy that reads observation channels",
      got: `image channel ${images.map(({ name }) => `"${name}"`).join(", ")}`,
    });
  }
  const policy = chunkLength === 1 ? bare : withChunks(bare, { length: chunkLength });
  const host = new PolicyHost({ node, scenario, policy, config, onProblem, problems, log });
  log("info", `${node.name} commands ${scenario.name} by ${config.policy}`);
  return {
    activate: () => host.activate(),
    deactivate: () => host.deactivate(),
    quit: host.quit,
    close: async () => {
      await host.close();
      await policy.close();
    },
  };
}
