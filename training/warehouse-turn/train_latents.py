"""Trains the latent world of the warehouse scenario in parts: python training/warehouse-turn/train_latents.py --work DIR

Each call goes on where the last one ended, for --minutes at most (7) and the stage it is in, and says when all is done: some half
an hour of one core. Everything is drawn from the seeds below; in how many parts it was done changes nothing.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "common"))  # what the scenarios' trainings share

from episodes import draw_pool
from fit_gru import fit_gru
from fit_hall import fit_hall
from fit_pictures import Scenes, draw_scenes, fit_eye, fit_painter, looks
from latent_cards import ship, ship_metrics
from resumable import run_in_parts

POOL, POOL_SEED = 1200, 20  # data and dynamics as for the world `gru`
HALL_UPDATES, GRU_UPDATES = 6000, 1500
SEEDS = {"hall": 1, "dream": 3, "scenes": 10, "eye": 11, "painter": 12}
HELD_OUT, HELD_OUT_SEED = 100, 30


def train(parts):
    seconds = {}
    pool = parts.kept("pool", lambda: draw_pool(POOL, POOL_SEED))
    hall, quality = parts.kept("hall", lambda: fit_hall(pool, HALL_UPDATES, SEEDS["hall"]))
    dream, _ = parts.kept("dream", lambda: fit_gru(pool, hall, GRU_UPDATES, SEEDS["dream"]))
    scenes = Scenes(*parts.kept("scenes", lambda: draw_scenes(pool, SEEDS["scenes"])))
    eye, seconds["eye"] = fit_eye(scenes, parts, SEEDS["eye"])
    painter, seconds["painter"] = fit_painter(scenes, parts, SEEDS["painter"])
    told = f"{POOL} MuJoCo episodes (seed {POOL_SEED}): disturbed policies and wandering; pictures drawn from them, and in training the"
    ship(dream, eye, painter, scenes, SEEDS["dream"], f"{told} true places of the hidden person")
    held_out = parts.kept("held-out", lambda: draw_pool(HELD_OUT, HELD_OUT_SEED))
    found = looks(eye, painter, Scenes(*draw_scenes(held_out, SEEDS["scenes"], 1000)))
    ship_metrics({"hall": quality, "pictures": found}, held_out, seconds)


if __name__ == "__main__":
    run_in_parts(train)
