"""The latent worlds as files: three graphs and a card each."""

import json
import platform
from pathlib import Path

import torch

from dreams import BlindStep, Decode, Dream, DreamEncode, DreamStep, GlanceEncode, GlanceStep
from evaluate_latents import evaluate_latent
from export_onnx import export_onnx
from latent_card import add_short_metrics, given, latent_card, write
from pictures import HEIGHT, IMAGE, WIDTH
from scenario import FOLDER, MANIFEST, PARAMETERS, PERIOD_SEC, PUCKS

SCRIPT = "training/tabletop-push/train_latents.py"
MODELS = FOLDER / "models"
PAINTER = MODELS / "painter.onnx"  # decode of them all
METRICS = Path(__file__).with_name("metrics-latents.json")
TITLES = {
    "dreamer": "A latent recurrent world that remembers what it saw in one picture",
    "action-blind": "The same, but never told what is commanded: a video model",
    "forgetful": "A latent world that knows its last two pictures and nothing else",
}
TOLD_TRUTH = "pictures drawn from them; where pucks are, hidden ones too, was told in training"
DATA = {"dreamer": TOLD_TRUTH, "action-blind": TOLD_TRUTH, "forgetful": "pictures drawn from them; of pucks in sight it was told where they are"}
PUSHER = "is told the pusher's position, as its joints tell it, when it begins"
KNOWS = "knows friction of 0.06 to 0.6 and pucks of 0.2 to 1.4 kg, and is told them; other lights and colours it has never seen"
LIMITS = {
    "dreamer": [
        "its state is laid out by hand (places, velocities, what is in sight) beside a memory that is not",
        "takes the pucks for standing still where it begins",
        PUSHER,
        KNOWS,
    ],
    "action-blind": [
        "does what policies in its training data did on average, whatever it is told",
        PUSHER,
        KNOWS,
    ],
    "forgetful": [
        "has no memory: a puck that is in neither of its last two pictures is not there, until it guesses that one comes out",
        "is told the pusher's position at each step, as its joints tell it",
        KNOWS,
    ],
}


def ship(name, world, eye, painter, seed, data):
    """Exports encode, step and decode, and writes the card."""
    remembers = isinstance(world, Dream)
    picture, told = torch.rand(3, 3, HEIGHT, WIDTH), torch.rand(3, 6)
    places, seen, scene, command = 0.2 * torch.randn(3, 12), torch.ones(3, 2), torch.rand(3, 2), torch.randn(3, 2)
    state = {"places": places, "seen": seen, "scene": scene}
    if remembers:
        state["h"] = 0.1 * torch.randn(3, world.HIDDEN)
    inputs = {"told": told} | {one: state[one] for one in ("places", "seen", "h") if remembers}
    if remembers:
        export_onnx(DreamEncode(world, eye), file(name, "encode"), {"picture": picture} | inputs, given(state))
        moved = {"command": command} if world.acts else {}
        step = (DreamStep if world.acts else BlindStep)(world)
        moved |= {one: state[one] for one in ("places", "scene", "h")}
        export_onnx(step, file(name, "step"), moved, given(("places", "seen", "h")))
    else:
        pictures = torch.rand(3, 2, 3, HEIGHT, WIDTH)
        export_onnx(GlanceEncode(eye), file(name, "encode"), {"pictures": pictures} | inputs, given(state))
        export_onnx(GlanceStep(world), file(name, "step"), {"command": command} | state, given(("places", "seen")))
    export_onnx(Decode(painter), PAINTER, {"places": places, "seen": seen}, ["picture", "pusher"])
    card(name, state, remembers, seed, data)


def card(name, state, remembers, seed, data):
    encode = {"picture": "picture"} if remembers else {"picture": "pictures", "pictures": 2}
    told = [{"channel": "pusher_position"}, {"channel": "pusher_velocity"}, *({"parameter": p} for p in PARAMETERS)]
    command = [] if name == "action-blind" else [{"tensor": "command", "features": [{"action": "velocity"}]}]
    pusher = {"tensor": "pusher", "mode": "absolute", "channels": ["pusher_position", "pusher_velocity"]}
    head = {
        "name": name,
        "title": TITLES[name],
        "controlPeriodSec": PERIOD_SEC,
        "image": {"channel": IMAGE, "range": [0, 1], "layout": "nchw"},
        "reencodeEvery": 0 if remembers else 1,
        "objects": list(PUCKS),
        "training": {"data": f"{data}, {DATA[name]}", "seed": seed, "script": SCRIPT},
        "limits": LIMITS[name],
    }
    graphs = {
        "encode": (file(name, "encode"), encode | {"inputs": [{"tensor": "told", "features": told}]}),
        "step": (file(name, "step"), {"inputs": command} if command else {}),
        "decode": (PAINTER, {"picture": "picture", "outputs": [pusher]}),
    }
    write(MODELS / f"{name}.world.yaml", latent_card(head, graphs, state))


def file(name, graph):
    return MODELS / f"{name}-{graph}.onnx"


def ship_metrics(looks, held_out, seconds):
    """Examines what was shipped; what it finds is in the cards in short, and in METRICS."""
    worlds = {name: evaluate_latent(MODELS / f"{name}.world.yaml", held_out) for name in TITLES}
    for name, found in worlds.items():
        card_file = MODELS / f"{name}.world.yaml"
        short = {"psnr1sDb": found["openLoop"]["1s"]["psnr"], "psnr8sDb": found["openLoop"]["8s"]["psnr"]}
        add_short_metrics(card_file, short | {"redFoundAfterOcclusion": found["afterOcclusion"]["red"]["found"]})
    versions = {"python": platform.python_version(), "torch": torch.__version__}
    report = {"pictures": looks, "worlds": worlds, "seconds": seconds, "versions": versions}
    METRICS.write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report, indent=2))
