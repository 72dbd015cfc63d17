"""The denoiser, learned from drawn pictures of the pool: what comes next, from noise of every strength."""

import numpy as np
import torch
from torch.nn.functional import avg_pool2d, interpolate, max_pool2d

from camera import Camera
from denoiser import CONTEXT, IMAGE, MEMORY, PATCH, Denoiser, scales
from scenario import AT, MANIFEST, PUCKS

CAMERA = Camera(MANIFEST["images"][IMAGE], AT)
BATCH, RATE = 32, 2e-3
SIGMA_MEAN, SIGMA_STD, SIGMA_RANGE = -0.8, 1.2, (0.01, 5.0)  # of ln(sigma), and where it is cut off
CONTEXT_NOISE = 0.1  # standard deviation of the noise on the context, at most
# In the second half of the training what it sees is worn as its own pictures are: noisier, blurred, pale, in wrong light.
WORN_NOISE, WORN_SHARE, PALEST, LIGHT = 0.2, 0.6, 0.5, 0.15
MOVING_WEIGHT = 12  # of pixels that change, and their neighbours: there are hundreds of others for each
EVENT_SHARE = 0.5  # of the samples have a puck in motion


def pictures(rows):
    """Observation rows (n, …) → (n, 3, height, width), −1 … 1."""
    return torch.from_numpy(CAMERA.draw(rows)).permute(0, 3, 1, 2).float() / 127.5 - 1


def batch_at(pool, step, lane):
    """Frames before and at `step` (b, 3 × context, h, w), the picture after it, the actions up to it, parameters."""
    back = np.stack([np.maximum(0, step + 1 - c) for c in CONTEXT] + [step + 1], 1)
    drawn = pictures(pool.observed[back, lane[:, None]].reshape(-1, pool.observed.shape[-1]))
    drawn = drawn.reshape(len(step), len(CONTEXT) + 1, *drawn.shape[1:])
    done = step[:, None] + np.arange(1 - MEMORY, 1)
    actions = np.where((done >= 0)[..., None], pool.actions[np.maximum(0, done), lane[:, None]], 0)
    told = [torch.tensor(told, dtype=torch.float32) for told in (actions, pool.parameters[lane])]
    return drawn[:, :-1].flatten(1, 2), drawn[:, -1], *told


def fit_diffusion(pool, parts, updates, worn_updates, seed):
    """First with contexts as they are drawn, and the present picture as first guess; then anchored, with worn contexts."""
    torch.manual_seed(seed)
    network = Denoiser()
    seconds = parts.fit("diffusion", network, loss_on(network, pool, seed, worn=False), updates, RATE)
    if not (parts.folder / "worn.pt").exists():
        network.empty.data = pictures(pool.observed[0]).median(0, keepdim=True).values
        network.paint.bias.data[3 * PATCH**2 :] = 1.0
    return network, seconds + parts.fit("worn", network, loss_on(network, pool, seed + 1, worn=True), worn_updates, RATE / 2)


def loss_on(network, pool, seed, worn):
    steps, lanes = pool.lived()
    speed = np.abs(np.concatenate([pool.true[..., AT[f"{puck}_velocity"]] for puck in PUCKS], -1)).max(-1)
    moving = np.flatnonzero(speed[steps + 1, lanes] > 0.02)

    def loss(update):
        rng = np.random.default_rng([seed, update])
        noise = torch.Generator().manual_seed(seed + 1000 * update)
        chosen = rng.integers(0, len(steps), BATCH)
        events = int(EVENT_SHARE * BATCH)
        chosen[:events] = moving[rng.integers(0, len(moving), events)]
        frames, target, actions, parameters = batch_at(pool, steps[chosen], lanes[chosen])
        changed = ((target - frames[:, -3:]).abs().amax(1, keepdim=True) > 0.02).float()
        if worn:
            lively = ((target - network.empty.detach()).abs().amax(1, keepdim=True) > 0.05).float()
            weight = 1 + MOVING_WEIGHT * max_pool2d(torch.maximum(changed, lively), 3, stride=1, padding=1)
            frames = wear(frames, network.empty.detach(), noise)
        else:
            weight = 1 + MOVING_WEIGHT * max_pool2d(changed, 3, stride=1, padding=1)
        dirt = (WORN_NOISE if worn else CONTEXT_NOISE) * torch.rand(BATCH, 1, 1, 1, generator=noise)
        frames = frames + dirt * torch.randn(frames.shape, generator=noise)
        sigma = torch.exp(SIGMA_MEAN + SIGMA_STD * torch.randn(BATCH, generator=noise)).clamp(*SIGMA_RANGE)
        skip, out, into, level = (s[:, None, None, None] for s in scales(sigma))
        noisy = target + sigma[:, None, None, None] * torch.randn(target.shape, generator=noise)
        painted = network(into * noisy, level.flatten(), frames, actions, parameters, worn)
        return (weight * (painted - (target - skip * noisy) / out) ** 2).mean()

    return loss


def wear(frames, empty, noise):
    """Most of the contexts, each in its own way, one as all of its pictures."""
    rand = lambda *shape: torch.rand(*shape, generator=noise)
    count, channels = frames.shape[:2]
    some = (rand(count, 1, 1, 1) < WORN_SHARE).float()
    blurred = avg_pool2d(frames, 3, stride=1, padding=1, count_include_pad=False)
    blurred = frames + rand(count, 1, 1, 1) * (blurred - frames)
    scene = empty.repeat(1, channels // 3, 1, 1)
    pale = scene + (1 - (1 - PALEST) * rand(count, 1, 1, 1)) * (blurred - scene)
    light = interpolate(rand(count, 3, 2, 4) - 0.5, size=frames.shape[2:], mode="bilinear").repeat(1, channels // 3, 1, 1)
    return frames + some * (pale + 2 * LIGHT * rand(count, 1, 1, 1) * light - frames)
