"""How good the latent worlds are on episodes they were not fitted on: what they show, and what becomes of hidden pucks.

Recorded actions from the start.
"""

import numpy as np

from evaluate import FOUND_M, HORIZONS_SEC, number
from fit_pictures import CAMERA, VISIBLE
from latent_world import LatentWorld
from scenario import AT, PARAMETERS, PERIOD_SEC, PUCKS

PUCKS_AT = (slice(4, 6), slice(8, 10))  # in `places`


def evaluate_latent(card_file, held_out):
    lived = held_out.length == len(held_out.actions)
    observed, actions = held_out.observed[:, lived], held_out.actions[:, lived]
    world = LatentWorld(card_file, CAMERA, PARAMETERS)
    world.reset(observed[0], held_out.parameters[lived])
    places, seen, report = [], [], {}
    for step, action in enumerate(actions):
        shown = world.step(action)
        places.append(world.state["places"])
        seen.append(world.state["seen"] > 0.5)
        atSec = round((step + 1) * PERIOD_SEC, 6)
        if atSec not in HORIZONS_SEC:
            continue
        truth = observed[step + 1]
        error = shown.astype(float) - CAMERA.draw(truth)
        report[f"{atSec:g}s"] = {"psnr": round(float(10 * np.log10(255**2 / (error**2).mean())), 1)} | {
            f"{puck}MedianM": number(np.median(distance(places[-1], truth, k)[truth[:, VISIBLE[k]] > 0.5]))
            for k, puck in enumerate(PUCKS)
        }
    occluded = {puck: found_again(places, seen, observed, k) for k, puck in enumerate(PUCKS)}
    return {"openLoop": report, "afterOcclusion": occluded}


def found_again(places, seen, observed, k):
    """Of the pucks that come back into sight in truth: the share that is in sight and in place half a second later."""
    delay = round(0.5 / PERIOD_SEC)
    truth = observed[..., VISIBLE[k]] > 0.5
    step, lane = np.nonzero(~truth[: -delay - 1] & truth[1:-delay] & truth[delay + 1 :])
    found = [
        seen[s + delay][n, k] and distance(places[s + delay][[n]], observed[s + 1 + delay][[n]], k)[0] < FOUND_M
        for s, n in zip(step, lane)
    ]
    return {"count": len(found), "found": number(np.mean(found)) if found else None}


def distance(places, rows, k):
    return np.linalg.norm(places[:, PUCKS_AT[k]] - rows[:, AT[f"{PUCKS[k]}_position"]], axis=1)
