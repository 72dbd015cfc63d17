import { messageOf } from "../../core/errors.ts";
import type { RosMessage, RosNode } from "../node.ts";
import { FEATURE, RESULT } from "./codes.ts";
import { failure, OK, unsupported, type Offer } from "./offer.ts";

/** A world that could be hosted, as `get_available_worlds` lists it. */
export interface WorldEntry {
  readonly name: string;
  /** What the world is opened from. */
  readonly uri: string;
  readonly description: string;
}

/** The worlds that a simulator knows. */
export interface WorldShelf {
  readonly entries: readonly WorldEntry[];
  /** Name of the hosted one. */
  readonly current: () => string;
  /** Hosts another one from now on. @throws SimgateError if it cannot be opened: the present one stays. */
  readonly load: (entry: WorldEntry) => Promise<void>;
}

export function worldOffers({ entries, current, load }: WorldShelf, node: RosNode): Offer[] {
  const loading: Offer = {
    name: "load_world",
    type: "LoadWorld",
    features: [FEATURE.worldLoading],
    answer: async (request) => {
      const { uri, text } = resourceOf(request, node);
      if (uri === "") {
        return text === ""
          ? failure(RESULT.noResource, "neither a uri nor a resource string is given")
          : failure(RESULT.unsupportedFormat, "a world is loaded by its name or uri, not from a string");
      }
      const entry = entries.find(({ name, uri: own }) => uri === name || uri === own);
      if (entry === undefined) {
        const names = entries.map(({ name }) => name).join(", ");
        return failure(RESULT.notFound, `the scenario has no world "${uri}"; it has: ${names}`);
      }
      try {
        await load(entry);
      } catch (thrown) {
        return failure(RESULT.operationFailed, messageOf(thrown));
      }
      return { world: worldResource(entry), ...OK };
    },
  };
  return [
    {
      name: "get_available_worlds",
      type: "GetAvailableWorlds",
      features: [FEATURE.availableWorlds],
      answer: (request) => {
        const { tags = [] } = (request["filter"] ?? {}) as { tags?: readonly string[] };
        return { worlds: tags.length > 0 ? [] : entries.map(worldResource), ...OK };
      },
    },
    {
      name: "get_current_world",
      type: "GetCurrentWorld",
      features: [FEATURE.worldInfoGetting],
      answer: () => {
        const found = entries.find(({ name }) => name === current());
        return found === undefined
          ? failure(RESULT.operationFailed, `${current()} is not a world of the scenario`)
          : { world: worldResource(found), ...OK };
      },
    },
    loading,
    unsupported("unload_world", "UnloadWorld"),
  ];
}

/** Release 1 has `uri` and `resource_string` in the request; release 2 puts both into a `world_resource`. */
function resourceOf(request: RosMessage, node: RosNode): { readonly uri: string; readonly text: string } {
  const fields = node.services.fieldsOf("simulation_interfaces/srv/LoadWorld").request;
  const at = fields.includes("world_resource") ? (request["world_resource"] as RosMessage) : request;
  const { uri = "", resource_string: text = "" } = at as { uri?: string; resource_string?: string };
  return { uri, text };
}

function worldResource({ name, uri, description }: WorldEntry): RosMessage {
  return { name, world_resource: { uri, resource_string: "" }, description, tags: [] };
}
