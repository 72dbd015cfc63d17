"""Memoryless model: the next observation from this one, learned by five members from resampled data."""

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, smooth_l1_loss

from networks import MOTION, POSITION_STEP_M, VELOCITY_STEP, VISIBLE, Ensemble

MEMBERS, HIDDEN, BATCH, LEARNING_RATE = 5, 96, 768, 2e-3
SCALE = torch.tensor(([POSITION_STEP_M] * 2 + [VELOCITY_STEP] * 2) * 3)
BACK_SCALE = torch.tensor([0.02, 0.02, 0.2, 0.2])
SWAPPED = [0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7]


def fit_ensemble(pool, sight, updates, seed):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    step, lane = pool.lived()
    before, after = pool.observed[step, lane], pool.observed[step + 1, lane]
    moves = np.abs((after - before)[:, MOTION][:, 4:]).max(1) > 1e-3
    changes_sight = (after != before)[:, VISIBLE].any(1)
    tensors = [before[:, MOTION], before[:, VISIBLE], pool.actions[step, lane], pool.parameters[lane]]
    tensors += [after[:, MOTION], after[:, VISIBLE]]
    tensors = [torch.tensor(v, dtype=torch.float32) for v in tensors]
    # A batch: what happens anyway, what moves, and where something comes or goes.
    groups = [np.arange(len(step)), np.flatnonzero(moves), np.flatnonzero(changes_sight)]
    shares = [BATCH // 3, BATCH // 2, BATCH - BATCH // 3 - BATCH // 2]
    drawn = [rng.choice(g, (MEMBERS, len(g))) for g in groups]

    network = Ensemble(MEMBERS, HIDDEN, sight)
    optimiser = torch.optim.Adam([p for p in network.parameters() if p.requires_grad], LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, LEARNING_RATE, total_steps=updates, pct_start=0.1, final_div_factor=1e3
    )
    for update in range(updates):
        rows = np.concatenate([d[:, rng.integers(0, d.shape[1], n)] for d, n in zip(drawn, shares)], 1)
        motion, visible, action, parameters, following, seen = (t[torch.from_numpy(rows)] for t in tensors)
        if update % 2 == 1:  # like objects: red and blue may change places
            motion, following = motion[..., SWAPPED], following[..., SWAPPED]
            visible, seen = visible.flip(-1), seen.flip(-1)
        change, appears, where = network.heads(motion, visible, action, parameters)
        loss = step_loss(motion, visible, following, seen, change, appears, where)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return network, len(step)


def step_loss(motion, visible, following, seen, change, appears, where):
    stays = (visible * seen).repeat_interleave(4, -1)  # a puck's motion is known if it was and is seen
    weight = torch.cat([torch.ones_like(stays[..., :4]), stays], -1)
    moved = (smooth_l1_loss(change / SCALE, (following - motion) / SCALE, reduction="none") * weight).mean()
    hidden = 1 - visible
    told = binary_cross_entropy_with_logits(appears, seen, reduction="none") * hidden
    target = following[..., 4:].unflatten(-1, (2, 4)) - following[..., None, :4]
    back = smooth_l1_loss(where / BACK_SCALE, target / BACK_SCALE, reduction="none").mean(-1) * hidden * seen
    return 5 * moved + told.mean() + 0.3 * back.mean()
