"""A small convolutional eye: from a picture to where things are in it."""

import torch
from torch import nn


def grid(height, width, pixel_m):
    """Where the middles of pixels are: (height × width, 2), m, x to the right, y up."""
    y, x = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing="ij")
    return torch.stack([x - width / 2, height / 2 - y], -1).reshape(-1, 2) * pixel_m


class Eye(nn.Module):
    """Picture (batch, 3, height, width), 0 … 1 → where each thing is from its middle (batch, things, 2), m, and a logit that it
    is in sight (batch, things)."""

    CHANNELS = 16

    def __init__(self, things, height, width, pixel_m):
        super().__init__()
        c = self.CHANNELS
        self.pixel_m = pixel_m
        self.layers = nn.Sequential(
            nn.Conv2d(3, 12, 3, padding=1), nn.SiLU(),
            nn.Conv2d(12, c, 3, stride=2, padding=1), nn.SiLU(),
            nn.Conv2d(c, c, 3, padding=1), nn.SiLU(),
        )  # fmt: skip
        self.heat = nn.Conv2d(c, things, 1)
        self.read = nn.Sequential(nn.Linear(c + 1, 32), nn.SiLU(), nn.Linear(32, 3))
        self.register_buffer("cells", grid(height // 2, width // 2, 2 * pixel_m))

    def forward(self, picture):
        seen = self.layers(picture - 0.5)
        heat = self.heat(seen).flatten(2)
        attention = torch.softmax(heat, -1)  # where one thing is
        strength = torch.logsumexp(heat, -1, keepdim=True) - 6
        read = self.read(torch.cat([attention @ seen.flatten(2).transpose(1, 2), strength], -1))
        return attention @ self.cells + self.pixel_m * read[..., :2], read[..., 2]
