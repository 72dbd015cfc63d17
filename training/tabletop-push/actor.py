"""An actor on the state of the world `dreamer`, beside the world's graphs and as the one graph that is shipped."""

import numpy as np
import onnxruntime
import torch
from torch import nn

from fit_pictures import CAMERA
from latent_cards import MODELS
from latent_world import LatentWorld, as_seen
from networks import FEATURES, features
from scenario import AT, LIMITS, MANIFEST, PARAMETERS

WORLD = "dreamer"
SIZES = {"places": 12, "seen": 2, "scene": 2, "h": 48}  # the state that encode gives
CARRIED = ("places", "seen", "h")  # and what encode takes of the one before
NOMINAL = [MANIFEST["parameters"][name]["nominal"] for name in PARAMETERS]
PUSHER = np.r_[AT["pusher_position"], AT["pusher_velocity"]]


class Actor(nn.Module):
    """The state → m/s."""

    def __init__(self, hidden=128):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(FEATURES + 2 + SIZES["h"], hidden), nn.SiLU(), nn.Linear(hidden, hidden), nn.SiLU(), nn.Linear(hidden, 2)
        )

    def forward(self, places, seen, scene, h):
        known = features(places, torch.zeros_like(places[:, :2]), scene)
        return LIMITS[1] * self.layers(torch.cat([known, seen, h], 1)).tanh()

    def act(self, states, _):
        with torch.no_grad():
            return self(*split(states)).numpy()


class Told(nn.Module):
    """What encode is told: of friction and mass a policy knows nothing."""

    def forward(self, pusher):
        return torch.cat([pusher, torch.tensor([NOMINAL]).expand(pusher.shape[0], -1)], 1)


class Apart:
    """The world beside a rollout, one graph at a time, corrected by what it is shown; `states` is what it knew at each step."""

    def __init__(self, act):
        """`act`: state (lanes, …), step → m/s."""
        self.world = LatentWorld(MODELS / f"{WORLD}.world.yaml", CAMERA, PARAMETERS)
        self.act, self.states = act, []

    def __call__(self, observation, step, *_):
        if step == 0:
            self.world.reset(observation, np.tile(NOMINAL, (len(observation), 1)))
        else:
            self.world.look(observation)
        self.states.append(np.concatenate([self.world.state[name] for name in SIZES], 1))
        did = self.act(self.states[-1], step)
        self.world.advance(did)
        return did


class Joined:
    """The shipped graph, which carries its state itself."""

    def __init__(self, model):
        self.session = onnxruntime.InferenceSession(model, one_thread())

    def __call__(self, observation, step, *_):
        if step == 0:
            self.state = {name: np.zeros((len(observation), SIZES[name]), np.float32) for name in CARRIED}
        shown = {"picture": as_seen(CAMERA.draw(observation)), "pusher": observation[:, PUSHER].astype(np.float32)}
        command, *state = self.session.run(["command", *(f"{name}_next" for name in CARRIED)], shown | self.state)
        self.state = dict(zip(CARRIED, state))
        return command


def one_thread():
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return options


def split(states):
    return torch.tensor(states).split(list(SIZES.values()), 1)
