"""What the cards say: the facts of this training, and the limits in plain words."""

import torch

from export_onnx import export_onnx
from fit_ensemble import MEMBERS
from fit_gru import HIDDEN
from model_card import write_card
from networks import BODIES
from scenario import FOLDER, MANIFEST, PARAMETERS, PERIOD_SEC, PUCKS, WIDTH

SCRIPT = "training/tabletop-push/train.py"
MODELS = FOLDER / "models"
TITLES = {
    "ensemble": "Five networks that know only what the observer sees",
    "gru": "A recurrent network that remembers what is hidden",
}
KNOWS = "knows friction of 0.06 to 0.6 and pucks of 0.2 to 1.4 kg"
LIMITS = {
    "ensemble": [
        "has no memory: of a hidden puck it knows where it was seen last, and guesses from the pusher when it comes back",
        "a puck that comes out without the pusher behind it is often lost; blue was seldom seen to come out at all",
        "passes a sixth of the failures and fails a sixth of the successes; rank no policies with it",
        KNOWS,
        "the members disagree more where data was thin, but their spread is not a calibrated error bar",
    ],
    "gru": [
        "was shown the true places of hidden pucks in training; when it runs it knows what it saw and no more",
        "takes both pucks for seen at the start",
        "passes a fifth of the failures; fails a third of the successes of a policy that loses the puck behind the screen",
        KNOWS,
    ],
}


def card_file(name):
    return MODELS / f"{name}.world.yaml"


def ship_ensemble(network, data, seed, transitions):
    model = MODELS / "ensemble.onnx"
    export_onnx(network, model, {"x": examples()}, ["change", "visible"])
    card = world_card("ensemble", "change", "delta")
    card["ensemble"] = {"axis": 0, "members": MEMBERS, "combine": "mean"}
    write_card(card_file("ensemble"), card | training(data, seed, transitions) | {"limits": LIMITS["ensemble"]}, model)


def ship_gru(network, data, seed, transitions):
    model = MODELS / "gru.onnx"
    inputs = {"x": examples(), "belief": 0.2 * torch.randn(3, 8), "h": 0.1 * torch.randn(3, HIDDEN)}
    export_onnx(network, model, inputs, ["following", "visible", "belief_next", "h_next"])
    card = world_card("gru", "following", "absolute")
    card["state"] = [
        {"input": "belief", "output": "belief_next", "shape": [-1, 8]},
        {"input": "h", "output": "h_next", "shape": [-1, HIDDEN]},
    ]
    write_card(card_file("gru"), card | training(data, seed, transitions) | {"limits": LIMITS["gru"]}, model)


def examples(count=3):
    return 0.3 * torch.randn(count, WIDTH + 4)


def world_card(name, tensor, mode):
    features = [{"channel": c} for c in MANIFEST["observation"]] + [{"action": "velocity"}]
    motion = [f"{body}_{kind}" for body in BODIES for kind in ("position", "velocity")]
    return {
        "schema": "simgate/world-card@1",
        "name": name,
        "title": TITLES[name],
        "controlPeriodSec": PERIOD_SEC,
        "inputs": [{"tensor": "x", "features": features + [{"parameter": p} for p in PARAMETERS]}],
        "outputs": [
            {"tensor": tensor, "mode": mode, "channels": motion},
            {"tensor": "visible", "mode": "absolute", "channels": [f"{p}_visible" for p in PUCKS]},
        ],
        "objects": list(PUCKS),
    }


def training(data, seed, samples):
    return {"training": {"data": data, "seed": seed, "script": SCRIPT, "metrics": {"samples": samples}}}
