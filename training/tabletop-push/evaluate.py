"""How good the worlds are: open loop, what becomes of hidden pucks, and the closed-loop decisions on a fresh panel."""

import numpy as np

import policies
from decisions import decisions
from learned_world import LearnedWorld
from networks import VISIBLE
from physics import Physics
from scenario import AT, MANIFEST, PERIOD_SEC, PUCKS, sobol_starts

PANEL, PANEL_SEED = 256, 777
HORIZONS_SEC = (0.05, 0.5, 1, 2, 4, 8)
FOUND_M = 0.06


def prediction_errors(world, held_out):
    """Recorded actions from the start: median distance of a puck that truth shows, and how often it is shown at all."""
    lived = held_out.length == len(held_out.actions)
    observed, actions = held_out.observed[:, lived], held_out.actions[:, lived]
    state = world.reset(observed[0], held_out.parameters[lived])
    report, trace = {}, [state]
    for step, action in enumerate(actions):
        state = world.step(state, action, np.ones(len(state), bool))
        trace.append(state)
        if round((step + 1) * PERIOD_SEC, 6) in HORIZONS_SEC:
            report[f"{(step + 1) * PERIOD_SEC:g}s"] = {
                puck: number(np.median(distance(state, observed[step + 1], puck)[shown(observed[step + 1], puck)]))
                for puck in PUCKS
            }
    return {"medianDistanceM": report, "afterOcclusion": {p: found_again(np.stack(trace), observed, p) for p in PUCKS}}


def found_again(dreamt, observed, puck):
    """Of the pucks that come back into sight in truth: the share that is in sight and in place half a second later."""
    delay = round(0.5 / PERIOD_SEC)
    seen = observed[..., VISIBLE[PUCKS.index(puck)]] > 0.5
    step, lane = np.nonzero(~seen[: -delay - 1] & seen[1:-delay] & seen[delay + 1 :])
    after = dreamt[step + 1 + delay, lane], observed[step + 1 + delay, lane]
    found = shown(after[0], puck) & (distance(*after, puck) < FOUND_M)
    return {"count": len(step), "found": number(found.mean()) if len(step) else None}


def shown(rows, puck):
    return rows[:, AT[f"{puck}_visible"].start] > 0.5


def distance(a, b, puck):
    return np.linalg.norm((a - b)[:, AT[f"{puck}_position"]], axis=1)


def number(value):
    return float(f"{value:.3g}")


def evaluate(card_files, held_out, seed):
    worlds = {name: LearnedWorld(file) for name, file in card_files.items()}
    acts = {name: policies.build(name) for name in MANIFEST["policies"]}
    return {
        "prediction": {n: prediction_errors(w, held_out) for n, w in worlds.items()},
        "decisions": decisions(Physics(), worlds, acts, sobol_starts(PANEL, PANEL_SEED), seed),
    }
