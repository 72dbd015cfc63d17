"""The networks, written as they are exported: physical units in, physical units out, so that cards carry no scales."""

import math

import torch
from torch import nn

from scenario import AT, PERIOD_SEC, SIZES, WIDTH

# What the graphs predict, in this order: what moves, and what is seen of it.
MOTION_CHANNELS = ["position", "yaw", "velocity", "turn_rate", "person_position", "person_velocity"]
VIEW_CHANNELS = ["speed", "scan", "clearance", "person_visible"]
MOTION = [c for name in MOTION_CHANNELS for c in range(AT[name].start, AT[name].stop)]
VIEW = [c for name in VIEW_CHANNELS for c in range(AT[name].start, AT[name].stop)]
VISIBLE = AT["person_visible"].start
FORKLIFT = 6  # columns of MOTION; the person's four follow

BEAMS = SIZES["scan"]
BEAM_RAD = -math.pi + 2 * math.pi * torch.arange(BEAMS) / BEAMS
PERSON_RADIUS_M = 0.25
CLEARANCE_CUTOFF_M = 2.0
SPEED_STEP, PLACE_STEP_M = 0.1, 0.01  # typical changes in one control period


def turned(vector, angle):
    """vector (…, 2) and angle (…, 1)."""
    x, y = vector[..., 0:1], vector[..., 1:2]
    cos, sin = torch.cos(angle), torch.sin(angle)
    return torch.cat([cos * x - sin * y, sin * x + cos * y], -1)


def mlp(*sizes, activation=nn.SiLU):
    layers = [nn.Linear(sizes[0], sizes[1])]
    for before, after in zip(sizes[1:], sizes[2:]):
        layers += [activation(), nn.Linear(before, after)]
    return nn.Sequential(*layers)


class Members(nn.Module):
    """Several networks of one shape, computed together: (…, in) or (members, batch, in) → (members, batch, out)."""

    def __init__(self, members, sizes):
        super().__init__()
        shapes = list(zip(sizes, sizes[1:]))
        self.weights = nn.ParameterList(nn.Parameter(torch.randn(members, a, b) / math.sqrt(a)) for a, b in shapes)
        self.biases = nn.ParameterList(nn.Parameter(torch.zeros(members, 1, b)) for _, b in shapes)

    def forward(self, x):
        for layer, (weight, bias) in enumerate(zip(self.weights, self.biases)):
            x = torch.matmul(x, weight) + bias
            if layer < len(self.weights) - 1:
                x = torch.nn.functional.silu(x)
        return x


class Hall(nn.Module):
    """What follows from places alone: how far the racks are, and whether they hide the person."""

    WAVES = 16

    def __init__(self):
        super().__init__()
        self.ranges = mlp(2, 128, 128, 2 * self.WAVES + 1)
        self.gap = mlp(4, 64, 64, 1)
        self.sight = mlp(4, 96, 96, 1, activation=nn.Tanh)

    def beams(self, position, yaw):
        """Distance to the racks along each beam: a Fourier series over the hall's directions → (…, BEAMS)."""
        waves = self.ranges(0.5 * position)
        even, odd = waves[..., 1 : 1 + self.WAVES], waves[..., 1 + self.WAVES :]
        order = torch.arange(1, self.WAVES + 1)
        cos, sin = torch.cos(yaw * order), torch.sin(yaw * order)
        phase = order[:, None] * BEAM_RAD
        series = (even * cos + odd * sin) @ torch.cos(phase) + (odd * cos - even * sin) @ torch.sin(phase)
        return 0.2 + torch.nn.functional.softplus(waves[..., 0:1] + series)

    def clearance(self, position, yaw):
        gap = self.gap(torch.cat([0.5 * position, torch.cos(2 * yaw), torch.sin(2 * yaw)], -1))
        return torch.clamp(gap, max=CLEARANCE_CUTOFF_M)

    def sees(self, position, person):
        """Logit of nothing lying between the forklift and the person."""
        return self.sight(torch.cat([position, person], -1))


def to_person(position, yaw, person):
    """Along each beam, distance to the disc that is the person; far away where the beam misses it."""
    offset = turned(person - position, -yaw)
    along = offset[..., 0:1] * torch.cos(BEAM_RAD) + offset[..., 1:2] * torch.sin(BEAM_RAD)
    across = offset[..., 1:2] * torch.cos(BEAM_RAD) - offset[..., 0:1] * torch.sin(BEAM_RAD)
    half = torch.sqrt(torch.clamp(PERSON_RADIUS_M**2 - across * across, min=1e-9))
    return torch.where((across.abs() < PERSON_RADIUS_M) & (along > 0), along - half, torch.full_like(along, 100.0))


def features(motion, action, parameters):
    """motion (…, 10), action (…, 2): drive and turn; parameters (…, 2): load and grip → (…, FEATURES)."""
    speed = turned(motion[..., 3:5], -motion[..., 2:3])
    rate = motion[..., 5:6]
    drive, turn = action[..., 0:1], action[..., 1:2]
    load, grip = parameters[..., 0:1], parameters[..., 1:2]
    forward = speed[..., 0:1]
    parts = [forward, 4 * speed[..., 1:2], rate, drive, turn, 2 * (drive - forward), 2 * (turn - rate), 4 * forward * rate]
    return torch.cat(parts + [load / 400 - 1, 4 * grip - 1, 900 / (600 + load)], -1)


FEATURES = 11
MOVES = 6  # changes of speed along, across and around; and what displacement has besides their mean


