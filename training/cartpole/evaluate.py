"""How good the worlds are: one step, open loop, and the closed-loop decisions on a panel nothing was trained on."""

import numpy as np

import policies
from decisions import decisions
from learned_world import LearnedWorld
from physics import Physics
from scenario import CHANNELS, FOLDER, MANIFEST, PERIOD_SEC, sobol_starts

PANEL, PANEL_SEED = 256, 777
WINDOWS, SHOWN = 400, 25
HORIZONS_SEC = (0.1, 0.5, 1.0, 2.0)


def prediction_errors(world, held_out, seed):
    """Median absolute error by channel, after a true observation (`oneStep`) and free-running for some seconds.

    `afterContext` first shows the world half a second of true observations: only a recurrent one can use them.
    """
    steps = round(HORIZONS_SEC[-1] / PERIOD_SEC)
    truth, forces, parameters = held_out.windows(WINDOWS, SHOWN + steps, seed)
    running = np.ones(WINDOWS, bool)

    def free_run(shown):
        state = world.reset(truth[SHOWN - shown], parameters)
        errors = []
        for step in range(SHOWN - shown, SHOWN + steps):
            state = truth[step] if step <= SHOWN else state
            state = world.step(state, forces[step], running)
            errors.append(np.abs(state - truth[step + 1]))
        return errors[shown:]

    def by_horizon(errors):
        return {f"{sec}s": by_channel(errors[round(sec / PERIOD_SEC) - 1]) for sec in HORIZONS_SEC}

    blind, shown = free_run(0), free_run(SHOWN)
    return {"oneStep": by_channel(shown[0]), "openLoop": by_horizon(blind), "afterContext": by_horizon(shown)}


def by_channel(errors):
    return {c: float(f"{v:.3g}") for c, v in zip(CHANNELS, np.median(errors, 0))}


def evaluate(world_names, held_out, seed):
    worlds = {n: LearnedWorld(FOLDER / MANIFEST["worlds"][n]["card"]) for n in world_names}
    acts = {name: policies.build(name) for name in MANIFEST["policies"]}
    return {
        "prediction": {n: prediction_errors(w, held_out, seed) for n, w in worlds.items()},
        "decisions": decisions(Physics(), worlds, acts, sobol_starts(PANEL, PANEL_SEED), seed),
    }
