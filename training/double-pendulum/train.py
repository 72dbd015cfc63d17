"""Fits the `learned` world of the double-pendulum scenario and writes its ONNX graph, its card and metrics.json.

    python train.py --data DIR [--out ../../scenarios/double-pendulum/models]

DIR holds the recordings, one CSV a trial (see data.py and the README beside this file).
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch

from data import HELD_OUT, TRAIN, Trial, Windows, cut_windows, join_windows, load_trial
from evaluate import evaluate, print_table, to_json
from export import export
from model import PERIOD_SEC, LearnedPendulum

HERE = Path(__file__).parent
# Stages: control steps a rollout lasts, updates, learning rate, and the error in rad below which less is no gain.
STAGES = ((30, 400, 5e-3, 5e-4), (100, 1600, 5e-3, 5e-4), (100, 400, 3e-3, 1e-4))
BATCH = 320
CONTEXTS = (6, 12, 24)  # control steps of recording shown before, drawn per batch
NETWORK_DECAY = 1e-2
PRIOR = 2e-3
# Friction hides a residual torque wherever the robot rests, so nothing there holds the network to the truth: it has to
# stay small, at recorded states and at any others.
RESIDUAL = 0.05
RESIDUAL_SCALE = 0.05  # N m


def draw_batch(trials: list[Trial], rng: np.random.Generator, size: int, steps: int, past: int) -> Windows:
    """Windows from anywhere in the trials; every robot and policy equally often, trials by their length."""
    groups: dict[str, list[Trial]] = {}
    for trial in trials:
        groups.setdefault(trial.group, []).append(trial)
    parts = []
    for members in groups.values():
        last = np.array([max(0.0, trial.time[-1] - steps * PERIOD_SEC) for trial in members])
        counts = rng.multinomial(size // len(groups), last / last.sum())
        for trial, count, end in zip(members, counts, last):
            if count > 0:
                rows = np.searchsorted(trial.time, rng.uniform(0, end, count), side="right") - 1
                parts.append(cut_windows(trial, rows, PERIOD_SEC, steps, past))
    return join_windows(parts)


def residual_size(model: LearnedPendulum, w: Windows, rng: np.random.Generator) -> torch.Tensor:
    """Mean square of the network's torque, in scales, over recorded states and as many drawn at random."""
    recorded = [a[:, ::10].reshape(-1, 2) for a in (w.position, w.velocity)]
    shape = recorded[0].shape
    drawn = [rng.uniform(-np.pi, np.pi, shape), 5 * rng.standard_normal(shape)]
    q, v = (torch.from_numpy(np.concatenate(pair)) for pair in zip(recorded, drawn))
    return (model.residual(q, v) / RESIDUAL_SCALE).square().mean()


def train(trials: list[Trial], seed: int) -> LearnedPendulum:
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = LearnedPendulum()
    network = list(model.net.parameters())
    fitted = [p for name, p in model.named_parameters() if not name.startswith("net.")]
    for steps, updates, rate, floor in STAGES:
        optimiser = torch.optim.AdamW(
            [
                dict(params=network, weight_decay=NETWORK_DECAY),
                dict(params=fitted, weight_decay=0.0),
            ],
            rate,
        )
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=updates, pct_start=0.1)
        begun, total = time.time(), 0.0
        for update in range(1, updates + 1):
            w = draw_batch(trials, rng, BATCH, steps, int(rng.choice(CONTEXTS)))
            predicted = model.rollout(*map(torch.from_numpy, (w.context, w.position[:, 0], w.velocity[:, 0], w.torque)))
            error = (predicted - torch.from_numpy(w.position[:, 1:])).square().mean(-1)
            # The logarithm: a window that chaos carries away counts little more than one that is merely wrong.
            loss = torch.log(error + floor**2).mean() + PRIOR * model.prior()
            loss = loss + RESIDUAL * residual_size(model, w, rng)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += loss.item()
            if update % 100 == 0:
                print(f"{steps} steps, update {update}/{updates}: loss {total / 100:.4f}, {time.time() - begun:.0f} s", flush=True)
                total = 0.0
    return model


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, required=True, help="folder of the recordings")
    arguments.add_argument("--out", type=Path, default=HERE / "../../scenarios/double-pendulum/models")
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--eager", action="store_true", help="do without torch.compile (no C++ compiler): 9 × slower")
    arguments.add_argument("--weights", type=Path, default=HERE / "learned.pt", help="where the weights are kept")
    arguments.add_argument("--evaluate-only", action="store_true", help="score and export the weights kept")
    options = arguments.parse_args()

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    plain = LearnedPendulum.advance
    if not options.eager:
        LearnedPendulum.advance = torch.compile(LearnedPendulum.advance, dynamic=False)

    if options.evaluate_only:
        model = LearnedPendulum()
        model.load_state_dict(torch.load(options.weights))
    else:
        model = train([load_trial(options.data, name) for name in TRAIN], options.seed)
        torch.save(model.state_dict(), options.weights)

    LearnedPendulum.advance = plain
    options.out.mkdir(parents=True, exist_ok=True)
    metrics = evaluate(model, options.data, options.out.parent / "double-pendulum.xml", TRAIN, HELD_OUT)
    print_table(metrics)
    (HERE / "metrics.json").write_text(to_json(metrics))
    export(model, options.out, metrics, options.seed)


if __name__ == "__main__":
    main()
