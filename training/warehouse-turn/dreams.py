"""The latent world as it is exported: encode, step and decode around a state of places, sight, scene and memory.

State: `places` (batch, 10): position, yaw, velocity and turn rate of the forklift, position and velocity of the person, m, rad, s;
`seen` (batch, 1): 1 while the person is in sight; `scene` (batch, 2): load and grip as told; `begun` (batch, 1): 1 once there was
a picture; and `h`, the memory of the recurrent network. `told` (batch, 9): velocity and turn rate, as the wheels tell them, where the
person is said to be and how fast they walk, load and grip.
"""

import torch
from torch import nn

from networks import FORKLIFT, view
from pictures import VIEW

SENSORS = 27  # of what `view` gives: speed, scan and clearance


class Encode(nn.Module):
    """The forklift is where the picture shows it; so is the person, and where it does not show them they are where they are
    dreamt to be: before the first picture, where they are said to be."""

    def __init__(self, eye):
        super().__init__()
        self.eye = eye
        self.register_buffer("centre", torch.tensor(VIEW["centre"]))

    def forward(self, picture, told, places, begun, h):
        marks, sight = self.eye(picture)
        person, front, rear = (marks[:, mark] + self.centre for mark in range(3))
        ahead = front - rear
        seen = (sight[:, :1] > 0).to(picture.dtype)
        dreamt = torch.where(begun > 0.5, places[:, FORKLIFT:], told[:, 3:7])
        walks = torch.where(seen > 0.5, told[:, 5:7], dreamt[:, 2:])
        person = torch.where(seen > 0.5, person, dreamt[:, :2])
        yaw = torch.atan2(ahead[:, 1:], ahead[:, :1])
        places = torch.cat([0.5 * (front + rear), yaw, told[:, :3], person, walks], 1)
        return places, seen, told[:, 7:] + 0, torch.ones_like(begun), h + 0


class Step(nn.Module):
    """`dream`: a `networks.Recurrent`."""

    def __init__(self, dream):
        super().__init__()
        self.dream = dream

    def forward(self, command, places, scene, h):
        places, h = self.dream.advance(places, command, scene, h)
        sight = self.dream.hall.sees(places[:, :2], places[:, FORKLIFT : FORKLIFT + 2])
        return places, (sight > 0).to(places.dtype), h


class Decode(nn.Module):
    """What a picture of places cannot tell, decode tells: how things turn and move, and what the beams meet."""

    def __init__(self, hall, painter):
        super().__init__()
        self.hall, self.painter = hall, painter

    def forward(self, places, seen):
        forklift, person = places[:, :FORKLIFT], places[:, FORKLIFT : FORKLIFT + 2]
        picture = self.painter(forklift[:, :3], person, seen)
        motion = torch.cat([forklift[:, 2:], places[:, FORKLIFT + 2 :]], 1)
        return picture, motion, view(self.hall, forklift, person, seen)[:, :SENSORS]
