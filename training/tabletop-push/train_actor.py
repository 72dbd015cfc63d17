"""Trains and examines the policy `from-latents`: python training/tabletop-push/train_actor.py

An actor on the state of the bundled world `dreamer`, taught by the manifest's `careful` as the policy that looks is. The
world's encode and step go into the policy: it corrects a state of its own by the pictures that it is shown, wherever it acts.
"""

import json
import platform
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

sys.path.append(str(Path(__file__).resolve().parents[1] / "common"))  # what the scenarios' trainings share

import policies
from actor import CARRIED, NOMINAL, PUSHER, SIZES, WORLD, Actor, Apart, Joined, Told, split
from episodes import draw_pool
from export_onnx import PARITY, export_onnx, off_by
from join_policy import join_policy
from latent_cards import file
from model_card import write_card
from physics import Physics
from pictures import IMAGE
from rollout import outcomes, roll
from scenario import FOLDER, LIMITS, PERIOD_SEC, sobol_starts, uniform_starts
from train_policy import EPISODES, EXAM_SEED, EXAM_STARTS, POOL, POOL_SEED, ROUNDS, TEACHER

UPDATES, BATCH, RATE, SEED = 5000, 256, 2e-3, 17
PARITY_STARTS = 16


def watched(observed, actions):
    """Episodes (steps + 1, lanes, …) → what the world knew of them at each step (steps, lanes, …)."""
    apart = Apart(lambda _, step: actions[step])
    for step in range(len(actions)):
        apart(observed[step], step)
    return np.stack(apart.states)


def fit(actor, states, answers, rng):
    optimiser = torch.optim.Adam(actor.parameters(), RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, UPDATES)
    for update in range(UPDATES):
        chosen = rng.integers(0, len(states), BATCH)
        wanted = torch.tensor(answers[chosen], dtype=torch.float32)
        loss = nn.functional.smooth_l1_loss(actor(*split(states[chosen])) / LIMITS[1], wanted / LIMITS[1], beta=0.1)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if update % 1000 == 0:
            print(f"{update}/{UPDATES}: loss {float(loss.detach()):.4g}", flush=True)


def main():
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    rng, began = np.random.default_rng(SEED), time.monotonic()
    teacher = policies.build(TEACHER)
    label = lambda rows: np.clip(teacher(rows, 0, rng), *LIMITS)
    pool = draw_pool(POOL, POOL_SEED)
    lived = pool.lived()
    states, answers = watched(pool.observed, pool.actions)[lived], label(pool.observed[lived])
    actor = Actor()
    fit(actor, states, answers, rng)
    for round_ in range(1, ROUNDS):
        apart = Apart(actor.act)
        observed, _, length = roll(Physics(), apart, *uniform_starts(EPISODES, (SEED, round_)), SEED)
        lived = np.nonzero(np.arange(len(apart.states))[:, None] < length)
        states = np.concatenate([states, np.stack(apart.states)[lived]])
        answers = np.concatenate([answers, label(observed[lived])])
        fit(actor, states, answers, rng)
    ship(actor.eval(), states, round(time.monotonic() - began, 1), teacher)


def ship(actor, states, seconds, teacher):
    model = FOLDER / "policies" / "from-latents.onnx"
    join(actor, states, model)
    starts = sobol_starts(EXAM_STARTS, EXAM_SEED)
    ends = {name: outcomes(Physics(), policy, starts, SEED) for name, policy in (("student", Joined(model)), ("teacher", teacher))}
    metrics = {
        "samples": len(states),
        "success": round(float(ends["student"].mean()), 3),
        "teacherSuccess": round(float(ends["teacher"].mean()), 3),
        "endsAlike": round(float((ends["student"] == ends["teacher"]).mean()), 3),
    }
    card = {
        "schema": "simgate/policy-card@1",
        "name": "from-latents",
        "title": f"An actor on the state of the world {WORLD}, which it keeps itself from the pictures that it sees",
        "controlPeriodSec": PERIOD_SEC,
        "inputs": [{"tensor": "pusher", "features": [{"channel": "pusher_position"}, {"channel": "pusher_velocity"}]}],
        "pictures": [{"tensor": "picture", "channel": IMAGE, "range": [0, 1]}],
        "state": [{"input": name, "output": f"{name}_next", "shape": [-1, SIZES[name]]} for name in CARRIED],
        "outputs": [{"tensor": "command", "actions": ["velocity"]}],
        "training": {
            "data": f"imitation (DAgger, {ROUNDS} rounds) of the manifest's {TEACHER} on {POOL} MuJoCo episodes (seed {POOL_SEED}) "
            f"and its own; encode and step are the world's",
            "seed": SEED,
            "script": "training/tabletop-push/train_actor.py",
            "metrics": metrics,
        },
        "limits": [
            f"takes friction and mass for nominal ({', '.join(f'{value:g}' for value in NOMINAL)})",
            "goes on in its state as if its own command were done: late, disturbed or limited ones it knows nothing of",
            "knows pictures of 32 × 64 pixels in one light and one set of colours",
        ],
    }
    write_card(model.with_name("from-latents.policy.yaml"), card, model)
    versions = {"python": platform.python_version(), "torch": torch.__version__}
    text = json.dumps(metrics | {"seconds": seconds, "versions": versions}, indent=2)
    Path(__file__).with_name("metrics-actor.json").write_text(text + "\n")
    print(text)


def join(actor, states, model):
    """Stops if graph and pieces differ, in what they do and what they know, in whole episodes."""
    with tempfile.TemporaryDirectory() as folder:
        told, alone = Path(folder) / "told.onnx", Path(folder) / "actor.onnx"
        export_onnx(Told(), told, {"pusher": torch.randn(3, len(PUSHER))}, ["told"])
        tests = split(states[:: len(states) // 64])
        export_onnx(actor, alone, dict(zip(SIZES, (t[:3] for t in tests))), ["command"], tests=list(tests))
        join_policy(model.stem, told, file(WORLD, "encode"), alone, file(WORLD, "step"), model)
    joined, apart = Joined(model), Apart(actor.act)
    worst = 0

    def both(observation, step, _):
        nonlocal worst
        did, expected = joined(observation, step), apart(observation, step)
        worst = max(worst, off_by(did, expected), *(off_by(joined.state[n], apart.world.state[n]) for n in CARRIED))
        return did

    roll(Physics(), both, *uniform_starts(PARITY_STARTS, SEED), SEED)
    if worst > PARITY:
        raise SystemExit(f"{model.name}: differs from its pieces by {worst:.1e}")


if __name__ == "__main__":
    main()
