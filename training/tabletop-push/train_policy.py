"""Trains and examines the policy `from-pictures`: python training/tabletop-push/train_policy.py

Imitation with DAgger (Ross, Gordon & Bagnell 2011): the teacher is the manifest's `careful`, which is told where the pucks
are; the student sees one picture and where the pusher is. A few minutes of one core.
"""

import json
import platform
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

sys.path.append(str(Path(__file__).resolve().parents[1] / "common"))  # what the scenarios' trainings share

import policies
from camera import Camera
from episodes import draw_pool
from export_onnx import export_onnx
from model_card import write_card
from physics import Physics
from rollout import outcomes, roll
from scenario import AT, FOLDER, LIMITS, MANIFEST, PERIOD_SEC, sobol_starts, uniform_starts

IMAGE, TEACHER = "coarse", "careful"
POOL, POOL_SEED = 500, 21
ROUNDS, EPISODES = 3, 150
FIRST_UPDATES, UPDATES, BATCH, RATE, SEED = 2500, 1200, 64, 2e-3, 16
EXAM_STARTS, EXAM_SEED = 256, 31
PARITY = 1e-4  # a softmax over two thousand places in float32
CAMERA = Camera(MANIFEST["images"][IMAGE], AT)
HEIGHT, WIDTH = MANIFEST["images"][IMAGE]["size"]
PUSHER = AT["pusher_position"]


class Policy(nn.Module):
    """Where things are by the spatial softmax of Levine et al. 2016, and whether they are in sight; then a small network."""

    def __init__(self, points=16, hidden=96):
        super().__init__()
        self.look = nn.Sequential(
            nn.Conv2d(3, 16, 5, stride=2, padding=2),
            nn.ReLU(),
            nn.Conv2d(16, 24, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(24, points, 3, padding=1),
        )
        self.act = nn.Sequential(
            nn.Linear(3 * points + 2, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 2), nn.Tanh()
        )
        y, x = torch.meshgrid(torch.linspace(-0.5, 0.5, HEIGHT // 2), torch.linspace(-1, 1, WIDTH // 2), indexing="ij")
        self.register_buffer("places", torch.stack([x.flatten(), y.flatten()], 1))

    def forward(self, picture, pusher):
        """(n, 3, height, width) in 0 … 1, (n, 2) in m → (n, 2), ±1 is the fastest"""
        heat = self.look(picture).flatten(2)
        points = heat.softmax(2) @ self.places
        return self.act(torch.cat([points.flatten(1), heat.amax(2).tanh(), 2 * pusher], 1))


def seen(rows):
    picture = torch.from_numpy(CAMERA.draw(rows)).permute(0, 3, 1, 2).float() / 255
    return picture, torch.tensor(rows[:, PUSHER], dtype=torch.float32)


def student(network):
    def act(observation, *_):
        with torch.no_grad():
            return network(*seen(observation)).numpy() * LIMITS[1]

    return act


def fit(network, rows, answers, updates, rng):
    optimiser = torch.optim.Adam(network.parameters(), RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, updates)
    for update in range(updates):
        chosen = rng.integers(0, len(rows), BATCH)
        wanted = torch.tensor(answers[chosen] / LIMITS[1], dtype=torch.float32)
        loss = nn.functional.smooth_l1_loss(network(*seen(rows[chosen])), wanted, beta=0.1)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if update % 250 == 0:
            print(f"{update}/{updates}: loss {float(loss.detach()):.4g}", flush=True)


def main():
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    teacher = policies.build(TEACHER)
    label = lambda rows: np.clip(teacher(rows, 0, rng), *LIMITS)
    pool = draw_pool(POOL, POOL_SEED)
    step, lane = pool.lived()
    rows = pool.observed[step, lane]
    answers = label(rows)
    network, began = Policy(), time.monotonic()
    fit(network, rows, answers, FIRST_UPDATES, rng)
    for round_ in range(1, ROUNDS):
        observed, _, length = roll(Physics(), student(network), *uniform_starts(EPISODES, (SEED, round_)), SEED)
        step, lane = np.nonzero(np.arange(len(observed))[:, None] < length)
        more = observed[step, lane]
        rows, answers = np.concatenate([rows, more]), np.concatenate([answers, label(more)])
        fit(network, rows, answers, UPDATES, rng)
    ship(network.eval(), rows, round(time.monotonic() - began, 1), teacher)


def ship(network, rows, seconds, teacher):
    folder = FOLDER / "policies"
    folder.mkdir(exist_ok=True)
    model = folder / "from-pictures.onnx"
    tests = seen(rows[:: len(rows) // 16])
    export_onnx(network, model, dict(zip(["picture", "pusher"], (t[:3] for t in tests))), ["velocity"], PARITY, list(tests))
    starts = sobol_starts(EXAM_STARTS, EXAM_SEED)
    ends = {name: outcomes(Physics(), act, starts, SEED) for name, act in (("student", student(network)), ("teacher", teacher))}
    metrics = {
        "samples": len(rows),
        "success": round(float(ends["student"].mean()), 3),
        "teacherSuccess": round(float(ends["teacher"].mean()), 3),
        "endsAlike": round(float((ends["student"] == ends["teacher"]).mean()), 3),
    }
    card = {
        "schema": "simgate/policy-card@1",
        "name": "from-pictures",
        "title": "A policy that sees one picture, and feels where the pusher is",
        "controlPeriodSec": PERIOD_SEC,
        "inputs": [{"tensor": "pusher", "features": [{"channel": "pusher_position"}]}],
        "pictures": [{"tensor": "picture", "channel": IMAGE, "range": [0, 1]}],
        "outputs": [{"tensor": "velocity", "actions": ["velocity"], "std": [LIMITS[1]] * 2}],
        "training": {
            "data": f"imitation (DAgger, {ROUNDS} rounds) of the manifest's {TEACHER} on {POOL} MuJoCo episodes (seed {POOL_SEED}) and its own",
            "seed": SEED,
            "script": "training/tabletop-push/train_policy.py",
            "metrics": metrics,
        },
        "limits": [
            "has no memory: a puck behind the screen is nowhere for it",
            "knows pictures of 32 × 64 pixels in one light and one set of colours",
        ],
    }
    write_card(folder / "from-pictures.policy.yaml", card, model)
    versions = {"python": platform.python_version(), "torch": torch.__version__}
    text = json.dumps(metrics | {"seconds": seconds, "versions": versions}, indent=2)
    Path(__file__).with_name("metrics-policy.json").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
