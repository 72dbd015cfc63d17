"""Retrains and examines the learned worlds of the tabletop scenario: python training/tabletop-push/train.py [world …]

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
from fit_sight import fit_sight
from model_card import add_metrics
from stopwatch import timed

WORLDS = ("ensemble", "gru")
SMALL = "--small" in sys.argv
CHOSEN = [name for name in sys.argv[1:] if name != "--small"] or WORLDS
POOL, POOL_SEED = 300 if SMALL else 2400, 20
HELD_OUT, HELD_OUT_SEED = 100 if SMALL else 300, 30
ENSEMBLE_UPDATES, GRU_UPDATES = (500, 200) if SMALL else (8000, 4000)
SEEDS = {"sight": 1, "ensemble": 2, "gru": 3}
EVALUATION_SEED = 5
METRICS = Path(__file__).with_name("metrics.json")


def main():
    torch.set_num_threads(1)
    cards.MODELS.mkdir(exist_ok=True)
    before = json.loads(METRICS.read_text()) if METRICS.exists() else {}
    seconds = before.get("seconds", {})
    pool = timed("data", seconds, lambda: draw_pool(POOL, POOL_SEED))
    told = f"{POOL} MuJoCo episodes (seed {POOL_SEED}): disturbed policies and wandering"
    sight, wrong = timed("sight", seconds, lambda: fit_sight(pool, SEEDS["sight"]))
    if "gru" in CHOSEN:
        fit = timed("gru", seconds, lambda: fit_gru(pool, sight, GRU_UPDATES, SEEDS["gru"]))
        cards.ship_gru(fit[0], f"{told}, with the true places of hidden pucks", SEEDS["gru"], fit[1])
    if "ensemble" in CHOSEN:
        fit = timed("ensemble", seconds, lambda: fit_ensemble(pool, sight, ENSEMBLE_UPDATES, SEEDS["ensemble"]))
        cards.ship_ensemble(fit[0], f"{told}, as the observer saw them", SEEDS["ensemble"], fit[1])

    held_out = draw_pool(HELD_OUT, HELD_OUT_SEED)
    files = {name: cards.card_file(name) for name in WORLDS}
    report = timed("evaluation", seconds, lambda: evaluate(files, held_out, EVALUATION_SEED))
    for name in files:
        add_metrics(cards.card_file(name), report["decisions"][name])
    data = {"episodes": POOL, "transitions": int(pool.length.sum()), "successful": successes(pool)}
    data["sightMistakes"] = float(f"{wrong:.2g}")
    versions = {"python": platform.python_version(), "torch": torch.__version__}
    text = json.dumps({"data": data} | report | {"seconds": seconds, "versions": versions}, indent=2)
    if not SMALL:
        METRICS.write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
