"""What the cards say: the facts of this training, and the limits in plain words."""

import torch

from export_onnx import export_onnx
from fit_ensemble import MEMBERS
from fit_gru import HIDDEN
from model_card import write_card
from networks import MOTION_CHANNELS, VIEW_CHANNELS
from scenario import ACTIONS, FOLDER, MANIFEST, PARAMETERS, PERIOD_SEC, WIDTH

SCRIPT = "training/warehouse-turn/train.py"
MODELS = FOLDER / "models"
TITLES = {
    "ensemble": "Five networks that know only what the forklift sees",
    "gru": "A recurrent network that remembers the person behind the rack",
}
COMMON = [
    "beams and clearance are learned too: edges of racks come out rounded, a beam past one may read the wrong rack",
    "knows this hall alone, loads of 20 to 800 kg and grip of 0.06 to 0.5, and a person who walks straight on",
]
LIMITS = {
    "ensemble": [
        "has no memory and no clock: when a hidden person comes out, it can guess only from where the forklift is",
        "fails half of the successes and passes a twelfth of the failures; rank no policies with it",
        *COMMON,
        "the members disagree more where data was thin, but their spread is not a calibrated error bar",
    ],
    "gru": [
        "was shown the true places of the hidden person in training; when it runs it knows what it saw and no more",
        "takes the person's place at the start for known, as the scenario does",
        *COMMON,
    ],
}


def card_file(name):
    return MODELS / f"{name}.world.yaml"


def ship_ensemble(network, data, seed, transitions):
    model = MODELS / "ensemble.onnx"
    export_onnx(network, model, {"x": examples()}, ["change", "view"])
    card = world_card("ensemble", "change", "delta")
    card["ensemble"] = {"axis": 0, "members": MEMBERS, "combine": "mean"}
    write_card(card_file("ensemble"), card | training(data, seed, transitions) | {"limits": LIMITS["ensemble"]}, model)


def ship_gru(network, data, seed, transitions):
    model = MODELS / "gru.onnx"
    inputs = {"x": examples(), "belief": torch.rand(3, 5), "h": 0.1 * torch.randn(3, HIDDEN)}
    export_onnx(network, model, inputs, ["following", "view", "belief_next", "h_next"])
    card = world_card("gru", "following", "absolute")
    card["state"] = [
        {"input": "belief", "output": "belief_next", "shape": [-1, 5]},
        {"input": "h", "output": "h_next", "shape": [-1, HIDDEN]},
    ]
    write_card(card_file("gru"), card | training(data, seed, transitions) | {"limits": LIMITS["gru"]}, model)


def examples(count=3):
    return 0.3 * torch.randn(count, WIDTH + len(ACTIONS) + len(PARAMETERS))


def world_card(name, tensor, mode):
    features = [{"channel": c} for c in MANIFEST["observation"]] + [{"action": a} for a in ACTIONS]
    return {
        "schema": "simgate/world-card@1",
        "name": name,
        "title": TITLES[name],
        "controlPeriodSec": PERIOD_SEC,
        "inputs": [{"tensor": "x", "features": features + [{"parameter": p} for p in PARAMETERS]}],
        "outputs": [
            {"tensor": tensor, "mode": mode, "channels": MOTION_CHANNELS},
            {"tensor": "view", "mode": "absolute", "channels": VIEW_CHANNELS},
        ],
        "objects": list(MANIFEST["objects"]),
    }


def training(data, seed, samples):
    return {"training": {"data": data, "seed": seed, "script": SCRIPT, "metrics": {"samples": samples}}}
