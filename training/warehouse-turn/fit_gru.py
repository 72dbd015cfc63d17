"""Recurrent model: knows where the person is in its training data, hidden or not, and learns to carry them on."""

import numpy as np
import torch
from torch.nn.functional import smooth_l1_loss

from networks import MOTION, Recurrent

HIDDEN, BATCH, LEARNING_RATE = 32, 256, 3e-3
DREAMT = (4, 8, 16)  # steps of free running, as training goes on
SCALE = torch.tensor([0.02, 0.02, 0.02, 0.1, 0.1, 0.1, 0.02, 0.02, 0.02, 0.02])


def fit_gru(pool, hall, updates, seed):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    true = torch.tensor(pool.true[..., MOTION], dtype=torch.float32)
    actions = torch.tensor(pool.actions, dtype=torch.float32)
    parameters = torch.tensor(pool.parameters, dtype=torch.float32)

    network = Recurrent(HIDDEN, hall)
    optimiser = torch.optim.Adam([p for p in network.parameters() if p.requires_grad], LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, LEARNING_RATE, total_steps=updates, pct_start=0.1, final_div_factor=1e3
    )
    for update in range(updates):
        steps = DREAMT[min(len(DREAMT) - 1, len(DREAMT) * update // updates)]
        first, lane = (torch.from_numpy(v) for v in pool.windows(rng, BATCH, steps))
        motion, h, loss = true[first, lane], torch.zeros(BATCH, HIDDEN), 0
        for step in range(steps):
            motion, h = network.advance(motion, actions[first + step, lane], parameters[lane], h)
            loss = loss + smooth_l1_loss(motion / SCALE, true[first + step + 1, lane] / SCALE) / steps
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1)
        optimiser.step()
        schedule.step()
    return network, int(pool.length.sum())
