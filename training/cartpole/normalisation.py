"""Features and their scales. Networks see normalised tensors; the numbers that undo it go into the model card."""

from dataclasses import dataclass

import numpy as np

from scenario import PARAMETERS

# The plant looks the same from everywhere on the rail.
MOTION_FEATURES = [
    {"channel": "pole_angle", "transform": "sin"},
    {"channel": "pole_angle", "transform": "cos"},
    {"channel": "cart_velocity"},
    {"channel": "pole_velocity"},
    {"action": "force"},
]
ALL_FEATURES = [{"channel": "cart_position"}, *MOTION_FEATURES, *({"parameter": name} for name in PARAMETERS)]


def motion_features(observation, force):
    angle = observation[..., 1:2]
    return np.concatenate([np.sin(angle), np.cos(angle), observation[..., 2:], force[..., None]], -1)


def all_features(observation, force, parameters):
    return np.concatenate([observation[..., :1], motion_features(observation, force), parameters], -1)


@dataclass
class Scale:
    mean: np.ndarray
    std: np.ndarray

    @staticmethod
    def of(rows):
        return Scale(rows.mean(0), rows.std(0))

    def apply(self, rows):
        return ((rows - self.mean) / self.std).astype(np.float32)

    def card(self):
        return {"mean": [float(f"{v:.9g}") for v in self.mean], "std": [float(f"{v:.9g}") for v in self.std]}
