"""The latent world as files: three graphs and a card."""

import json
import platform
from pathlib import Path

import torch

from dreams import Decode, Encode, Step
from evaluate_latents import evaluate_latent
from export_onnx import export_onnx
from latent_card import add_short_metrics, given, latent_card, write
from pictures import HEIGHT, IMAGE, WIDTH
from scenario import ACTIONS, FOLDER, MANIFEST, PARAMETERS, PERIOD_SEC

NAME = "dreamer"
CARD = FOLDER / "models" / f"{NAME}.world.yaml"
METRICS = Path(__file__).with_name("metrics-latents.json")
TOLD = ["velocity", "turn_rate", "person_position", "person_velocity"]
LIMITS = [
    "its state is laid out by hand (places, velocities, what is in sight) beside a memory that is not",
    "moves and measures by the hall and a recurrent network of the kind that the world `gru` has, learned from the same episodes",
    "a person it does not see in its first picture is where the scenario says at the start, as for everyone",
    "is told speeds when it begins, as the wheels tell them, and how fast the person walks, which no single picture shows",
    "knows this hall alone, loads of 20 to 800 kg and grip of 0.06 to 0.5, and a person who walks straight on; other lights and "
    "colours it has never seen",
]


def ship(dream, eye, painter, scenes, seed, data):
    """Exports encode, step and decode, compared with PyTorch where things are in scenes, and writes the card."""
    at = slice(0, 40, 5)
    place, person, seen = scenes.place[at], scenes.person[at], scenes.shown[at]
    picture, told = scenes.pictures(at), torch.cat([0.3 * torch.randn(8, 3), person, 0.5 * torch.rand(8, 4)], 1)
    places = torch.cat([place, 0.3 * torch.randn(8, 3), person, 0.5 * torch.rand(8, 2)], 1)
    scene, begun, h = torch.tensor([[300.0, 0.3]]).repeat(8, 1), (torch.rand(8, 1) > 0.5).float(), 0.1 * torch.randn(8, 32)
    state = {"places": places, "seen": seen, "scene": scene, "begun": begun, "h": h}
    shown = {"picture": picture, "told": told} | {one: state[one] for one in ("places", "begun", "h")}
    moved = {"command": torch.rand(8, 2)} | {one: state[one] for one in ("places", "scene", "h")}
    outputs = {"encode": given(state), "step": given(("places", "seen", "h")), "decode": ["picture", "motion", "sensors"]}
    inputs = {"encode": shown, "step": moved, "decode": {"places": places, "seen": seen}}
    networks = {"encode": Encode(eye), "step": Step(dream), "decode": Decode(dream.hall, painter)}
    for graph, network in networks.items():
        export_onnx(network, file(graph), inputs[graph], outputs[graph], tests=list(inputs[graph].values()))
    features = [*({"channel": c} for c in TOLD), *({"parameter": p} for p in PARAMETERS)]
    command = [{"tensor": "command", "features": [{"action": a} for a in ACTIONS]}]
    motion = {"tensor": "motion", "mode": "absolute", "channels": ["yaw", "velocity", "turn_rate", "person_velocity"]}
    sensors = {"tensor": "sensors", "mode": "absolute", "channels": ["speed", "scan", "clearance"]}
    graphs = {
        "encode": (file("encode"), {"picture": "picture", "inputs": [{"tensor": "told", "features": features}]}),
        "step": (file("step"), {"inputs": command}),
        "decode": (file("decode"), {"picture": "picture", "outputs": [motion, sensors]}),
    }
    head = {
        "name": NAME,
        "title": "A latent recurrent world that sees the hall in one picture and remembers the person behind the rack",
        "controlPeriodSec": PERIOD_SEC,
        "image": {"channel": IMAGE, "range": [0, 1], "layout": "nchw"},
        "reencodeEvery": 0,
        "objects": list(MANIFEST["objects"]),
        "training": {"data": data, "seed": seed, "script": "training/warehouse-turn/train_latents.py"},
        "limits": LIMITS,
    }
    write(CARD, latent_card(head, graphs, state))


def file(graph):
    return CARD.with_name(f"{NAME}-{graph}.onnx")


def ship_metrics(looks, held_out, seconds):
    """Examines what was shipped; what it finds is in the card in short, and in METRICS."""
    found = evaluate_latent(CARD, held_out)
    short = {f"psnr{at}sDb": found[f"{at}s"]["psnr"] for at in (1, 8)}
    add_short_metrics(CARD, short | {"visibleAgrees8s": found["8s"]["visibleAgrees"]})
    versions = {"python": platform.python_version(), "torch": torch.__version__}
    report = looks | {"openLoop": found, "seconds": seconds, "versions": versions}
    METRICS.write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report, indent=2))
