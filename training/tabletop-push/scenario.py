"""The manifest as the training sees it: the file that simgate reads, except for the success formula, copied by hand."""

import re
from pathlib import Path

import numpy as np
import yaml
from scipy.stats import qmc

FOLDER = Path(__file__).resolve().parents[2] / "scenarios" / "tabletop-push"
MANIFEST = yaml.safe_load((FOLDER / "scenario.yaml").read_text())

SIZES = {name: int(np.prod(c.get("shape", []))) for name, c in MANIFEST["observation"].items()}
ENDS_AT = np.cumsum(list(SIZES.values()))
AT = {name: slice(end - SIZES[name], end) for name, end in zip(SIZES, ENDS_AT)}  # columns of an observation row
WIDTH = int(ENDS_AT[-1])
ACTIONS = 2
PARAMETERS = list(MANIFEST["parameters"])
PERIOD_SEC = MANIFEST["control"]["periodSec"]
STEPS = round(MANIFEST["control"]["horizonSec"] / PERIOD_SEC)
LIMITS = MANIFEST["action"]["velocity"]["limits"]
BOX = MANIFEST["starts"]["box"]
PUCKS = ("red", "blue")

TABLE_M, GOAL_M, GOAL_WITHIN_M, STAY_FROM = np.array([0.55, 0.15]), np.array([0.38, 0.08]), 0.06, round(7 / PERIOD_SEC)
SUCCESS = {
    "formula": (
        "always[0,8] (abs(red_position[x]) < 0.55 m and abs(red_position[y]) < 0.15 m "
        "and abs(blue_position[x]) < 0.55 m and abs(blue_position[y]) < 0.15 m) "
        "and always[7,8] goal_distance < 0.06 m"
    ),
    "ends": (
        "abs(red_position[x]) > 0.55 m or abs(red_position[y]) > 0.15 m "
        "or abs(blue_position[x]) > 0.55 m or abs(blue_position[y]) > 0.15 m"
    ),
}
if MANIFEST["success"] != SUCCESS:
    raise SystemExit("scenario.yaml has another success formula than scenario.py: change both")


def component(key):
    """Column of an observation row: `red_position[x]`, `red_visible`."""
    name, label = re.fullmatch(r"(\w+)(?:\[(\w+)\])?", key).groups()
    return AT[name].start + (0 if label is None else MANIFEST["observation"][name]["labels"].index(label))


def starts_at(points):
    """Points of the unit cube (n, dimensions of the box) → initial observations (n, WIDTH) and parameters (n, 2)."""
    low, high = np.array(list(BOX.values())).T
    values = dict(zip(BOX, (low + points * (high - low)).T))
    initial = np.zeros((len(points), WIDTH))
    for name, channel in MANIFEST["observation"].items():
        initial[:, AT[name]] = channel.get("initial", 0)
    for key, column in values.items():
        if key not in PARAMETERS:
            initial[:, component(key)] = column
    return initial, np.stack([values[p] for p in PARAMETERS], 1)


def sobol_starts(count, seed):
    return starts_at(qmc.Sobol(len(BOX), seed=seed).random(count))


def uniform_starts(count, seed):
    return starts_at(np.random.default_rng(seed).random((count, len(BOX))))


def ended(observation):
    """Which lanes meet `success.ends`; observation (lanes, WIDTH)."""
    return np.any([np.abs(observation[:, AT[f"{puck}_position"]]) > TABLE_M for puck in PUCKS], axis=(0, 2))


def succeeded(observations):
    """The success formula on traces (steps + 1, lanes, WIDTH) whose last sample is held to the horizon."""
    on_table = np.all([np.abs(observations[..., AT[f"{puck}_position"]]) < TABLE_M for puck in PUCKS], axis=(0, 1, 3))
    distance = np.linalg.norm(observations[..., AT["red_position"]] - GOAL_M, axis=-1)
    return on_table & (distance[STAY_FROM:] < GOAL_WITHIN_M).all(0)
