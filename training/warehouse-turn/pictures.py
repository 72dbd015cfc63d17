"""What turns places into a picture of the hall; the eye that does the opposite is `../common/eye.py`."""

import torch
from torch import nn

from eye import grid
from networks import turned
from scenario import MANIFEST

IMAGE = "coarse"
HEIGHT, WIDTH = MANIFEST["images"][IMAGE]["size"]
VIEW = MANIFEST["images"][IMAGE]["view"]
PIXEL_M = VIEW["width"] / WIDTH
MARKS = ("person", "front", "rear")  # what the eye looks for: the person, the load and the counterweight
MARK_M = 0.38  # of load and counterweight from the axle
if not any(shape.get("offset") == [MARK_M, 0] for shape in MANIFEST["images"][IMAGE]["shapes"]):
    raise SystemExit(f"scenario.yaml draws the load elsewhere in image {IMAGE} than pictures.py says: change both")


class Shade(nn.Module):
    """How much of each pixel is hidden from an eye (batch, 2) → (batch, 1, pixels).

    Each of the first units may become the line past one corner of a rack, or along one of its sides, as the eye sees it; those after
    it combine them.
    """

    LINES, SHADOWS = 32, 16

    def __init__(self, pixels):
        super().__init__()
        self.register_buffer("points", torch.cat([pixels.T, torch.ones(1, len(pixels))]))
        # A line of sight past (cx, cy), or a fixed one along x or y through it; 4: from light to dark in half a metre.
        corner = pixels[torch.randint(len(pixels), (self.LINES,))]
        weight = torch.zeros(self.LINES, 6)  # of ex, ey, px, py, ex · py, ey · px
        cx, cy = corner.T
        weight[:, 0], weight[:, 1], weight[:, 2], weight[:, 3] = cy, -cx, -cy, cx
        weight[:, 4], weight[:, 5] = -1, 1
        bias = torch.zeros(self.LINES)
        third = self.LINES // 3
        for axis, of in ((2, slice(0, third // 2)), (3, slice(third // 2, third))):
            weight[of] = 0
            weight[of, axis], bias[of] = 1, -corner[of, axis - 2]
        self.weight, self.bias = nn.Parameter(4 * weight), nn.Parameter(4 * bias)
        self.inner = nn.Parameter(torch.randn(self.SHADOWS, self.LINES) / 3)
        self.inner_bias = nn.Parameter(torch.zeros(self.SHADOWS, 1))
        self.outer = nn.Parameter(torch.randn(1, self.SHADOWS) / 3)
        self.outer_bias = nn.Parameter(torch.zeros(1))

    def forward(self, eye):
        ex, ey = eye[:, 0:1], eye[:, 1:2]
        along_x = self.weight[:, 2] + self.weight[:, 5] * ey
        along_y = self.weight[:, 3] + self.weight[:, 4] * ex
        rest = self.weight[:, 0] * ex + self.weight[:, 1] * ey + self.bias
        lines = torch.tanh(torch.stack([along_x, along_y, rest], -1) @ self.points)
        shadows = torch.tanh(self.inner @ lines + self.inner_bias)
        return torch.sigmoid(4 * (self.outer @ shadows + self.outer_bias))


class Painter(nn.Module):
    """Paints person and forklift on a learned ground, what is hidden from the forklift over them, and a learned front over all.

    place (batch, 3): position and yaw of the forklift; person (batch, 2), shown (batch, 1): 0 … 1 → picture (batch, 3, height,
    width), 0 … 1.
    """

    def __init__(self):
        super().__init__()
        pixels = grid(HEIGHT, WIDTH, PIXEL_M) + torch.tensor(VIEW["centre"])
        self.register_buffer("pixels", pixels)
        self.ground = nn.Parameter(torch.full((3, len(pixels)), 0.5))
        self.front = nn.Parameter(torch.full((3, len(pixels)), 0.5))
        self.cover = nn.Parameter(torch.full((1, len(pixels)), -3.0))
        self.person = nn.Parameter(torch.full((3, 1), 0.5))
        self.round = nn.Sequential(nn.Linear(3, 8), nn.SiLU(), nn.Linear(8, 1))
        self.forklift = nn.Sequential(nn.Linear(7, 16), nn.SiLU(), nn.Linear(16, 16), nn.SiLU(), nn.Linear(16, 4))
        self.shade = Shade(pixels)
        self.dark = nn.Parameter(torch.full((3, 1), 0.2))

    def forward(self, place, person, shown):
        picture = over(self.ground, self.person, self.of_person(person) * shown[..., None])
        forklift = self.of_forklift(place).transpose(1, 2)
        picture = over(picture, torch.sigmoid(forklift[:, 1:]), torch.sigmoid(forklift[:, :1]))
        picture = over(picture, self.dark, self.shade(place[:, :2]))
        return over(picture, self.front, torch.sigmoid(self.cover)).reshape(-1, 3, HEIGHT, WIDTH)

    def of_person(self, person):
        """What each pixel is covered by a disc that is learned: (batch, 1, pixels)."""
        radius = torch.sqrt(((self.pixels - person[:, None]) ** 2).sum(-1, keepdim=True) + 1e-6) / 0.25
        near = radius.clamp(max=4)
        return torch.sigmoid(8 * (1 - radius) + self.round(torch.cat([near, near**2, near**3 / 4], -1)))[..., 0][:, None]

    def of_forklift(self, place):
        """Logits of cover and colour in the forklift's own frame: (batch, pixels, 4)."""
        own = turned(self.pixels - place[:, None, :2], -place[:, None, 2:]) / 0.35
        own = own.clamp(-4, 4)
        apart = own.abs()
        beyond = torch.sqrt(((apart - torch.tensor([0.25 / 0.35, 0.0])).clamp(min=0) ** 2).sum(-1, keepdim=True) + 1e-6)
        raw = self.forklift(torch.cat([own, apart, apart**2, beyond], -1))
        return torch.cat([8 * (1 - beyond) + raw[..., :1], raw[..., 1:]], -1)


def over(picture, colour, part):
    return picture + part * (colour - picture)
