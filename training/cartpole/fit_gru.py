"""Recurrent model: sees no parameters and has to infer the plant from what it was shown, then dream on by itself."""

import torch

from networks import Recurrent
from normalisation import Scale, motion_features

HIDDEN, BATCH, LEARNING_RATE = 48, 256, 2e-3
SHOWN, DREAMT = (0, 5, 15), 25  # steps


def tensor_features(observation, force):
    angle = observation[:, 1:2]
    return torch.cat([torch.sin(angle), torch.cos(angle), observation[:, 2:], force[:, None]], 1)


def fit_gru(episodes, updates, seed):
    """Windows of an episode: the first steps are fed true observations (none at all in a third), the rest its own."""
    torch.manual_seed(seed)
    observation, force, _, following = episodes.transitions()
    inputs, outputs = Scale.of(motion_features(observation, force)), Scale.of(following - observation)
    in_mean, in_std, out_mean, out_std = (
        torch.tensor(v, dtype=torch.float32) for v in (inputs.mean, inputs.std, outputs.mean, outputs.std)
    )
    network = Recurrent(len(in_mean), HIDDEN, len(out_mean))
    optimiser = torch.optim.Adam(network.parameters(), LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, LEARNING_RATE, total_steps=updates, pct_start=0.1, final_div_factor=1e3
    )
    for update in range(updates):
        shown = SHOWN[update % len(SHOWN)]
        steps = shown + DREAMT
        window = episodes.windows(BATCH, steps, (seed, update))
        truth, forces, _ = (torch.tensor(v, dtype=torch.float32) for v in window)
        state, hidden, loss = truth[0], torch.zeros(BATCH, HIDDEN), 0
        for step in range(steps):
            if step <= shown:
                state = truth[step]
            features = (tensor_features(state, forces[step]) - in_mean) / in_std
            change, hidden = network(features, hidden)
            state = state + change * out_std + out_mean
            loss = loss + torch.nn.functional.smooth_l1_loss(state / out_std, truth[step + 1] / out_std) / steps
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1)
        optimiser.step()
        schedule.step()
    return network, inputs, outputs, len(observation)
