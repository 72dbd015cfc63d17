"""The manifest's scripted policies in numpy: batches of observations (lanes, WIDTH) → velocities (lanes, 2)."""

import re

import numpy as np

from scenario import AT, MANIFEST, PERIOD_SEC, component

FUNCTIONS = {
    "abs": np.abs,
    "clamp": np.clip,
    "hypot": np.hypot,
    "max": np.maximum,
    "min": np.minimum,
    "sign": np.sign,
    "sqrt": np.sqrt,
    "tanh": np.tanh,
}


def compile_expression(text):
    channels = "|".join(AT)
    code = re.sub(rf"\b({channels})\b(\[\w+\])?", lambda m: f"o[:,{component(m.group(0))}]", text).replace("^", "**")
    return compile(code, "scenario.yaml", "eval")


def scripted(config):
    columns = [compile_expression(str(config["action"][f"velocity[{label}]"])) for label in "xy"]
    noise = config.get("noise", {}).get("velocity", 0)

    def act(observation, step, rng):
        names = {"__builtins__": {}, "o": observation, "t": step * PERIOD_SEC} | FUNCTIONS
        action = np.stack([eval(c, names) + np.zeros(len(observation)) for c in columns], 1)
        return action + noise * rng.standard_normal(action.shape) if noise else action

    return act


def build(name):
    return scripted(MANIFEST["policies"][name])
