"""The networks, written as they are exported: physical units in, physical units out, so that cards carry no scales."""

import torch
from torch import nn

from scenario import AT, PUCKS, WIDTH

BODIES = ("pusher", *PUCKS)
# Columns of an observation row, in the order in which the graphs predict them.
MOTION = [c for b in BODIES for k in ("position", "velocity") for c in range(AT[f"{b}_{k}"].start, AT[f"{b}_{k}"].stop)]
VISIBLE = [AT[f"{puck}_visible"].start for puck in PUCKS]

FINGER_M, REACH_M, PUCKS_APART_M = 0.03, 0.05, 0.08  # where a puck is touched: see the MJCF
POSITION_STEP_M, VELOCITY_STEP = 0.01, 0.1  # a typical change in one control period


def gap(offset, contact):
    """How far from contact, resolved finely near it."""
    distance = torch.sqrt((offset * offset).sum(-1, keepdim=True) + 1e-8)
    return torch.tanh(30 * (distance - contact))


def features(motion, action, parameters):
    """motion (…, 12): position and velocity of pusher, red, blue; action (…, 2); parameters (…, 2)."""
    pusher, pusher_v = motion[..., 0:2], motion[..., 2:4]
    finger = torch.tensor([0.0, FINGER_M])
    parts = [3 * pusher, 4 * pusher_v, 4 * action, 4 * (action - pusher_v)]
    for at in (4, 8):
        puck, velocity = motion[..., at : at + 2], motion[..., at + 2 : at + 4]
        offset = puck - pusher
        parts += [3 * puck, 4 * velocity, 4 * (velocity - pusher_v), torch.tanh(10 * offset), torch.tanh(40 * offset)]
        parts += [gap(offset - finger, REACH_M), gap(offset + finger, REACH_M), torch.tanh(30 * (puck[..., 1:] - 0.015))]
    apart = motion[..., 8:10] - motion[..., 4:6]
    parts += [torch.tanh(10 * apart), gap(apart, PUCKS_APART_M)]
    friction, mass = parameters[..., 0:1], parameters[..., 1:2]
    return torch.cat(parts + [4 * friction, 2 * mass, 4 * friction * mass], -1)


FEATURES = 3 + 8 + 2 * (2 + 2 + 2 + 4 + 3) + 3


def scaled_change(raw):
    """(…, 15): per body four changes and a gate that can hold it still → (…, 12) in m and m/s."""
    scale = torch.tensor([POSITION_STEP_M] * 2 + [VELOCITY_STEP] * 2)
    bodies = raw.reshape(*raw.shape[:-1], 3, 5)
    change = bodies[..., :4] * torch.sigmoid(bodies[..., 4:]) * scale
    return change.reshape(*raw.shape[:-1], 12)


class Sight(nn.Module):
    """Where on the table a puck is seen: position (…, 2) → logit (…, 1)."""

    def __init__(self, hidden=32):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(2, hidden), nn.Tanh(), nn.Linear(hidden, hidden), nn.Tanh(), nn.Linear(hidden, 1)
        )

    def forward(self, position):
        return self.layers(10 * position)


class Members(nn.Module):
    """Perceptrons side by side: (batch, values) or (members, batch, values) → (members, batch, outputs)."""

    def __init__(self, members, sizes):
        super().__init__()
        pairs = list(zip(sizes, sizes[1:]))
        self.weights = nn.ParameterList(nn.Parameter(torch.randn(members, a, b) / a**0.5) for a, b in pairs)
        self.biases = nn.ParameterList(nn.Parameter(torch.zeros(members, 1, b)) for _, b in pairs)

    def forward(self, x):
        for layer, (weight, bias) in enumerate(zip(self.weights, self.biases)):
            x = torch.matmul(x, weight) + bias
            if layer < len(self.weights) - 1:
                x = torch.nn.functional.silu(x)
        return x


class Ensemble(nn.Module):
    """Sees the observation alone. Of a hidden puck that is where it was last, and nothing says how long ago.

    Outputs: change (members, batch, 12) of what is observed, visible (batch, 2).
    """

    HEADS = 15 + 2 * 5  # changes and gates; for each puck: whether it comes into sight, and where and how fast if so

    def __init__(self, members, hidden, sight):
        super().__init__()
        self.members = Members(members, [FEATURES + 2, hidden, hidden, self.HEADS])
        self.sight = sight

    def heads(self, motion, visible, action, parameters):
        """change (m, b, 12), logit of coming into sight (m, b, 2), place and speed relative to the pusher (m, b, 2, 4)."""
        raw = self.members(torch.cat([features(motion, action, parameters), visible], -1))
        back = raw[..., 15:].reshape(*raw.shape[:-1], 2, 5)
        scale = torch.tensor([0.1, 0.1, 0.3, 0.3])
        return scaled_change(raw[..., :15]), back[..., 0], back[..., 1:] * scale

    def forward(self, x):
        motion, visible = x[:, MOTION], x[:, VISIBLE]
        action, parameters = x[:, WIDTH : WIDTH + 2], x[:, WIDTH + 2 :]
        change, appears, where = self.heads(motion, visible, action, parameters)
        following = motion + change
        mean = following.mean(0)
        still_seen = torch.cat([self.sight(mean[:, 4:6]), self.sight(mean[:, 8:10])], 1)
        seen = torch.where(visible > 0.5, still_seen, appears.mean(0)) > 0
        pucks = []
        for puck in range(2):
            at = slice(4 + 4 * puck, 8 + 4 * puck)
            was = visible[:, puck : puck + 1] > 0.5
            now = torch.where(was, following[..., at], following[..., :4] + where[..., puck, :])
            pucks.append(torch.where(seen[:, puck : puck + 1], now - motion[:, at], torch.zeros_like(now)))
        return torch.cat([change[..., :4], *pucks], -1), seen.to(x.dtype)


class Recurrent(nn.Module):
    """Keeps both pucks in its state, seen or not; what is seen corrects them.

    Inputs: x (batch, WIDTH + 4), belief (batch, 8): position and velocity of red and blue, h (batch, hidden). Outputs:
    following (batch, 12) and visible (batch, 2) as the observer would have them, and the state after it.
    """

    def __init__(self, hidden, sight):
        super().__init__()
        self.cell = nn.GRUCell(FEATURES, hidden)
        self.head = nn.Sequential(
            nn.Linear(FEATURES + hidden, 128), nn.SiLU(), nn.Linear(128, 128), nn.SiLU(), nn.Linear(128, 15)
        )
        self.sight = sight

    def advance(self, motion, action, parameters, h):
        """One control period of everything, hidden or not."""
        seen = features(motion, action, parameters)
        h = self.cell(seen, h)
        return motion + scaled_change(self.head(torch.cat([seen, h], -1))), h

    def forward(self, x, belief, h):
        observed, visible = x[:, MOTION], x[:, VISIBLE]
        known = (visible > 0.5).repeat_interleave(4, 1)
        believed = torch.where(known, observed[:, 4:], belief)
        motion = torch.cat([observed[:, :4], believed], 1)
        following, h = self.advance(motion, x[:, WIDTH : WIDTH + 2], x[:, WIDTH + 2 :], h)
        seen = torch.cat([self.sight(following[:, 4:6]), self.sight(following[:, 8:10])], 1) > 0
        shown = torch.where(seen.repeat_interleave(4, 1), following[:, 4:], observed[:, 4:])
        return torch.cat([following[:, :4], shown], 1), seen.to(x.dtype), following[:, 4:], h
