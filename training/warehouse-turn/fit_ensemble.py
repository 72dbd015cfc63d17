"""Memoryless model: the next observation from this one, learned by five members from resampled data."""

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, smooth_l1_loss

from networks import FORKLIFT, MOTION, VISIBLE, Ensemble
from scenario import AT

MEMBERS, HIDDEN, BATCH, LEARNING_RATE = 5, 64, 768, 3e-3
SCALE = torch.tensor([0.01, 0.01, 0.01, 0.1, 0.1, 0.1])
PERSON_SCALE = torch.tensor([0.01, 0.01, 0.01, 0.01])
WHERE_SCALE = torch.tensor([0.3, 0.3, 0.3, 0.3])


def fit_ensemble(pool, hall, updates, seed):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    step, lane = pool.lived()
    before, after = pool.observed[step, lane], pool.observed[step + 1, lane]
    appears = (before[:, VISIBLE] < 0.5) & (after[:, VISIBLE] > 0.5)
    hard = np.abs(pool.actions[step, lane] - before[:, [AT["speed"].start, AT["turn_rate"].start]]).max(1) > 0.2
    tensors = [before[:, MOTION], before[:, VISIBLE : VISIBLE + 1], pool.actions[step, lane], pool.parameters[lane]]
    tensors += [after[:, MOTION], after[:, VISIBLE : VISIBLE + 1]]
    tensors = [torch.tensor(v, dtype=torch.float32) for v in tensors]
    # A batch: what happens anyway, where the wheels work hard, and where somebody comes into sight.
    groups = [np.arange(len(step)), np.flatnonzero(hard), np.flatnonzero(appears)]
    shares = [BATCH // 2, BATCH // 3, BATCH - BATCH // 2 - BATCH // 3]
    drawn = [rng.choice(g, (MEMBERS, len(g))) for g in groups]
    # Drawn this much more often than it happens; undone in the loss, so that the chance of appearing stays honest.
    rarity = (appears.mean() + 1e-9) / (shares[2] / BATCH + appears.mean())

    network = Ensemble(MEMBERS, HIDDEN, hall)
    optimiser = torch.optim.Adam([p for p in network.parameters() if p.requires_grad], LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, LEARNING_RATE, total_steps=updates, pct_start=0.1, final_div_factor=1e3
    )
    for _ in range(updates):
        rows = np.concatenate([d[:, rng.integers(0, d.shape[1], n)] for d, n in zip(drawn, shares)], 1)
        batch = [t[torch.from_numpy(rows)] for t in tensors]
        loss = step_loss(network, *batch, float(rarity))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return network, len(step)


def step_loss(network, motion, visible, action, parameters, following, seen, rarity):
    forklift, walked, appears, where = network.heads(motion, visible, action, parameters)
    loss = 3 * smooth_l1_loss(forklift / SCALE, following[..., :FORKLIFT] / SCALE)
    person, person_next = motion[..., FORKLIFT:], following[..., FORKLIFT:]
    both = visible * seen
    loss = loss + (smooth_l1_loss((person + walked) / PERSON_SCALE, person_next / PERSON_SCALE, reduction="none") * both).mean()
    hidden, comes = 1 - visible, (1 - visible) * seen
    told = binary_cross_entropy_with_logits(appears, seen, reduction="none") * hidden
    loss = loss + (told * torch.where(comes > 0, rarity, 1.0)).mean()
    return loss + 0.3 * (smooth_l1_loss(where / WHERE_SCALE, person_next / WHERE_SCALE, reduction="none") * comes).mean()
