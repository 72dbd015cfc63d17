"""Trains the pipeline of diffusers_pipeline.py on what a world served by simgate shows: some minutes on one core.

    simgate serve world tabletop-push --world mujoco --port 9001      # in another terminal
    python diffusers_train.py ws://127.0.0.1:9001 weights.pt
"""

import sys

import numpy as np
import torch
from torch.nn.functional import mse_loss
from websockets.sync.client import connect

from diffusers_pipeline import CONTEXT, Denoiser, make_scheduler
from diffusers_server import ACTION, ACTION_SIZE, IMAGE, LIMIT, to_model
from wire import pack, unpack

url, out = sys.argv[1:3]
LANES, STEPS, UPDATES, BATCH = 48, 60, int(sys.argv[3]) if len(sys.argv) > 3 else 1500, 32
random = np.random.default_rng(1)
torch.manual_seed(1)
torch.set_num_threads(1)


def starts():
    for index in range(LANES):
        y = random.uniform(0.03, 0.12)
        yield {
            "index": index,
            "initial": {
                # Every other one begins behind the puck, so that pushing is seen often.
                "pusher_position": [random.uniform(-0.52, -0.46), y if index % 2 else random.uniform(-0.12, 0.12)],
                "red_position": [random.uniform(-0.41, -0.1), y],
                "blue_position": [random.uniform(0, 0.4), random.uniform(-0.1, 0.12)],
            },
            "parameters": {"friction": 0.3, "puck_mass": 0.5},
        }


def collect():
    """[lanes, steps + 1, h, w, 3] and [lanes, steps, 2]: what was seen, and what was done."""
    with connect(url, compression=None, max_size=None) as socket:

        def ask(request):
            socket.send(pack(request))
            answer = socket.recv()
            if isinstance(answer, str):
                sys.exit(answer)
            return unpack(answer)["observation"][IMAGE].copy()

        socket.recv()
        pictures = [ask({"op": "reset", "starts": list(starts()), "seeds": list(range(LANES)), "show": [IMAGE]})]
        actions, action = [], np.zeros((LANES, ACTION_SIZE))
        for step in range(STEPS):
            if step % 5 == 0:  # forwards more often than backwards
                action = random.uniform([-0.2, -0.3], [LIMIT, 0.3], (LANES, ACTION_SIZE))
            pictures.append(ask({"op": "step", "actions": {ACTION: action}, "active": np.ones(LANES, bool)}))
            actions.append(action)
    return np.stack(pictures, 1), np.stack(actions, 1)


pictures, actions = collect()
print(f"{LANES} rollouts of {STEPS} steps")
denoiser, scheduler = Denoiser(ACTION_SIZE), make_scheduler()
optimiser = torch.optim.Adam(denoiser.parameters(), 2e-3)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, UPDATES)
for update in range(UPDATES):
    lane, step = random.integers(LANES, size=BATCH), random.integers(CONTEXT - 1, STEPS, size=BATCH)
    frames = torch.stack([to_model(pictures[lane, step - back]) for back in reversed(range(CONTEXT))], 1)
    told = torch.from_numpy(actions[lane, step].astype(np.float32)) / LIMIT
    following = to_model(pictures[lane, step + 1])
    level = torch.randint(scheduler.config.num_train_timesteps, (BATCH,))
    noisy = scheduler.add_noise(following, torch.randn_like(following), level)
    loss = mse_loss(denoiser(noisy, level, frames, told).sample, following)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    schedule.step()
    if (update + 1) % 250 == 0:
        still = mse_loss(frames[:, -1], following)
        print(f"update {update + 1}: error {loss.item():.5f}; of a still {still.item():.5f}", flush=True)
torch.save(denoiser.state_dict(), out)
