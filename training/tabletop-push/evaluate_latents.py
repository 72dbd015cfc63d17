"""How good the latent worlds are on episodes they were not fitted on: what they show, and what becomes of hidden pucks.

Recorded actions from the start, the exported graphs run by onnxruntime, nothing of simgate's.
"""

import numpy as np
import onnxruntime
import yaml

from evaluate import FOUND_M, HORIZONS_SEC, number
from fit_pictures import CAMERA, VISIBLE
from scenario import AT, PERIOD_SEC, PUCKS

PUCKS_AT = (slice(4, 6), slice(8, 10))  # in `places`


class LatentWorld:
    """A card and its graphs; `reset` and `step` give where pucks are, whether they are shown, and the picture."""

    def __init__(self, card_file):
        card = yaml.safe_load(card_file.read_text())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.graphs = {
            name: onnxruntime.InferenceSession(card_file.parent / graph["model"], options)
            for name, graph in card["graphs"].items()
        }
        self.card = card
        self.seen = card["graphs"]["encode"].get("pictures", 1)

    def reset(self, rows, parameters):
        self.parameters = parameters
        lanes = len(rows)
        self.state = {s["input"]: np.zeros((lanes, *s["shape"][1:]), np.float32) for s in self.card["state"]}
        self.pictures = [self.as_seen(CAMERA.draw(rows))] * self.seen
        self.encode(rows[:, AT["pusher_position"]], rows[:, AT["pusher_velocity"]])

    def step(self, action):
        self.call("step", {"command": action})
        picture, pusher = self.call("decode", {}, ["picture", "pusher"])
        shown = np.clip(np.floor(picture * 255 + 0.5), 0, 255).astype(np.uint8).transpose(0, 2, 3, 1)
        self.pictures = self.pictures[1:] + [self.as_seen(shown)]
        state = self.state
        if self.card["reencodeEvery"] == 1:
            self.encode(pusher[:, :2], pusher[:, 2:])
        return state["places"], state["seen"], shown

    def encode(self, position, velocity):
        told = np.concatenate([position, velocity, self.parameters], 1)
        pictures = self.pictures[0] if self.seen == 1 else np.stack(self.pictures, 1)
        self.call("encode", {"told": told, self.card["graphs"]["encode"]["picture"]: pictures})

    def call(self, name, feeds, outputs=()):
        graph = self.graphs[name]
        taken = {one.name for one in graph.get_inputs()}
        feeds = {k: v.astype(np.float32) for k, v in (self.state | feeds).items() if k in taken}
        given = [one.name for one in graph.get_outputs()]
        answer = dict(zip(given, graph.run(given, feeds)))
        self.state = self.state | {s["input"]: answer[s["output"]] for s in self.card["state"] if s["output"] in answer}
        return [answer[one] for one in outputs]

    def as_seen(self, pictures):
        return pictures.astype(np.float32).transpose(0, 3, 1, 2) / 255


def evaluate_latent(card_file, held_out):
    lived = held_out.length == len(held_out.actions)
    observed, actions = held_out.observed[:, lived], held_out.actions[:, lived]
    world = LatentWorld(card_file)
    world.reset(observed[0], held_out.parameters[lived])
    places, seen, report = [], [], {}
    for step, action in enumerate(actions):
        where, sight, shown = world.step(action)
        places.append(where)
        seen.append(sight > 0.5)
        atSec = round((step + 1) * PERIOD_SEC, 6)
        if atSec not in HORIZONS_SEC:
            continue
        truth = observed[step + 1]
        error = shown.astype(float) - CAMERA.draw(truth)
        report[f"{atSec:g}s"] = {"psnr": round(float(10 * np.log10(255**2 / (error**2).mean())), 1)} | {
            f"{puck}MedianM": number(np.median(distance(where, truth, k)[truth[:, VISIBLE[k]] > 0.5]))
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
