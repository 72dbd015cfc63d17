"""The manifest's scripted policies in numpy: batches of observations (lanes, WIDTH) → commands (lanes, 2)."""

import re
from functools import reduce

import numpy as np

from scenario import ACTIONS, AT, MANIFEST, PERIOD_SEC, component

FUNCTIONS = {
    "abs": np.abs,
    "atan2": np.arctan2,
    "clamp": np.clip,
    "hypot": np.hypot,
    "max": lambda *a: reduce(np.maximum, a),
    "min": lambda *a: reduce(np.minimum, a),
    "wrap": lambda a: (a + np.pi) % (2 * np.pi) - np.pi,
}


def compile_expression(text):
    channels = "|".join(AT)
    code = re.sub(rf"\b({channels})\b(\[\w+\])?", lambda m: f"o[:,{component(m.group(0))}]", text).replace("^", "**")
    return compile(code, "scenario.yaml", "eval")


def expressions(config):
    columns = [compile_expression(str(config["action"][name])) for name in ACTIONS]

    def act(observation, _step, _rng):
        names = {"__builtins__": {}, "o": observation} | FUNCTIONS
        return np.stack([eval(c, names) + np.zeros(len(observation)) for c in columns], 1)

    return act


def by_the_clock(config):
    """Straight lines between waypoints; of two at one time the later one counts."""
    lines = [[(p["atSec"], p["set"][n]) for p in config["waypoints"] if n in p["set"]] for n in ACTIONS]

    def act(observation, step, _rng):
        time = step * PERIOD_SEC
        values = [np.interp(time + 1e-9, *zip(*line)) for line in lines]
        return np.tile(values, (len(observation), 1))

    return act


def build(name):
    config = MANIFEST["policies"][name]
    return expressions(config) if "action" in config else by_the_clock(config)
