"""What turns places into a picture, a painter of three things; the eye that does the opposite is `../common/eye.py`."""

import torch
from torch import nn

from eye import grid
from scenario import MANIFEST, PUCKS

IMAGE = "coarse"
HEIGHT, WIDTH = MANIFEST["images"][IMAGE]["size"]
PIXEL_M = MANIFEST["images"][IMAGE]["view"]["width"] / WIDTH
THINGS = (*PUCKS, "pusher")  # in the order in which they are painted


class Painter(nn.Module):
    """Paints the pucks that are in sight and the pusher on a learned ground, and a learned front over all of it.

    places (batch, 3, 2), m, and shown (batch, 3), 0 … 1 → picture (batch, 3, height, width), 0 … 1.
    """

    def __init__(self):
        super().__init__()
        self.ground = nn.Parameter(torch.full((3, HEIGHT * WIDTH), 0.5))
        self.front = nn.Parameter(torch.full((3, HEIGHT * WIDTH), 0.5))
        self.cover = nn.Parameter(torch.full((1, HEIGHT * WIDTH), -3.0))
        self.colour = nn.Parameter(torch.full((len(THINGS), 3, 1), 0.5))
        self.inner = nn.Parameter(0.5 * torch.randn(len(THINGS), 5, 8))
        self.bias = nn.Parameter(torch.zeros(len(THINGS), 1, 8))
        self.outer = nn.Parameter(0.5 * torch.randn(len(THINGS), 8, 1))
        self.size = nn.Parameter(torch.zeros(len(THINGS), 1, 1))
        self.register_buffer("pixels", grid(HEIGHT, WIDTH, PIXEL_M))

    def forward(self, places, shown):
        from_middle = (self.pixels - places[:, :, None, :]) / 0.04
        square = from_middle * from_middle
        radius = torch.sqrt(square.sum(-1, keepdim=True) + 1e-6)
        shape = torch.cat([radius, from_middle.abs(), square.clamp(max=16)], -1)  # (batch, things, pixels, 5)
        shape = torch.matmul(torch.nn.functional.silu(torch.matmul(shape, self.inner) + self.bias), self.outer)
        cover = torch.sigmoid(self.size + 4 * (1 - radius) + shape)[..., 0] * shown[..., None]
        picture = self.ground
        for thing in range(len(THINGS)):
            part = cover[:, thing : thing + 1]
            picture = picture + part * (self.colour[thing] - picture)
        picture = picture + torch.sigmoid(self.cover) * (self.front - picture)
        return picture.reshape(-1, 3, HEIGHT, WIDTH)
