"""A tiny action-conditioned video model as a pipeline in diffusers' manner: a denoiser, a scheduler, and a call.

`FramePipeline(denoiser, scheduler)(frames, actions, generator=…)` gives the next frame of each sequence. Any scheduler with
`set_timesteps`, `timesteps`, `scale_model_input` and `step(…).prev_sample` will do, and any denoiser whose answer has `.sample`.
"""

from types import SimpleNamespace

import torch
from torch import nn

try:
    from diffusers import DDIMScheduler
except ImportError:
    from diffusers_scheduler import DDIMScheduler

CONTEXT = 2  # frames it sees


class Denoiser(nn.Module):
    """Predicts the next frame (prediction_type "sample") from a noisy one, the last frames, the action and the noise level."""

    def __init__(self, action_size, width=24):
        super().__init__()
        self.inside = nn.Sequential(
            nn.Conv2d(3 + 3 * CONTEXT + action_size + 1, width, 3, padding=1), nn.SiLU(),
            nn.Conv2d(width, width, 3, padding=1), nn.SiLU(),
            nn.Conv2d(width, width, 3, padding=2, dilation=2), nn.SiLU(),
        )
        self.last = nn.Conv2d(width, 3, 3, padding=1)
        # Before it has learned anything it says: as the last frame.
        nn.init.normal_(self.last.weight, std=1e-3)
        nn.init.zeros_(self.last.bias)

    def forward(self, sample, timestep, frames, actions):
        plane = sample[:, :1] * 0
        level = plane + (timestep.float() / 1000).view(-1, 1, 1, 1)
        told = torch.cat([plane + value.view(-1, 1, 1, 1) for value in actions.unbind(1)], 1)
        seen = frames.flatten(1, 2)
        change = self.last(self.inside(torch.cat([sample, seen, told, level], 1)))
        return SimpleNamespace(sample=frames[:, -1] + change)


def make_scheduler():
    return DDIMScheduler(num_train_timesteps=1000, prediction_type="sample", timestep_spacing="trailing")


class FramePipeline:
    def __init__(self, denoiser, scheduler):
        self.denoiser, self.scheduler = denoiser, scheduler

    @torch.no_grad()
    def __call__(self, frames, actions, generator, num_inference_steps=4):
        """frames [n, CONTEXT, 3, h, w] in −1 … 1, actions [n, k], a torch.Generator each. Returns the next frames [n, 3, h, w]."""
        shape = frames.shape[2:]
        sample = torch.stack([torch.randn(shape, generator=one) for one in generator])
        self.scheduler.set_timesteps(num_inference_steps)
        sample = sample * self.scheduler.init_noise_sigma
        for t in self.scheduler.timesteps:
            scaled = self.scheduler.scale_model_input(sample, t)
            output = self.denoiser(scaled, t.expand(len(frames)), frames, actions).sample
            sample = self.scheduler.step(output, t, sample).prev_sample
        return sample.clamp(-1, 1)
