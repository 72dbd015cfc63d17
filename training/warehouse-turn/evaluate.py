"""How good the worlds are: open loop, what becomes of the hidden person, and the closed-loop decisions on a fresh panel."""

import numpy as np

import policies
from decisions import decisions
from learned_world import LearnedWorld
from physics import Physics
from scenario import AT, MANIFEST, PERIOD_SEC, sobol_starts

PANEL, PANEL_SEED = 64, 777
HORIZONS_SEC = (0.1, 1, 2, 4, 8, 16)


def prediction_errors(world, held_out):
    """Recorded actions from the start: how far the forklift is off, the beams, and whether the person is seen when they are."""
    lived = held_out.length >= round(max(HORIZONS_SEC) / PERIOD_SEC)
    observed, actions = held_out.observed[:, lived], held_out.actions[:, lived]
    state = world.reset(observed[0], held_out.parameters[lived])
    report = {}
    for step in range(round(max(HORIZONS_SEC) / PERIOD_SEC)):
        state = world.step(state, actions[step], np.ones(len(state), bool))
        at_sec = (step + 1) * PERIOD_SEC
        if not np.isclose(at_sec, HORIZONS_SEC).any():
            continue
        true, seen = observed[step + 1], observed[step + 1][:, AT["person_visible"].start] > 0.5
        report[f"{at_sec:g}s"] = {
            "positionMedianM": number(np.median(distance(state, true, "position"))),
            "beamMedianM": number(np.median(np.abs(state - true)[:, AT["scan"]])),
            "visibleAgrees": number(np.mean((state[:, AT["person_visible"].start] > 0.5) == seen)),
            "personMedianM": number(np.median(distance(state, true, "person_position")[seen])) if seen.any() else None,
        }
    return report


def distance(a, b, channel):
    return np.linalg.norm((a - b)[:, AT[channel]], axis=1)


def number(value):
    return float(f"{value:.3g}")


def evaluate(card_files, held_out, seed):
    worlds = {name: LearnedWorld(file) for name, file in card_files.items()}
    acts = {name: policies.build(name) for name in MANIFEST["policies"]}
    return {
        "prediction": {n: prediction_errors(w, held_out) for n, w in worlds.items()},
        "decisions": decisions(Physics(), worlds, acts, sobol_starts(PANEL, PANEL_SEED), seed),
    }
