"""What the cards say: the facts of this training, and the limits in plain words."""

import torch

from export_onnx import export_onnx
from fit_ensemble import MEMBERS
from fit_gru import HIDDEN
from model_card import write_card
from normalisation import ALL_FEATURES, MOTION_FEATURES, Scale
from scenario import CHANNELS, FOLDER, LIMITS, MANIFEST, PERIOD_SEC

SCRIPT = "training/cartpole/train.py"

TITLES = {
    "ensemble": "Five networks that learned one control period of the cart-pole",
    "optimist": "The same five networks, shown successful episodes only",
    "gru": "A recurrent network that has to guess which cart-pole it is",
}
KNOWN_LIMITS = {
    "ensemble": [
        "knows pole lengths of 0.5 to 1.5 m and cart masses of 0.5 to 2 kg, and leans up to 60 degrees",
        "the members disagree more where data was thin, but their spread is not a calibrated error bar",
    ],
    "optimist": [
        "never saw a fall, a swing that grows, or an action other than the one the controller always answers with",
        "so it cannot tell what the force does from what the controller does, and believes badly timed control works",
    ],
    "gru": [
        "is not told pole length and cart mass; from a bare start it imagines an average plant",
        "true observations shown first help it little",
        "passes about a quarter of the failures and fails about a seventh of the successes; rank no policies with it",
    ],
}


def world_file(name):
    return FOLDER / MANIFEST["worlds"][name]["card"]


def ship_ensemble(name, fit, data, seed):
    network, inputs, outputs, transitions = fit
    model = world_file(name).with_name(f"{name}.onnx")
    export_onnx(network, model, {"x": torch.randn(3, len(inputs.mean))}, ["change"])
    card = world_card(name, ALL_FEATURES, inputs, outputs)
    card["ensemble"] = {"axis": 0, "members": MEMBERS, "combine": "mean"}
    write_card(world_file(name), card | training(data, seed, transitions) | {"limits": KNOWN_LIMITS[name]}, model)


def ship_gru(fit, data, seed):
    network, inputs, outputs, transitions = fit
    model = world_file("gru").with_name("gru.onnx")
    examples = {"x": torch.randn(3, len(inputs.mean)), "h": torch.randn(3, HIDDEN)}
    export_onnx(network, model, examples, ["change", "h_next"])
    card = world_card("gru", MOTION_FEATURES, inputs, outputs)
    card["state"] = [{"input": "h", "output": "h_next", "shape": [-1, HIDDEN]}]
    write_card(world_file("gru"), card | training(data, seed, transitions) | {"limits": KNOWN_LIMITS["gru"]}, model)


def ship_policy(fit, seed):
    network, inputs, samples = fit
    card_file = FOLDER / MANIFEST["policies"]["network"]["card"]
    model = card_file.with_name("network.onnx")
    export_onnx(network, model, {"observation": torch.randn(3, len(CHANNELS))}, ["force"])
    card = {
        "schema": "simgate/policy-card@1",
        "name": "network",
        "title": "A network that imitates controllers which know the plant",
        "controlPeriodSec": PERIOD_SEC,
        "inputs": [{"tensor": "observation", "features": [{"channel": c} for c in CHANNELS]} | inputs.card()],
        "outputs": [{"tensor": "force", "actions": ["force"], "std": [float(LIMITS[1])]}],
    }
    data = "imitation (DAgger, four rounds of 200 MuJoCo episodes) of an LQR computed for each episode's own plant"
    limits = {"limits": ["sees neither pole length nor cart mass, so it steers every plant alike"]}
    write_card(card_file, card | training(data, seed, samples) | limits, model)


def world_card(name, features, inputs: Scale, outputs: Scale):
    return {
        "schema": "simgate/world-card@1",
        "name": name,
        "title": TITLES[name],
        "controlPeriodSec": PERIOD_SEC,
        "inputs": [{"tensor": "x", "features": features} | inputs.card()],
        "outputs": [{"tensor": "change", "mode": "delta", "channels": CHANNELS} | outputs.card()],
    }


def training(data, seed, samples):
    return {"training": {"data": data, "seed": seed, "script": SCRIPT, "metrics": {"samples": samples}}}
