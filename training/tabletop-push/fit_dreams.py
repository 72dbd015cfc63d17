"""The three latent worlds, learned from where things are in the pool; what they see is disturbed as the eye errs."""

import numpy as np
import torch
from torch.nn.functional import smooth_l1_loss

from dreams import Dream, Glance, glance_places
from fit_ensemble import SCALE, SWAPPED, step_loss
from networks import MOTION, VISIBLE

EYE_ERROR_M = 5e-4  # standard deviation
BATCH, RATE = 256, 3e-3
SEEN_STEPS = 4  # of a window are seen, and what they say is taken over; then it dreams
DREAMT = (4, 8, 16, 20)  # steps, as training goes on
GLANCE_BATCH = 1024
SWAPPED_PUCKS = [1, 0]


def disturbed(places, rng):
    """Pucks (…, 2, 2) of `places` (…, 12) as the eye tells them."""
    pucks = places[..., 4:].unflatten(-1, (2, 4))[..., :2]
    return pucks + EYE_ERROR_M * torch.tensor(rng.standard_normal(pucks.shape), dtype=torch.float32)


def fit_dream(pool, sight, parts, name, updates, seed, acts=True):
    torch.manual_seed(seed)
    dream = Dream(sight, acts)
    true, visible, actions, parameters = tensors(pool)
    longest = SEEN_STEPS + DREAMT[-1]
    speed = np.abs(pool.true[..., MOTION][..., [6, 7, 10, 11]]).max(-1)
    alive = np.arange(len(pool.actions))[:, None] < pool.length - longest
    moving, any_ = np.argwhere((speed[:-1] > 0.02) & alive), np.argwhere(alive)

    def loss(update):
        rng = np.random.default_rng([seed, update])
        steps = DREAMT[min(len(DREAMT) - 1, len(DREAMT) * update // updates)]
        drawn = [moving[rng.integers(0, len(moving), 6 * BATCH // 10)], any_[rng.integers(0, len(any_), BATCH // 4)]]
        begin = rng.integers(0, pool.length.size, BATCH - sum(map(len, drawn)))
        drawn.append(np.stack([np.zeros_like(begin), begin], 1)[pool.length[begin] > longest])
        first, lane = np.concatenate(drawn).T
        swap = update % 2 == 1  # like objects: red and blue may change places
        scene, count = parameters[lane], len(lane)
        places, h, before = torch.zeros(count, 12), torch.zeros(count, dream.HIDDEN), torch.zeros(count, 2)
        # Half of the windows are seen for a while before they are dreamt, half for one step, as an episode begins.
        glimpse = torch.tensor(rng.random((count, 1)) < 0.5)
        total = 0
        for step in range(SEEN_STEPS + steps):
            at = swapped(true[first + step, lane], swap)
            if step < SEEN_STEPS:
                seen = visible[first + step, lane][:, SWAPPED_PUCKS if swap else [0, 1]]
                known = dream.correct(places, before, disturbed(at, rng), seen, at[:, :4])
                # What is hidden at the first step is told: an episode begins in sight.
                places = torch.where(seen.repeat_interleave(4, 1).bool(), known[:, 4:], places[:, 4:] if step else at[:, 4:])
                places = torch.cat([known[:, :4], places], 1)
                if step == SEEN_STEPS - 1:
                    fresh = torch.cat([at[:, :4], still(disturbed(at, rng))], 1)
                    standing = at[:, [6, 7, 10, 11]].abs().amax(1, keepdim=True) < 1e-3
                    glimpse = glimpse & standing
                    places, h = torch.where(glimpse, fresh, places), torch.where(glimpse, torch.zeros_like(h), h)
                before = seen
            places, h = dream.advance(places, actions[first + step, lane], scene, h)
            wanted = swapped(true[first + step + 1, lane], swap)
            if step >= SEEN_STEPS - 1:
                total = total + smooth_l1_loss(places / SCALE, wanted / SCALE) / steps
        return total

    seconds = parts.fit(name, dream, loss, updates, RATE)
    return dream.eval().requires_grad_(False), seconds


def still(pucks):
    return torch.cat([pucks, torch.zeros_like(pucks)], -1).flatten(1)


def fit_glance(pool, sight, parts, name, updates, seed):
    """Pairs of steps as they come, none favoured: what a puck does that comes back is as rare as it is."""
    torch.manual_seed(seed)
    glance = Glance(sight)
    true, visible, actions, parameters = tensors(pool)
    step, lane = pool.lived()
    speed = np.abs(pool.true[step, lane][:, MOTION][:, [6, 7, 10, 11]]).max(1)
    kept = np.flatnonzero((step > 0) & (speed > 1e-3) | (np.random.default_rng(seed).random(len(step)) < 0.2) & (step > 0))
    step, lane = step[kept], lane[kept]

    def loss(update):
        rng = np.random.default_rng([seed, update])
        rows = rng.integers(0, len(step), GLANCE_BATCH)
        first, of, swap = step[rows], lane[rows], update % 2 == 1
        before, at = (swapped(true[first + k, of], swap) for k in (-1, 0))
        columns = SWAPPED_PUCKS if swap else [0, 1]
        was, seen, then = (visible[first + k, of][:, columns] for k in (-1, 0, 1))
        places = glance_places(disturbed(before, rng), disturbed(at, rng), seen, was * seen, at[:, :4])
        following = swapped(true[first + 1, of], swap)
        change, appears, back = glance.heads(places, seen, actions[first, of], parameters[of])
        return step_loss(places, seen, following, then, change[0], appears[0], back[0])

    seconds = parts.fit(name, glance, loss, updates, RATE)
    return glance.eval().requires_grad_(False), seconds


def swapped(places, swap):
    return places[:, SWAPPED] if swap else places


def tensors(pool):
    """True motion, sight, actions and parameters, step by step."""
    arrays = pool.true[..., MOTION], pool.true[..., VISIBLE], pool.actions, pool.parameters
    return [torch.tensor(array, dtype=torch.float32) for array in arrays]
