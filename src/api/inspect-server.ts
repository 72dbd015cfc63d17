import { checkPolicy, policyRef, worldRef } from "../compose.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { remoteWorldSchema } from "../scenario/remote-schema.ts";
import { policySchema, type RemotePolicyConfig } from "../scenario/schema.ts";
import { openPeer } from "../policy/remote/open-peer.ts";
import { decode } from "../wire/decode.ts";
import { WireSocket } from "../wire/socket.ts";
import { isWorldSpec, type ServedWorld } from "../wire/world-protocol.ts";
import { WorldSession } from "../world/remote/session.ts";
import { problemOf } from "./inspect-problem.ts";

/** What answers at an address: a world or a policy, as it introduces itself. */
export interface ServerInspection {
  readonly kind: "world-server" | "policy-server";
  readonly url: string;
  /** What it says of itself, a line each. */
  readonly facts: readonly string[];
  /** The scenario it was held against. */
  readonly scenario?: string;
  readonly problems: readonly string[];
}

export function isModelAddress(path: string): boolean {
  return /^(wss?|tcp):\/\//.test(path);
}

/** How long a server may take to be reached, and (it may load a model first) to say its first word; vla-eval says none. */
const CONNECT_SEC = 5;
const FIRST_FRAME_MS = 15_000;

/** @throws SimgateError `runtime` if nobody answers there. */
export async function inspectServer(url: string, scenario: Scenario | undefined): Promise<ServerInspection> {
  const inspection = (await servesWorld(url))
    ? await inspectWorldServer(url, scenario)
    : await inspectPolicyServer(url, scenario);
  return { ...inspection, url, ...(scenario === undefined ? {} : { scenario: scenario.name }) };
}

type Inspected = Pick<ServerInspection, "kind" | "facts" | "problems">;

async function servesWorld(url: string): Promise<boolean> {
  if (url.startsWith("tcp:")) return false;
  const socket = await WireSocket.connect({ url, connectDeadlineMs: CONNECT_SEC * 1000 });
  try {
    const frame = await socket.receive({ deadlineMs: FIRST_FRAME_MS });
    return typeof frame !== "string" && isWorldSpec(decode(frame).value);
  } catch {
    return false;
  } finally {
    await socket.close();
  }
}

async function inspectWorldServer(url: string, scenario: Scenario | undefined): Promise<Inspected> {
  const { answerWithinSec } = remoteWorldSchema.parse({ kind: "remote", url });
  const session = await WorldSession.open({
    url,
    connectDeadlineMs: CONNECT_SEC * 1000,
    answerDeadlineMs: answerWithinSec * 1000,
  });
  await session.close();
  const { served } = session;
  const problem = scenario === undefined ? undefined : await problemOf(() => worldRef(scenario, url));
  return {
    kind: "world-server",
    facts: worldFacts(served),
    problems: problem === undefined ? [] : [problem],
  };
}

type Said = Pick<ServedWorld["observation"][number], "name" | "shape" | "unit" | "dtype">;

function worldFacts(served: ServedWorld): string[] {
  const channels = (all: readonly Said[]): string =>
    all
      .map(({ name, shape, unit, dtype }) =>
        [name, shape.length === 0 ? "" : `[${shape.join(", ")}]`, dtype ?? unit ?? ""]
          .filter(Boolean)
          .join(" "),
      )
      .join(", ") || "none";
  const { name, model, protocol, control_period_sec, chunk, max_lanes, noise, objects, begins_with } = served;
  return [
    `world ${name}${model === undefined ? "" : `, model ${model}`} (${protocol})`,
    `control period ${control_period_sec} s${chunk > 1 ? `, ${chunk} steps a call` : ""}, ${
      max_lanes === undefined ? "any number of" : `at most ${max_lanes}`
    } lanes a connection`,
    `observation: ${channels(served.observation)}`,
    `action: ${channels(served.action)}`,
    ...(begins_with.length === 0 ? [] : [`begins with the pictures: ${begins_with.join(", ")}`]),
    ...(noise.length === 0 ? [] : [`noise wanted: ${channels(noise)}`]),
    ...(objects.length === 0 ? [] : [`objects: ${objects.join(", ")}`]),
    [
      served.responds_to_actions ? "responds to actions" : "does not respond to actions",
      served.stochastic ? "stochastic" : "deterministic",
      served.restorable ? "can save and restore" : "cannot save and restore",
    ].join(", "),
  ];
}

async function inspectPolicyServer(url: string, scenario: Scenario | undefined): Promise<Inspected> {
  const config = policySchema.parse({
    kind: "remote",
    url,
    connectWithinSec: CONNECT_SEC,
  }) as RemotePolicyConfig;
  const peer = await openPeer(config);
  await peer.close();
  const { title, protocol } = peer.about;
  const problem =
    scenario === undefined
      ? undefined
      : await problemOf(() => checkPolicy(scenario, policyRef(scenario, url)));
  return {
    kind: "policy-server",
    facts: [`${title ?? "a policy"}, speaks ${protocol ?? "an unknown protocol"}`],
    problems: problem === undefined ? [] : [problem],
  };
}