def moved(motion, raw):
    """The forklift after one period: raw (…, MOVES) → (…, FORKLIFT)."""
    position, yaw, rate = motion[..., 0:2], motion[..., 2:3], motion[..., 5:6]
    speed = turned(motion[..., 3:5], -yaw)
    speed_next, rate_next = speed + SPEED_STEP * raw[..., 0:2], rate + SPEED_STEP * raw[..., 2:3]
    along = 0.5 * PERIOD_SEC * (speed + speed_next) + PLACE_STEP_M * raw[..., 3:5]
    yaw_next = yaw + 0.5 * PERIOD_SEC * (rate + rate_next) + PLACE_STEP_M * raw[..., 5:6]
    return torch.cat([position + turned(along, yaw), yaw_next, turned(speed_next, yaw_next), rate_next], -1)


def view(hall, forklift, person, seen):
    """What is seen from there: speed, scan, clearance, person_visible. `person` is where they are if they are seen."""
    position, yaw = forklift[..., 0:2], forklift[..., 2:3]
    near = to_person(position, yaw, person)
    scan = torch.minimum(hall.beams(position, yaw), torch.where(seen > 0.5, near, torch.full_like(near, 100.0)))
    return torch.cat([turned(forklift[..., 3:5], -yaw), scan, hall.clearance(position, yaw), seen], -1)


class Ensemble(nn.Module):
    """Knows the observation alone: of a hidden person that is where they were last, and nothing says how long ago.

    Outputs: change (members, batch, 10) of what moves, view (batch, 28) at the members' mean.
    """

    PERSON = 4 + 1 + 4  # change while seen; whether they come into sight, and where and how fast if so

    def __init__(self, members, hidden, hall):
        super().__init__()
        self.moves = Members(members, [FEATURES, hidden, hidden, MOVES])
        self.person = Members(members, [12, hidden, hidden, self.PERSON])
        self.hall = hall

    def heads(self, motion, visible, action, parameters):
        """Forklift after one period (m, b, 6); person's change (m, b, 4), logit of appearing (m, b, 1), where (m, b, 4)."""
        forklift = moved(motion, self.moves(features(motion, action, parameters)))
        yaw = motion[..., 2:3]
        place = [0.5 * motion[..., 0:2], torch.cos(yaw), torch.sin(yaw), motion[..., 3:6]]
        told = torch.cat(place + [0.5 * motion[..., 6:8], motion[..., 8:10], visible], -1)
        raw = self.person(told)
        walked = torch.cat([PERIOD_SEC * motion[..., 8:10] + PLACE_STEP_M * raw[..., 0:2], 0.01 * raw[..., 2:4]], -1)
        return forklift, walked, raw[..., 4:5], raw[..., 5:]

    def forward(self, x):
        motion, visible = x[:, MOTION], x[:, VISIBLE : VISIBLE + 1]
        forklift, walked, appears, where = self.heads(motion, visible, x[:, WIDTH : WIDTH + 2], x[:, WIDTH + 2 :])
        mean = forklift.mean(0)
        was = visible > 0.5
        person = torch.where(was, motion[:, FORKLIFT:] + walked, where)
        still = self.hall.sees(mean[:, 0:2], person.mean(0)[:, 0:2])
        seen = (torch.where(was, still, appears.mean(0)) > 0).to(x.dtype)
        shown = torch.where(seen > 0.5, person, motion[:, FORKLIFT:].expand_as(person))
        change = torch.cat([forklift, shown], -1) - motion
        return change, view(self.hall, mean, shown.mean(0)[:, 0:2], seen)


class Recurrent(nn.Module):
    """Carries the person in its state, seen or not; what is seen corrects it.

    Inputs: x (batch, WIDTH + 4), belief (batch, 5): position and velocity of the person, and 1 once it has begun,
    h (batch, hidden). Outputs: following (batch, 10) and view (batch, 28) as the forklift would have them, and the state.
    """

    def __init__(self, hidden, hall):
        super().__init__()
        self.cell = nn.GRUCell(FEATURES, hidden)
        self.moves = mlp(FEATURES + hidden, 96, 96, MOVES)
        self.walk = nn.Linear(4, 4)
        self.hall = hall

    def advance(self, motion, action, parameters, h):
        """One control period of everything, hidden or not."""
        told = features(motion, action, parameters)
        h = self.cell(told, h)
        forklift = moved(motion, self.moves(torch.cat([told, h], -1)))
        person = motion[..., FORKLIFT:] + PERIOD_SEC * self.walk(motion[..., FORKLIFT:])
        return torch.cat([forklift, person], -1), h

    def forward(self, x, belief, h):
        observed = x[:, MOTION]
        known = (x[:, VISIBLE : VISIBLE + 1] > 0.5) | (belief[:, 4:5] < 0.5)
        person = torch.where(known, observed[:, FORKLIFT:], belief[:, 0:4])
        motion = torch.cat([observed[:, :FORKLIFT], person], 1)
        following, h = self.advance(motion, x[:, WIDTH : WIDTH + 2], x[:, WIDTH + 2 :], h)
        forklift, person = following[:, :FORKLIFT], following[:, FORKLIFT:]
        seen = (self.hall.sees(forklift[:, 0:2], person[:, 0:2]) > 0).to(x.dtype)
        shown = torch.where(seen > 0.5, person, observed[:, FORKLIFT:])
        begun = torch.ones_like(belief[:, 4:5])
        return (
            torch.cat([forklift, shown], 1),
            view(self.hall, forklift, person[:, 0:2], seen),
            torch.cat([person, begun], 1),
            h,
        )
