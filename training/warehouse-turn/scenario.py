"""The manifest as the training sees it: the file that simgate reads, except for the success formula, copied by hand."""

import re
from pathlib import Path

import numpy as np
import yaml
from scipy.stats import qmc

FOLDER = Path(__file__).resolve().parents[2] / "scenarios" / "warehouse-turn"
MANIFEST = yaml.safe_load((FOLDER / "scenario.yaml").read_text())

SIZES = {name: int(np.prod(c.get("shape", []))) for name, c in MANIFEST["observation"].items()}
ENDS_AT = np.cumsum(list(SIZES.values()))
AT = {name: slice(end - SIZES[name], end) for name, end in zip(SIZES, ENDS_AT)}  # columns of an observation row
WIDTH = int(ENDS_AT[-1])
ACTIONS = list(MANIFEST["action"])
PARAMETERS = list(MANIFEST["parameters"])
PERIOD_SEC = MANIFEST["control"]["periodSec"]
STEPS = round(MANIFEST["control"]["horizonSec"] / PERIOD_SEC)
LIMITS = np.array([MANIFEST["action"][name]["limits"] for name in ACTIONS]).T  # lower, upper: one an action
BOX = MANIFEST["starts"]["box"]

DOCK_M, DOCK_WITHIN_M, DOCK_WITHIN_RAD, STAY_STEPS = np.array([3.6, 3.8]), 0.3, np.deg2rad(15), round(1 / PERIOD_SEC)
CLEARANCE_M, PERSON_M, STRUCK_M = 0.1, 1.0, 0.6
SUCCESS = {
    "formula": (
        "eventually[0,23] always[0,1] (dock_distance < 0.3 m and dock_angle < 15 deg) "
        "and always[0,24] clearance > 0.1 m and always[0,24] (person_visible < 0.5 or person_distance > 1 m)"
    ),
    "ends": "clearance < 0 m or (person_visible > 0.5 and person_distance < 0.6 m)",
}
if MANIFEST["success"] != SUCCESS:
    raise SystemExit("scenario.yaml has another success formula than scenario.py: change both")


def component(key):
    """Column of an observation row: `position[x]`, `scan[12]`, `yaw`."""
    name, label = re.fullmatch(r"(\w+)(?:\[(\w+)\])?", key).groups()
    labels = MANIFEST["observation"][name].get("labels", [])
    return AT[name].start + (0 if label is None else labels.index(label) if labels else int(label))


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


def person_distance(observation):
    """To where the person was seen last; infinite while nobody is seen."""
    away = np.linalg.norm(observation[..., AT["position"]] - observation[..., AT["person_position"]], axis=-1)
    return np.where(observation[..., AT["person_visible"].start] > 0.5, away, np.inf)


def ended(observation):
    """Which lanes meet `success.ends`; observation (lanes, WIDTH)."""
    return (observation[:, AT["clearance"].start] < 0) | (person_distance(observation) < STRUCK_M)


def succeeded(observations):
    """The success formula on traces (steps + 1, lanes, WIDTH) whose last sample is held to the horizon."""
    at_dock = np.linalg.norm(observations[..., AT["position"]] - DOCK_M, axis=-1) < DOCK_WITHIN_M
    turned = observations[..., AT["yaw"].start] - np.pi
    at_dock &= np.abs((turned + np.pi) % (2 * np.pi) - np.pi) < DOCK_WITHIN_RAD
    stayed = np.lib.stride_tricks.sliding_window_view(at_dock, STAY_STEPS + 1, axis=0).all(-1).any(0)
    kept_off = (observations[..., AT["clearance"].start] > CLEARANCE_M).all(0)
    return stayed & kept_off & (person_distance(observations) > PERSON_M).all(0)
