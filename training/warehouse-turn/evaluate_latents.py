"""How good the latent world is on episodes it was not fitted on: what it shows, and what becomes of the hidden person.

Recorded actions from the start.
"""

import numpy as np

from evaluate import HORIZONS_SEC, distance, number
from fit_pictures import CAMERA
from latent_world import LatentWorld
from networks import FORKLIFT, VISIBLE
from scenario import AT, PARAMETERS, PERIOD_SEC


def evaluate_latent(card_file, held_out):
    lived = held_out.length >= round(max(HORIZONS_SEC) / PERIOD_SEC)
    observed, actions = held_out.observed[:, lived], held_out.actions[:, lived]
    world = LatentWorld(card_file, CAMERA, PARAMETERS)
    world.reset(observed[0], held_out.parameters[lived])
    report = {}
    for step in range(round(max(HORIZONS_SEC) / PERIOD_SEC)):
        pictures = world.step(actions[step])
        at_sec = (step + 1) * PERIOD_SEC
        if not np.isclose(at_sec, HORIZONS_SEC).any():
            continue
        true, places = observed[step + 1], world.state["places"]
        seen = true[:, VISIBLE] > 0.5
        error = pictures.astype(float) - CAMERA.draw(true)
        dreamt = world.rows
        dreamt[:, AT["position"]], dreamt[:, AT["person_position"]] = places[:, :2], places[:, FORKLIFT : FORKLIFT + 2]
        report[f"{at_sec:g}s"] = {
            "psnr": round(float(10 * np.log10(255**2 / (error**2).mean())), 1),
            "positionMedianM": number(np.median(distance(dreamt, true, "position"))),
            "beamMedianM": number(np.median(np.abs(dreamt - true)[:, AT["scan"]])),
            "visibleAgrees": number(np.mean((world.state["seen"][:, 0] > 0.5) == seen)),
            "personMedianM": number(np.median(distance(dreamt, true, "person_position")[seen])) if seen.any() else None,
        }
    return report
