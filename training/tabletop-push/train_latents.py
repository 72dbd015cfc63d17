"""Trains the latent worlds of the tabletop scenario in parts: python training/tabletop-push/train_latents.py --work DIR

Each call goes on where the last one ended, for --minutes at most (7), and says when all is done: some half an hour of one
core. Everything is drawn from the seeds below; in how many parts it was done changes nothing.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "common"))  # what the scenarios' trainings share

from episodes import draw_pool
from fit_dreams import fit_dream, fit_glance
from fit_pictures import fit_eye, fit_painter, looks, scenes
from fit_sight import fit_sight
from latent_cards import ship, ship_metrics
from resumable import run_in_parts

POOL, POOL_SEED = 2400, 20  # the same as for the other worlds
HELD_OUT, HELD_OUT_SEED = 300, 30
SEEDS = {"sight": 1, "eye": 11, "painter": 12, "dreamer": 13, "action-blind": 14, "forgetful": 15}
DREAM_UPDATES, BLIND_UPDATES, GLANCE_UPDATES = 4000, 1500, 4000


def train(parts):
    pool = parts.kept("pool", lambda: draw_pool(POOL, POOL_SEED))
    held_out = parts.kept("held-out", lambda: draw_pool(HELD_OUT, HELD_OUT_SEED))
    sight, _ = parts.kept("sight", lambda: fit_sight(pool, SEEDS["sight"]))
    seconds, worlds = {}, {}
    rows = scenes(pool)
    painter, seconds["painter"] = fit_painter(rows, parts, SEEDS["painter"])
    eye, seconds["eye"] = fit_eye(rows, painter, parts, SEEDS["eye"])

    def fit(name, learn, *options):
        worlds[name], seconds[name] = learn(pool, sight, parts, name, *options)
        ship(name, worlds[name], eye, painter, SEEDS[name], f"{POOL} MuJoCo episodes (seed {POOL_SEED})")

    fit("forgetful", fit_glance, GLANCE_UPDATES, SEEDS["forgetful"])
    fit("dreamer", fit_dream, DREAM_UPDATES, SEEDS["dreamer"])
    fit("action-blind", fit_dream, BLIND_UPDATES, SEEDS["action-blind"], False)
    ship_metrics(looks(eye, painter, scenes(held_out)[::9]), held_out, seconds)


if __name__ == "__main__":
    run_in_parts(train)
