"""Trains the residual that `ideal` lacks to be `friction`: python training/double-pendulum/fit_residual.py

Both worlds are MuJoCo. From every state that disturbed balancing, swinging and resting come through, one control period of each
is made with the same torques; the residual is the difference. No recording of the robot is used.
"""

import json
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import mujoco
import numpy as np
import torch
import yaml
from torch import nn

sys.path.append(str(Path(__file__).resolve().parents[1] / "common"))

from export_onnx import export_onnx
from model_card import write_card
from stopwatch import timed

FOLDER = Path(__file__).resolve().parents[2] / "scenarios" / "double-pendulum"
MANIFEST = yaml.safe_load((FOLDER / "scenario.yaml").read_text())
PERIOD_SEC = MANIFEST["control"]["periodSec"]
LIMIT_NM = MANIFEST["action"]["torque"]["limits"][1]
BASE, TRUTH = "ideal", "friction"

EPISODES, STEPS, SEED = 700, 400, 40
HELD_OUT = 100
UPDATES, BATCH, RATE = 30_000, 1024, 2e-3
WINDOW = 50  # control steps of the open-loop comparison
# Balancing by one joint: the gains of the manifest's `acrobot-compensated` and `pendubot-compensated`.
GAINS = {1: np.array([95.75, 39.38, 20.15, 9.15]), 0: np.array([27.57, 27.69, 6.45, 4.80])}
COMPENSATION_NM = np.array([0.25, 0.19])
SLIP_RAD_S = (0.02, 0.2)  # joint speeds over which friction turns round, as the network sees them


def compile_world(name):
    """The MJCF with the manifest's edits of this world."""
    root = ElementTree.parse(FOLDER / MANIFEST["worlds"][name]["model"]).getroot()
    for edit in MANIFEST["worlds"][name].get("set", []):
        root.find(f".//{edit['element']}[@name='{edit['name']}']").set(edit["attribute"], edit["value"])
    return mujoco.MjModel.from_xml_string(ElementTree.tostring(root, encoding="unicode"))


class World:
    def __init__(self, name):
        self.model = compile_world(name)
        self.data = mujoco.MjData(self.model)
        self.substeps = round(PERIOD_SEC / self.model.opt.timestep)

    def step(self, state, torque):
        """One control period from state [shoulder, elbow, and their velocities]: what is carried beside that is forgotten."""
        data = self.data
        mujoco.mj_resetData(self.model, data)
        data.qpos[:], data.qvel[:], data.ctrl[:] = state[:2], state[2:], torque
        mujoco.mj_step(self.model, data, self.substeps)
        return np.concatenate([data.qpos, data.qvel])


def controller(rng):
    """A policy of its own for every episode: balancing, damping or nothing, with correlated noise on the torque."""
    kind = rng.choice(["acrobot", "pendubot", "both", "damping", "none"], p=[0.3, 0.3, 0.2, 0.1, 0.1])
    scale, noise = rng.uniform(0.6, 1.3), rng.choice([0.0, 0.3, 1.5]) * rng.random()
    compensates = rng.random() < 0.6
    disturbance = np.zeros(2)

    def act(state):
        nonlocal disturbance
        disturbance = 0.9 * disturbance + np.sqrt(1 - 0.9**2) * rng.standard_normal(2)
        torque = noise * disturbance
        off = state - [np.pi, 0, 0, 0]
        off[0] = (off[0] + np.pi) % (2 * np.pi) - np.pi
        if kind in ("acrobot", "both"):
            torque[1] += scale * (0.5 if kind == "both" else 1) * GAINS[1] @ off
        if kind in ("pendubot", "both"):
            torque[0] += scale * (0.5 if kind == "both" else 1) * GAINS[0] @ off
        if kind == "damping":
            torque -= 0.3 * state[2:]
        if compensates:
            torque += COMPENSATION_NM * np.tanh(10 * state[2:])
        return np.clip(torque, -LIMIT_NM, LIMIT_NM)

    return act


def draw(episodes, seed):
    """States (n, 4), torques (n, 2), what each world makes of them (n, 4), and the episode of each row."""
    rng = np.random.default_rng(seed)
    truth, base = World(TRUTH), World(BASE)
    rows = []
    for episode in range(episodes):
        act = controller(rng)
        spread = rng.choice([0.3, 1.0, 3.0])
        state = np.array([np.pi, 0, 0, 0]) + rng.uniform(-1, 1, 4) * spread * [0.3, 0.3, 0.6, 0.6]
        for _ in range(STEPS):
            torque = act(state)
            after = truth.step(state, torque)
            rows.append((state, torque, after, base.step(state, torque), episode))
            if np.abs(after[2:]).max() > 25:
                break
            state = after
    return tuple(np.array(column) for column in zip(*rows))


