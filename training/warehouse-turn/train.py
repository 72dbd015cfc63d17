"""Retrains and examines the learned worlds of the warehouse scenario: python training/warehouse-turn/train.py [world …]

Without names, both worlds; `none` examines what is there. `--small` does it with little data and few updates, to see
that it runs.
"""

import json
import platform
import sys
from pathlib import Path

import torch

sys.path.append(str(Path(__file__).resolve().parents[1] / "common"))  # what the scenarios' trainings share

import cards
from episodes import draw_pool, successes
from evaluate import evaluate
from fit_ensemble import fit_ensemble
from fit_gru import fit_gru
from fit_hall import fit_hall
from model_card import add_metrics
from stopwatch import timed

WORLDS = ("ensemble", "gru")
SMALL = "--small" in sys.argv
CHOSEN = [name for name in sys.argv[1:] if name != "--small"] or WORLDS
POOL, POOL_SEED = 200 if SMALL else 1200, 20
HELD_OUT, HELD_OUT_SEED = 40 if SMALL else 100, 30
HALL_UPDATES, ENSEMBLE_UPDATES, GRU_UPDATES = (300, 300, 100) if SMALL else (6000, 3000, 1500)
SEEDS = {"hall": 1, "ensemble": 2, "gru": 3}
EVALUATION_SEED = 5
METRICS = Path(__file__).with_name("metrics.json")


def main():
    torch.set_num_threads(1)
    cards.MODELS.mkdir(exist_ok=True)
    before = json.loads(METRICS.read_text()) if METRICS.exists() else {}
    seconds, hall_quality = before.get("seconds", {}), before.get("hall", {})
    pool = timed("data", seconds, lambda: draw_pool(POOL, POOL_SEED))
    told = f"{POOL} MuJoCo episodes (seed {POOL_SEED}): disturbed policies and wandering"
    if set(CHOSEN) & set(WORLDS):
        hall, hall_quality = timed("hall", seconds, lambda: fit_hall(pool, HALL_UPDATES, SEEDS["hall"]))
        print(hall_quality, flush=True)
    if "gru" in CHOSEN:
        fit = timed("gru", seconds, lambda: fit_gru(pool, hall, GRU_UPDATES, SEEDS["gru"]))
        cards.ship_gru(fit[0], f"{told}, with the true places of the hidden person", SEEDS["gru"], fit[1])
    if "ensemble" in CHOSEN:
        fit = timed("ensemble", seconds, lambda: fit_ensemble(pool, hall, ENSEMBLE_UPDATES, SEEDS["ensemble"]))
        cards.ship_ensemble(fit[0], f"{told}, as the forklift saw them", SEEDS["ensemble"], fit[1])

    held_out = draw_pool(HELD_OUT, HELD_OUT_SEED)
    files = {name: cards.card_file(name) for name in WORLDS}
    report = timed("evaluation", seconds, lambda: evaluate(files, held_out, EVALUATION_SEED))
    for name in files:
        add_metrics(cards.card_file(name), report["decisions"][name])
    data = {"episodes": POOL, "transitions": int(pool.length.sum()), "successful": successes(pool)}
    versions = {"python": platform.python_version(), "torch": torch.__version__}
    text = json.dumps({"data": data, "hall": hall_quality} | report | {"seconds": seconds, "versions": versions}, indent=2)
    if not SMALL:
        METRICS.write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
