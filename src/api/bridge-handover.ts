import type { HandoverConfig } from "../ros/bridge-config.ts";
import { HandoverWorld } from "../ros/handover.ts";
import type { Live } from "../ros/live.ts";
import type { ModeContext } from "./bridge.ts";
import { hostSimulator } from "./bridge-replace.ts";
import { hostWorld } from "./hosted-world.ts";

/** Mode `handover`: truth is the simulator until a mark, the candidate from there on. */
export async function openHandover(context: ModeContext, config: HandoverConfig): Promise<Live> {
  const { node, scenario, path, signal, log } = context;
  const open = (world: string) => hostWorld({ scenario: scenario.file, world }, { signal });
  const truth = await open(config.truth === undefined ? scenario.truth : path(config.truth));
  const hosted = path(config.world);
  const candidate = await open(hosted).catch(async (thrown: unknown) => {
    await truth.close();
    throw thrown;
  });
  const world = new HandoverWorld({
    truth,
    candidate,
    mark: config.mark,
    contextSteps: config.contextSteps,
    onHandover: (step) => log("info", `${candidate.spec.name} took over at control step ${step}`),
  });
  const simulator = await hostSimulator(context, config, {
    world,
    hosted,
    worlds: [],
    openWorld: () => Promise.resolve(world),
    statuses: () => [
      {
        level: "ok",
        name: `${node.name}: handover`,
        message:
          world.from === undefined
            ? `${truth.spec.name} is the simulator`
            : `${candidate.spec.name} is the simulator since control step ${world.from}`,
        hardwareId: `${scenario.name}/${world.spec.name}`,
        values: { mark: config.mark.at },
      },
    ],
  });
  const service = node.services.serve("~/handover", "std_srvs/srv/Trigger", () => {
    const done = world.from !== undefined;
    if (!done) world.handOver();
    return Promise.resolve({
      success: !done,
      message: done ? `${candidate.spec.name} has taken over already` : "at the next control step",
    });
  });
  return {
    activate: () => simulator.activate(),
    deactivate: () => simulator.deactivate(),
    quit: simulator.quit,
    close: async () => {
      service.close();
      await simulator.close();
    },
  };
}
