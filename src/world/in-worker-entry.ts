import { parentPort } from "node:worker_threads";
import { inputError, messageOf, runtimeError, SimgateError } from "../core/errors.ts";
import {
  type ErrorRecord,
  type FromWorker,
  portable,
  type Request,
  type ToWorker,
} from "./worker-protocol.ts";
import { isInformable, isRestorable, isSettable, type World } from "./world.ts";

/** Entry of a worker thread: opens one world and does what {@link ./in-worker.ts!openInWorker} passes on. */

const port = parentPort;
if (port === null) throw new Error("world/in-worker-entry is the entry of a worker thread");

let world: World | undefined;
const running = new Map<number, AbortController>();

port.on("message", (message: ToWorker) => {
  if ("abort" in message) {
    running.get(message.abort)?.abort();
    return;
  }
  const { id, request } = message;
  const controller = new AbortController();
  running.set(id, controller);
  answer(request, controller.signal)
    .then(
      ({ value, buffers = [] }) => tell({ id, value }, buffers),
      (thrown: unknown) => tell({ id, error: errorRecord(thrown) }),
    )
    // A value that cannot cross threads: the answer is that error.
    .catch((thrown: unknown) => tell({ id, error: errorRecord(thrown) }))
    .finally(() => running.delete(id));
});

async function answer(
  request: Request,
  signal: AbortSignal,
): Promise<{ readonly value: unknown; readonly buffers?: ArrayBuffer[] }> {
  if (request.op === "open") {
    world = await openWorld(request.module, request.recipe);
    return { value: world.spec };
  }
  if (world === undefined) throw runtimeError("the worker thread has no world open");
  switch (request.op) {
    case "reset": {
      const { batch, buffers } = portable(await world.reset(request.starts, signal));
      return { value: batch, buffers };
    }
    case "step": {
      const transition = await world.step(request.actions, signal);
      const observation = portable(transition.observation);
      const applied = portable(transition.appliedAction);
      const uncertainty = transition.uncertainty === undefined ? undefined : portable(transition.uncertainty);
      return {
        value: {
          observation: observation.batch,
          appliedAction: applied.batch,
          faults: transition.faults,
          ...(uncertainty === undefined ? {} : { uncertainty: uncertainty.batch }),
          ...(transition.handOvers === undefined ? {} : { handOvers: transition.handOvers }),
        },
        buffers: [...observation.buffers, ...applied.buffers, ...(uncertainty?.buffers ?? [])],
      };
    }
    case "set": {
      const { batch, buffers } = portable(await settable(world).set(request.lane, request.values));
      return { value: batch, buffers };
    }
    case "inform": {
      const { batch, buffers } = portable(await informable(world).inform(request.lane, request.observed));
      return { value: batch, buffers };
    }
    case "copyLane": {
      const { batch, buffers } = portable(await informable(world).copyLane(request.from, request.to));
      return { value: batch, buffers };
    }
    case "save":
      return { value: await restorable(world).save() };
    case "restore": {
      const { batch, buffers } = portable(await restorable(world).restore(request.snapshot));
      return { value: batch, buffers };
    }
    case "close":
      await world.close();
      return { value: undefined };
  }
}

async function openWorld(module: string, recipe: unknown): Promise<World> {
  const exports = (await import(module)) as { openWorld?: (recipe: unknown) => Promise<World> };
  if (typeof exports.openWorld !== "function") {
    throw inputError("the module does not export openWorld(recipe)", {
      where: module,
      got: `exports ${Object.keys(exports).join(", ") || "nothing"}`,
    });
  }
  return exports.openWorld(recipe);
}

function restorable(of: World) {
  if (isRestorable(of)) return of;
  throw runtimeError(`world ${of.spec.name} is not restorable`);
}

function informable(of: World) {
  if (isInformable(of)) return of;
  throw runtimeError(`world ${of.spec.name} cannot be shown what really happened`);
}

function settable(of: World) {
  if (isSettable(of)) return of;
  throw runtimeError(`nothing can be set in world ${of.spec.name}`);
}

function errorRecord(thrown: unknown): ErrorRecord {
  if (!(thrown instanceof SimgateError)) return { code: "runtime", what: messageOf(thrown), details: {} };
  const { cause: _cause, ...details } = thrown.details;
  return { code: thrown.code, what: thrown.what, details };
}

function tell(message: FromWorker, buffers: ArrayBuffer[] = []): void {
  port!.postMessage(message, buffers);
}