class Residual(nn.Module):
    """What friction and rotors change in one control period, of sines and cosines of the angles, velocities and torques."""

    def __init__(self, scale, width=64):
        super().__init__()
        self.register_buffer("scale", torch.tensor(scale, dtype=torch.float32))
        self.register_buffer("slip", torch.tensor(SLIP_RAD_S, dtype=torch.float32))
        self.layers = nn.Sequential(
            nn.Linear(12, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, 4)
        )

    def forward(self, x):
        velocity, torque = x[:, 4:6], x[:, 6:8]
        turns = torch.tanh(velocity[:, None, :] / self.slip[None, :, None]).flatten(1)
        seen = torch.cat([x[:, :4], velocity / 5, torque / 2, turns], 1)
        return self.layers(seen) * self.scale


def features(states, torques):
    angles = states[:, :2]
    return torch.tensor(
        np.hstack([np.sin(angles), np.cos(angles), states[:, 2:], torques]), dtype=torch.float32
    )


def fit(states, torques, targets):
    torch.manual_seed(SEED)
    network = Residual(targets.std(0))
    x, y = features(states, torques), torch.tensor(targets, dtype=torch.float32) / network.scale
    optimiser = torch.optim.AdamW(network.parameters(), RATE, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, UPDATES)
    order = torch.Generator().manual_seed(SEED)
    for update in range(UPDATES):
        rows = torch.randint(len(x), (BATCH,), generator=order)
        loss = nn.functional.smooth_l1_loss(network(x[rows]) / network.scale, y[rows], beta=0.1)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if update % 5000 == 0:
            print(f"update {update}: loss {loss.item():.4f}", flush=True)
    return network.eval()


def open_loop(network, states, torques, episode):
    """Median error of the angles after WINDOW steps of recorded torques, of the base alone and of the hybrid, rad."""
    base = World(BASE)
    errors = {"base": [], "hybrid": []}
    for first in range(0, len(states) - WINDOW, 4 * WINDOW):
        if episode[first] != episode[first + WINDOW]:
            continue
        for name in errors:
            state = states[first]
            for torque in torques[first : first + WINDOW]:
                after = base.step(state, torque)
                if name == "hybrid":
                    with torch.no_grad():
                        after = after + network(features(state[None], torque[None])).numpy()[0]
                state = after
            off = (state - states[first + WINDOW])[:2]
            errors[name].append(np.abs((off + np.pi) % (2 * np.pi) - np.pi).max())
    return {name: round(float(np.median(found)), 5) for name, found in errors.items()} | {"windows": len(errors["base"])}


def main():
    torch.set_num_threads(1)
    seconds = {}
    states, torques, truth, base, _ = timed("data", seconds, lambda: draw(EPISODES, SEED))
    network = timed("fit", seconds, lambda: fit(states, torques, truth - base))
    held = timed("held-out data", seconds, lambda: draw(HELD_OUT, SEED + 1))
    with torch.no_grad():
        said = network(features(held[0], held[1])).numpy()
    left = held[2] - held[3] - said
    rms = lambda rows: round(float(np.sqrt((rows[:, 2:] ** 2).mean())), 5)
    report = {
        "samples": len(states),
        "oneStepVelocityRmsBase": rms(held[2] - held[3]),
        "oneStepVelocityRmsHybrid": rms(left),
        "openLoopAngleAt0.5s": open_loop(network, held[0], held[1], held[4]),
    }
    model = FOLDER / "models" / "residual.onnx"
    examples = features(held[0][:3], held[1][:3])
    export_onnx(network, model, {"x": examples}, ["residual"], tests=[features(held[0][:64], held[1][:64])])
    metrics = {k: v for k, v in report.items() if not isinstance(v, dict)} | {
        "openLoopMedianAngleErrorRadAt0.5sBase": report["openLoopAngleAt0.5s"]["base"],
        "openLoopMedianAngleErrorRadAt0.5sHybrid": report["openLoopAngleAt0.5s"]["hybrid"],
    }
    card = {
        "schema": "simgate/residual-card@1",
        "name": "residual",
        "title": "What friction and rotors do to a double pendulum that has none",
        "controlPeriodSec": PERIOD_SEC,
        "trainedOn": "world `ideal` of this scenario: MuJoCo without friction and motor inertia",
        "inputs": [
            {
                "tensor": "x",
                "features": [
                    {"channel": "joint_pos", "transform": "sin"},
                    {"channel": "joint_pos", "transform": "cos"},
                    {"channel": "joint_vel"},
                    {"action": "torque"},
                ],
            }
        ],
        "outputs": [{"tensor": "residual", "channels": ["joint_pos", "joint_vel"]}],
        "training": {
            "data": (
                f"{EPISODES} MuJoCo episodes (seed {SEED}) of world `friction`: disturbed balancing, damping and rest; "
                "no recording of the robot"
            ),
            "seed": SEED,
            "script": "training/double-pendulum/fit_residual.py",
            "metrics": metrics,
        },
        "limits": [
            "learned from the truth of the exam, in simulation: says nothing of the robot that `learned` was fitted to",
            "friction that holds a joint is a jump; here it is steep but smooth, and a held joint creeps",
            "joint speeds up to 25 rad/s, torques up to 6 N m",
        ],
    }
    write_card(FOLDER / "models" / "residual.world.yaml", card, model)
    text = json.dumps(report | {"seconds": seconds}, indent=2)
    Path(__file__).with_name("metrics-residual.json").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
