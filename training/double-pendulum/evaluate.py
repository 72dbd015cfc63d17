"""Open-loop replay of every world on whole trials: median joint error per robot and policy.

A window begins at the first recorded sample after each quarter second, at pos_meas and vel_filt; commands are the
time-weighted mean of the held tau_meas over each control period; truth is a cubic Hermite curve through the
recording. Error of a window: root mean square over both joints of the angle error on the circle.
"""

import json
import re
from pathlib import Path

import numpy as np
import torch

import baselines
from data import Windows, cut_windows, load_trial, window_starts, wrap
from model import PERIOD_SEC, LearnedPendulum

HORIZONS_SEC = (0.1, 0.5, 1.0)
STRIDE_SEC = 0.25
CONTEXT_STEPS = 20  # of recording, shown to the learned world before a window
RESAMPLES = 2_000


def errors(world, w: Windows) -> list[np.ndarray]:
    """Per horizon, the errors in rad of the windows whose truth reaches that far."""
    steps = [round(at / PERIOD_SEC) for at in HORIZONS_SEC]
    predicted = world(w)
    out = []
    for step in steps:
        difference = wrap(predicted[:, step - 1] - w.position[:, step])
        out.append(np.sqrt(np.square(difference).mean(axis=1))[w.valid[:, step]])
    return out


def resamples(strata: list[list[int]], rng: np.random.Generator):
    """Index sets into the windows of all trials, given their counts by robot and policy and then by trial: draws
    trials within each stratum (the mix of robots and policies stays), then windows within each trial."""
    begins, at = [], 0
    for counts in strata:
        begins.append([at + int(sum(counts[:i])) for i in range(len(counts))])
        at += sum(counts)
    for _ in range(RESAMPLES):
        drawn = []
        for counts, begin in zip(strata, begins):
            for j in rng.integers(len(counts), size=len(counts)):
                if counts[j] > 0:
                    drawn.append(begin[j] + rng.integers(counts[j], size=counts[j]))
        yield np.concatenate(drawn)


def summarise(found: dict[str, dict[str, list[np.ndarray]]], members: list[str]) -> dict[str, dict]:
    """Per world and horizon the median error and its 95 % percentile bootstrap; for the learned world also the ratio of
    its median to each other world's on the same windows."""
    by_group: dict[str, list[str]] = {}
    for name in members:
        by_group.setdefault(name.rsplit("-", 1)[0], []).append(name)
    ordered = [name for names in by_group.values() for name in names]
    out: dict[str, dict] = {world: {} for world in found}
    out["learned"]["ratioTo"] = {world: {} for world in found if world != "learned"}
    for i, at in enumerate(HORIZONS_SEC):
        pooled = np.stack([np.concatenate([errors_of[name][i] for name in ordered]) for errors_of in found.values()])
        strata = [[len(found["learned"][name][i]) for name in names] for names in by_group.values()]
        draws = np.stack([np.median(pooled[:, index], axis=1) for index in resamples(strata, np.random.default_rng(0))])
        medians, worlds = np.median(pooled, axis=1), list(found)
        own = worlds.index("learned")
        for j, world in enumerate(worlds):
            low, high = np.quantile(draws[:, j], [0.025, 0.975])
            out[world][f"{at:g} s"] = {"median": _round(medians[j]), "interval": [_round(low), _round(high)], "n": pooled.shape[1]}  # fmt: skip
            if j != own and medians[j] > 0:
                with np.errstate(divide="ignore"):
                    low, high = np.quantile(draws[:, own] / draws[:, j], [0.025, 0.975], method="nearest")
                out["learned"]["ratioTo"][world][f"{at:g} s"] = {
                    "ratio": _round(medians[own] / medians[j]),
                    "interval": [_round(low), _round(high) if np.isfinite(high) else None],
                }
    return out


def evaluate(model: LearnedPendulum, folder: Path, mjcf: Path, train: tuple[str, ...], held_out: tuple[str, ...]) -> dict:
    def learned(w: Windows) -> np.ndarray:
        with torch.no_grad():
            inputs = (w.context, w.position[:, 0], w.velocity[:, 0], w.torque)
            return model.rollout(*map(torch.from_numpy, inputs)).numpy()

    worlds = {
        "persistence": baselines.persistence,
        "constantVelocity": baselines.constant_velocity,
        "linear": baselines.Linear([load_trial(folder, name) for name in train]),
        "ideal": baselines.mujoco_world(mjcf, friction=False),
        "friction": baselines.mujoco_world(mjcf, friction=True),
        "analytic": baselines.analytic,
        "learned": learned,
    }
    steps = round(HORIZONS_SEC[-1] / PERIOD_SEC)
    tables = {}
    for split, names in (("heldOut", held_out), ("train", train)):
        windows = {}
        for name in names:
            trial = load_trial(folder, name)
            rows = window_starts(trial, STRIDE_SEC, HORIZONS_SEC[0])
            windows[name] = cut_windows(trial, rows, PERIOD_SEC, steps, CONTEXT_STEPS)
        groups = {"all": list(names)}
        for name in names:
            groups.setdefault(name.rsplit("-", 1)[0], []).append(name)
        if split == "heldOut":
            groups |= {name: [name] for name in names}
        found = {
            world: {name: errors(rollout, w) for name, w in windows.items()}
            for world, rollout in worlds.items()
            if rollout is not None
        }
        tables[split] = {group: summarise(found, members) for group, members in groups.items()}
    settings = {"strideSec": STRIDE_SEC, "controlPeriodSec": PERIOD_SEC, "contextSec": CONTEXT_STEPS * PERIOD_SEC}
    return {"unit": "rad", **settings, "trained": list(train), **tables}


def to_json(metrics: dict) -> str:
    """Indented, with each world's row on one line."""
    text = json.dumps(metrics, indent=1)
    inner = re.compile(r"\{[^{}]*\}|\[[^\[\]]*\]")
    return inner.sub(lambda m: re.sub(r"\s+", " ", m[0]), text) + "\n"


def print_table(metrics: dict, split: str = "heldOut") -> None:
    for group, worlds in metrics[split].items():
        print(group)
        for world, row in worlds.items():
            cells = "  ".join(f"{c['median']:.5f} [{c['interval'][0]:.5f}, {c['interval'][1]:.5f}] n={c['n']}" for at, c in row.items() if at != "ratioTo")
            print(f"  {world:17s}{cells}")


def _round(value: float) -> float:
    return float(f"{value:.4g}")
