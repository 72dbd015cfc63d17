"""Recurrent model: knows where both pucks are in its training data, hidden or not, and learns to carry them on."""

import numpy as np
import torch
from torch.nn.functional import smooth_l1_loss

from fit_ensemble import SCALE, SWAPPED
from networks import MOTION, Recurrent

HIDDEN, BATCH, LEARNING_RATE = 48, 256, 2e-3
DREAMT = (4, 8, 16)  # steps of free running, as training goes on
EVENT_SHARE = 0.6  # of the windows begin with a puck in motion


def fit_gru(pool, sight, updates, seed):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    true = torch.tensor(pool.true[..., MOTION], dtype=torch.float32)
    actions = torch.tensor(pool.actions, dtype=torch.float32)
    parameters = torch.tensor(pool.parameters, dtype=torch.float32)
    speed = np.abs(pool.true[..., MOTION][..., [6, 7, 10, 11]]).max(-1)
    moving = np.argwhere((speed[:-1] > 0.02) & (np.arange(len(pool.actions))[:, None] < pool.length - DREAMT[-1]))

    network = Recurrent(HIDDEN, sight)
    optimiser = torch.optim.Adam([p for p in network.parameters() if p.requires_grad], LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, LEARNING_RATE, total_steps=updates, pct_start=0.1, final_div_factor=1e3
    )
    for update in range(updates):
        steps = DREAMT[min(len(DREAMT) - 1, len(DREAMT) * update // updates)]
        first, lane = windows(pool, moving, rng, steps)
        motion, h, loss = true[first, lane], torch.zeros(BATCH, HIDDEN), 0
        order = SWAPPED if update % 2 == 1 else slice(None)  # like objects: red and blue may change places
        motion = motion[:, order]
        for step in range(steps):
            motion, h = network.advance(motion, actions[first + step, lane], parameters[lane], h)
            target = true[first + step + 1, lane][:, order]
            loss = loss + smooth_l1_loss(motion / SCALE, target / SCALE) / steps
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1)
        optimiser.step()
        schedule.step()
    return network, int(pool.length.sum())


def windows(pool, moving, rng, steps):
    first, lane = pool.windows(rng, BATCH, steps)
    events = int(EVENT_SHARE * BATCH)
    rows = moving[rng.integers(0, len(moving), events)]
    first[:events], lane[:events] = rows[:, 0], rows[:, 1]
    return torch.from_numpy(first), torch.from_numpy(lane)
