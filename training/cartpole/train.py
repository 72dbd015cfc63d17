"""Retrains and examines every learned part of the cart-pole scenario: python training/cartpole/train.py"""

import json
import platform
import sys
from pathlib import Path

import torch

sys.path.append(str(Path(__file__).resolve().parents[1] / "common"))  # what the scenarios' trainings share

import cards
from episodes import draw_pool, explored, successful
from evaluate import evaluate
from fit_ensemble import fit_ensemble
from fit_gru import fit_gru
from fit_policy import fit_policy
from model_card import add_metrics
from stopwatch import timed

POOL, POOL_SEED = 1000, 20
HELD_OUT, HELD_OUT_SEED = 200, 30
ENSEMBLE_UPDATES, GRU_UPDATES = 4000, 1200
SEEDS = {"ensemble": 1, "optimist": 1, "gru": 3, "network": 4}  # the first two differ by their data alone
EVALUATION_SEED = 5


def main():
    torch.set_num_threads(1)
    seconds = {}
    pool = timed("data", seconds, lambda: draw_pool(POOL, POOL_SEED))
    successes = successful(pool)
    everything = f"{POOL} MuJoCo episodes (seed {POOL_SEED}): half demonstrations, half exploration"
    kept = f"only the {len(successes.length)} successful ones of {everything}"

    fit = timed("network", seconds, lambda: fit_policy(SEEDS["network"]))
    cards.ship_policy(fit, SEEDS["network"])
    for name, episodes, data in (("ensemble", pool, everything), ("optimist", successes, kept)):
        fit = timed(name, seconds, lambda: fit_ensemble(episodes, ENSEMBLE_UPDATES, SEEDS[name]))
        cards.ship_ensemble(name, fit, data, SEEDS[name])
    fit = timed("gru", seconds, lambda: fit_gru(explored(pool), GRU_UPDATES, SEEDS["gru"]))
    cards.ship_gru(fit, f"the exploring half of {everything}", SEEDS["gru"])

    held_out = draw_pool(HELD_OUT, HELD_OUT_SEED)
    worlds = ("ensemble", "optimist", "gru")
    report = timed("evaluation", seconds, lambda: evaluate(worlds, held_out, EVALUATION_SEED))
    for name in worlds:
        add_metrics(cards.world_file(name), report["decisions"][name])
    data = {"episodes": POOL, "transitions": int(pool.length.sum()), "successful": len(successes.length)}
    versions = {"python": platform.python_version(), "torch": torch.__version__}
    text = json.dumps({"data": data} | report | {"seconds": seconds, "versions": versions}, indent=2)
    Path(__file__).with_name("metrics.json").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
