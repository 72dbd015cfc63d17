"""Retrains and examines the world `diffusion`: python training/tabletop-push/train_diffusion.py --work DIR

Each call goes on where the last one ended, for --minutes at most (7), and says when all is done: three quarters of an hour of one
core. Everything is drawn from the seeds below; in how many parts it was done changes nothing.
"""

import json
import platform
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.append(str(Path(__file__).resolve().parents[1] / "common"))  # what the scenarios' trainings share

from denoiser import CONTEXT, IMAGE, MEMORY, SIGMA_DATA, scales
from episodes import draw_pool
from evaluate_diffusion import Dreamer, looks
from export_onnx import export_onnx
from fit_diffusion import BATCH, batch_at, fit_diffusion
from model_card import write_card
from resumable import run_in_parts
from scenario import FOLDER, PARAMETERS, PERIOD_SEC, PUCKS

POOL, POOL_SEED = 1200, 20
HELD_OUT, HELD_OUT_SEED = 100, 30
UPDATES, WORN_UPDATES, SEED, DREAM_SEED = 5000, 3500, 6, 7
SAMPLER = {"steps": 3, "sigmaMin": 0.1, "sigmaMax": 5}
DEEP_PARITY = 1e-4  # twenty convolutions in float32
MODEL = FOLDER / "models" / "diffusion.onnx"
LIMITS = [
    "colours deepen as it goes on, pucks that touch run together, and the pusher pales while it pushes",
    "sees six pictures, the oldest 1.6 s old: what has been behind the screen for longer is gone",
    "knows nothing but pictures of 32 × 64 pixels in one light and one set of colours",
    "knows friction of 0.06 to 0.6 and pucks of 0.2 to 1.4 kg, and is told them",
    "takes everything for standing still where it begins",
    "its pictures are no more like truth's than one that never changes until half a second has passed (PSNR)",
]


def train(parts):
    pool = draw_pool(POOL, POOL_SEED)
    network, seconds = fit_diffusion(pool, parts, UPDATES, WORN_UPDATES, SEED)
    held_out = draw_pool(HELD_OUT, HELD_OUT_SEED)
    export(network, held_out)
    report = looks(Dreamer(MODEL, SAMPLER), held_out, DREAM_SEED)
    ship(report)
    versions = {"python": platform.python_version(), "torch": torch.__version__}
    text = json.dumps({"transitions": int(pool.length.sum()), "psnr": report, "seconds": seconds, "versions": versions}, indent=2)
    Path(__file__).with_name("metrics-diffusion.json").write_text(text + "\n")
    print(text)


def export(network, held_out):
    """Compared on pictures with noise of every level that the sampler asks at, and beyond."""
    sigma = torch.logspace(-2, 0.7, 8)
    frames, picture, actions, parameters = batch_at(held_out, np.arange(0, 80, 10), np.arange(8))
    _, _, into, level = scales(sigma)
    noise = torch.randn(picture.shape, generator=torch.Generator().manual_seed(DREAM_SEED))
    noisy = into[:, None, None, None] * (picture + sigma[:, None, None, None] * noise)
    tests = {"noisy": noisy, "level": level, "frames": frames, "actions": actions, "parameters": parameters}
    examples = {name: values[:3] for name, values in tests.items()}
    export_onnx(network, MODEL, examples, ["painted"], DEEP_PARITY, list(tests.values()))


def ship(report):
    card = {
        "schema": "simgate/diffusion-world-card@1",
        "name": "diffusion",
        "title": "A diffusion model that samples the next picture",
        "controlPeriodSec": PERIOD_SEC,
        "image": {"channel": IMAGE, "range": [-1, 1]},
        "denoiser": {"noisy": "noisy", "level": "level", "output": "painted"},
        "sampler": {"kind": "edm", "method": "euler"} | SAMPLER | {"sigmaData": SIGMA_DATA},
        "context": {"tensor": "frames", "steps": list(CONTEXT)},
        "inputs": [
            {"tensor": "actions", "history": MEMORY, "features": [{"action": "velocity"}]},
            {"tensor": "parameters", "features": [{"parameter": name} for name in PARAMETERS]},
        ],
        "rowGroup": 1,
        "objects": list(PUCKS),
        "training": {
            "data": f"{POOL} MuJoCo episodes (seed {POOL_SEED}) as pictures: disturbed policies and wandering",
            "seed": SEED,
            "script": "training/tabletop-push/train_diffusion.py",
            "metrics": {
                "samples": (UPDATES + WORN_UPDATES) * BATCH,
                "psnr1Step": report["1 step"]["dream"],
                "psnr2s": report["2 s"]["dream"],
                "psnr2sStill": report["2 s"]["still"],
            },
        },
        "limits": LIMITS,
    }
    write_card(MODEL.with_name("diffusion.world.yaml"), card, MODEL)


if __name__ == "__main__":
    run_in_parts(train)
