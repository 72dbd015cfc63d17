"""Latent worlds as they are exported: encode, step and decode around a state of places, sight, scene and memory.

State: `places` (batch, 12): position and velocity of pusher, red and blue, m and m/s; `seen` (batch, 2): 1 for a puck in
sight; `scene` (batch, 2): friction and mass as told; and, where there is memory, `h`. `told` (batch, 6): the pusher's
position and velocity, which its joints tell, friction and mass.
"""

import torch
from torch import nn

from networks import FEATURES, Members, features, scaled_change
from scenario import PERIOD_SEC

PUCKS_AT = (slice(4, 8), slice(8, 12))
BACK_SCALE = torch.tensor([0.1, 0.1, 0.3, 0.3])
NO_COMMAND = torch.zeros(2)


class Dream(nn.Module):
    """Remembers: what it sees corrects what it dreams, and what it does not see goes on as it dreams it.

    Without `acts` it is never told the command.
    """

    HIDDEN = 48

    def __init__(self, sight, acts=True):
        super().__init__()
        self.acts = acts
        self.cell = nn.GRUCell(FEATURES, self.HIDDEN)
        self.head = nn.Sequential(
            nn.Linear(FEATURES + self.HIDDEN, 128), nn.SiLU(), nn.Linear(128, 128), nn.SiLU(), nn.Linear(128, 15)
        )
        self.gain = nn.Parameter(torch.zeros(1))
        self.sight = sight

    def correct(self, places, before, looked, seen, pusher):
        """Takes over the pusher (batch, 4) and where pucks are seen (batch, 2, 2); a surprise also corrects the velocity."""
        parts = [pusher]
        for puck, at in enumerate(PUCKS_AT):
            dreamt, now, was = places[:, at], seen[:, puck : puck + 1], before[:, puck : puck + 1]
            surprise = now * (looked[:, puck] - dreamt[:, :2])
            velocity = dreamt[:, 2:] + was * torch.sigmoid(self.gain) * surprise / PERIOD_SEC
            parts += [dreamt[:, :2] + surprise, velocity]
        return torch.cat(parts, 1)

    def advance(self, places, action, scene, h):
        """One control period of everything, hidden or not."""
        known = features(places, action if self.acts else torch.zeros_like(places[..., :2]), scene)
        h = self.cell(known, h)
        return places + scaled_change(self.head(torch.cat([known, h], -1))), h

    def in_sight(self, places):
        return (torch.cat([self.sight(places[:, at][:, :2]) for at in PUCKS_AT], 1) > 0).to(places.dtype)


class Glance(nn.Module):
    """Remembers nothing: what it knows is in the last two pictures, and of a puck that is in neither that it is not there."""

    HIDDEN = 128

    def __init__(self, sight):
        super().__init__()
        self.members = Members(1, [FEATURES + 2, self.HIDDEN, self.HIDDEN, 15 + 2 * 5])
        self.sight = sight

    def heads(self, places, seen, action, scene):
        """Change (1, batch, 12), logit of a puck's coming into sight (1, batch, 2), where and how fast from the pusher (1, batch, 2, 4)."""
        raw = self.members(torch.cat([features(places, action, scene), seen], -1))
        back = raw[..., 15:].reshape(*raw.shape[:-1], 2, 5)
        return scaled_change(raw[..., :15]), back[..., 0], back[..., 1:] * BACK_SCALE

    def advance(self, places, seen, action, scene):
        change, appears, back = (value[0] for value in self.heads(places, seen, action, scene))
        following, now = places + change, []
        parts = [following[:, :4]]
        for puck, at in enumerate(PUCKS_AT):
            was = seen[:, puck : puck + 1] > 0.5
            stays = self.sight(following[:, at][:, :2])
            now.append(torch.where(was, stays, appears[:, puck : puck + 1]) > 0)
            came = following[:, :4] + back[:, puck]
            parts.append(torch.where(was, following[:, at], torch.where(now[-1], came, places[:, at])))
        return torch.cat(parts, 1), torch.cat(now, 1).to(places.dtype)


class DreamEncode(nn.Module):
    def __init__(self, dream, eye):
        super().__init__()
        self.dream, self.eye = dream, eye

    def forward(self, picture, told, places, seen, h):
        looked, sight = self.eye(picture)
        now = (sight > 0).to(picture.dtype)
        return self.dream.correct(places, seen, looked, now, told[:, :4]), now, told[:, 4:], h + 0


class DreamStep(nn.Module):
    def __init__(self, dream):
        super().__init__()
        self.dream = dream

    def forward(self, command, places, scene, h):
        places, h = self.dream.advance(places, command, scene, h)
        return places, self.dream.in_sight(places), h


class BlindStep(DreamStep):
    """No input for a command."""

    def forward(self, places, scene, h):
        return super().forward(None, places, scene, h)


class GlanceEncode(nn.Module):
    """pictures (batch, 2, 3, height, width): the last but one, and the last."""

    def __init__(self, eye):
        super().__init__()
        self.eye = eye

    def forward(self, pictures, told):
        (before, sight_before), (now, sight) = self.eye(pictures[:, 0]), self.eye(pictures[:, 1])
        seen = (sight > 0).to(told.dtype)
        both = seen * (sight_before > 0)
        places = glance_places(before, now, seen, both, told[:, :4])
        return places, seen, told[:, 4:]


def glance_places(before, now, seen, both, pusher):
    """Pucks (batch, 2, 2) at two times → `places`; one that is not seen is nowhere, and one just seen stands still."""
    velocity = (now - before) / PERIOD_SEC * both[..., None]
    pucks = torch.cat([now * seen[..., None], velocity], -1)
    return torch.cat([pusher, pucks.flatten(1)], 1)


class GlanceStep(nn.Module):
    def __init__(self, glance):
        super().__init__()
        self.glance = glance

    def forward(self, command, places, seen, scene):
        return self.glance.advance(places, seen, command, scene)


class Decode(nn.Module):
    def __init__(self, painter):
        super().__init__()
        self.painter = painter

    def forward(self, places, seen):
        where = torch.stack([places[:, 4:6], places[:, 8:10], places[:, 0:2]], 1)
        return self.painter(where, torch.cat([seen, torch.ones_like(seen[:, :1])], 1)), places[:, :4] + 0
