"""The network of the world `diffusion`, written as it is exported: a small U-Net in the preconditioning of Karras et al. 2022."""

import torch
from torch import nn
from torch.nn.functional import conv2d, interpolate, pixel_shuffle, pixel_unshuffle, silu

from scenario import ACTIONS, MANIFEST, PARAMETERS

IMAGE = "coarse"
HEIGHT, WIDTH = MANIFEST["images"][IMAGE]["size"]
CONTEXT = (32, 16, 8, 4, 2, 1)  # control steps back: 1 is the present picture
MEMORY = max(CONTEXT)  # actions it is told, the coming one among them
SIGMA_DATA = 0.5
FINE, MIDDLE, COARSE, TOLD = 24, 48, 64, 96  # channels at half, a quarter and an eighth of the resolution; of what is told
PATCH = 2


def scales(sigma):
    """c_skip, c_out, c_in, c_noise of Karras et al. 2022, table 1."""
    square = sigma**2 + SIGMA_DATA**2
    return SIGMA_DATA**2 / square, sigma * SIGMA_DATA / square**0.5, 1 / square**0.5, torch.log(sigma) / 4


class Told(nn.Linear):
    """A linear layer as a convolution: onnxruntime convolves every row apart, so that its bits do not depend on the others."""

    def forward(self, x):
        return conv2d(x[..., None, None], self.weight[..., None, None], self.bias)[..., 0, 0]


class Block(nn.Module):
    """A residual block whose second half is shifted and scaled by what is told."""

    def __init__(self, channels):
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        self.told = Told(TOLD, 2 * channels)
        nn.init.zeros_(self.second.weight)

    def forward(self, x, told):
        scale, shift = self.told(told)[..., None, None].chunk(2, 1)
        return x + self.second(silu(self.first(silu(x)) * (1 + scale) + shift))


class Denoiser(nn.Module):
    """What a picture looked like before noise was added, given the pictures and actions before it.

    noisy (batch, 3, height, width): c_in × (picture + noise), pictures in −1 … 1; level (batch,): ln(sigma) / 4; frames
    (batch, 3 × context, height, width), oldest first; actions (batch, memory, 2), m/s, the coming one last; parameters
    (batch, 2) → F of D = c_skip × noisy picture + c_out × F.
    """

    def __init__(self):
        super().__init__()
        square = PATCH**2
        told = 2 + MEMORY * ACTIONS + len(PARAMETERS)
        self.tell = nn.Sequential(Told(told, TOLD), nn.SiLU(), Told(TOLD, TOLD), nn.SiLU())
        self.stem = nn.Conv2d(3 * square * (1 + len(CONTEXT)), FINE, 3, padding=1)
        self.place = nn.Parameter(torch.zeros(1, FINE, HEIGHT // PATCH, WIDTH // PATCH))  # what is where in every picture
        self.fine = Block(FINE)
        self.down = nn.Conv2d(FINE, MIDDLE, 3, stride=2, padding=1)
        self.middle = nn.ModuleList([Block(MIDDLE), Block(MIDDLE)])
        self.further = nn.Conv2d(MIDDLE, COARSE, 3, stride=2, padding=1)
        self.coarse = Block(COARSE)
        self.up = nn.Conv2d(COARSE + MIDDLE, MIDDLE, 3, padding=1)
        self.out = nn.ModuleList([nn.Conv2d(MIDDLE + FINE, FINE, 3, padding=1), Block(FINE)])
        self.paint = nn.Conv2d(FINE, 4 * square, 3, padding=1)  # colours, and how much of the first guess is the present
        nn.init.zeros_(self.paint.weight)
        self.empty = nn.Parameter(torch.zeros(1, 3, HEIGHT, WIDTH))  # the scene without anything that moves

    def forward(self, noisy, level, frames, actions, parameters, anchored=True):
        level = level[:, None]
        told = self.tell(torch.cat([2 * level, torch.tanh(4 * level), 4 * actions.flatten(1), 2 * parameters], 1))
        fine = self.stem(pixel_unshuffle(torch.cat([noisy, frames], 1), PATCH)) + self.place
        fine = self.fine(fine, told)
        middle = self.down(silu(fine))
        for block in self.middle:
            middle = block(middle, told)
        coarse = self.coarse(self.further(silu(middle)), told)
        middle = self.up(silu(torch.cat([interpolate(coarse, scale_factor=2.0), middle], 1)))
        join, last = self.out
        fine = last(join(silu(torch.cat([interpolate(middle, scale_factor=2.0), fine], 1))), told)
        painted, kept = pixel_shuffle(self.paint(silu(fine)), PATCH).split([3, 1], 1)
        # The more noise, the more the first guess counts: D = c_skip × noisy + (1 − c_skip) × guess + c_out × painted. Where
        # nothing moves it is the empty scene, which does not drift, however long the model sees nothing but its own pictures.
        sigma = torch.exp(4 * level)[..., None, None]
        share = sigma / (SIGMA_DATA * torch.sqrt(sigma * sigma + SIGMA_DATA**2))
        present = frames[:, -3:]
        guess = self.empty + torch.sigmoid(kept) * (present - self.empty) if anchored else present
        return painted + share * guess
