"""The manifest as the training sees it: the file that simgate reads, except for the success formula, copied by hand."""

from pathlib import Path

import numpy as np
import yaml
from scipy.stats import qmc

FOLDER = Path(__file__).resolve().parents[2] / "scenarios" / "cartpole"
MANIFEST = yaml.safe_load((FOLDER / "scenario.yaml").read_text())

CHANNELS = list(MANIFEST["observation"])
PARAMETERS = list(MANIFEST["parameters"])
TOLERANCES = np.array([c["tolerance"] for c in MANIFEST["observation"].values()])
PERIOD_SEC = MANIFEST["control"]["periodSec"]
STEPS = round(MANIFEST["control"]["horizonSec"] / PERIOD_SEC)
LIMITS = MANIFEST["action"]["force"]["limits"]
BOX = MANIFEST["starts"]["box"]

RAIL_M, FALLEN_RAD = 2.4, np.deg2rad(60)
SETTLED_M, SETTLED_RAD, SETTLED_FROM = 0.5, np.deg2rad(6), round(8 / PERIOD_SEC)
FORMULA = (
    "always[0,10] (abs(cart_position) < 2.4 m and abs(pole_angle) < 60 deg) "
    "and always[8,10] (abs(cart_position) < 0.5 m and abs(pole_angle) < 6 deg)"
)
ENDS = "abs(cart_position) > 2.4 m or abs(pole_angle) > 60 deg"
if MANIFEST["success"] != {"formula": FORMULA, "ends": ENDS}:
    raise SystemExit("scenario.yaml has another success formula than scenario.py: change both")


def starts_at(points):
    """Points of the unit cube (n, dimensions of the box) → initial observations (n, 4) and parameters (n, 2)."""
    low, high = np.array(list(BOX.values())).T
    values = dict(zip(BOX, (low + points * (high - low)).T))
    return np.stack([values[c] for c in CHANNELS], 1), np.stack([values[p] for p in PARAMETERS], 1)


def sobol_starts(count, seed):
    return starts_at(qmc.Sobol(len(BOX), seed=seed).random(count))


def uniform_starts(count, seed):
    return starts_at(np.random.default_rng(seed).random((count, len(BOX))))


def ended(observation):
    """Which lanes meet `success.ends`; observation (lanes, 4) in the order of CHANNELS."""
    return (np.abs(observation[:, 0]) > RAIL_M) | (np.abs(observation[:, 1]) > FALLEN_RAD)


def succeeded(observations):
    """The success formula on traces (steps + 1, lanes, 4) whose last sample is held to the horizon."""
    position, angle = np.abs(observations[..., 0]), np.abs(observations[..., 1])
    upright = (position < RAIL_M) & (angle < FALLEN_RAD)
    settled = (position < SETTLED_M) & (angle < SETTLED_RAD)
    return upright.all(0) & settled[SETTLED_FROM:].all(0)
