"""The manifest's policies in numpy: batches of observations (lanes, 4) → forces (lanes,).

Scripted ones: what this manifest uses, arithmetic of channels plus noise (other draws than simgate's).
"""

import mujoco
import numpy as np
import onnxruntime
import yaml
from scipy.linalg import solve_discrete_are

from physics import compile_model
from scenario import CHANNELS, FOLDER, LIMITS, MANIFEST, PARAMETERS, PERIOD_SEC


def lqr_gain(parameters, state_weights, effort_weight):
    """Discrete LQR gain K of the MuJoCo model linearised upright, over one control period; force = −K observation."""
    model = compile_model(parameters)
    data = mujoco.MjData(model)
    a_step, b_step = np.zeros((4, 4)), np.zeros((4, 1))
    mujoco.mjd_transitionFD(model, data, 1e-6, True, a_step, b_step, None, None)
    substeps = round(PERIOD_SEC / model.opt.timestep)
    a = np.linalg.matrix_power(a_step, substeps)
    b = sum(np.linalg.matrix_power(a_step, k) for k in range(substeps)) @ b_step
    q, r = np.diag(state_weights), np.array([[effort_weight]])
    p = solve_discrete_are(a, b, q, r)
    return np.linalg.solve(r + b.T @ p @ b, b.T @ p @ a)[0]


def nominal_parameters():
    return [MANIFEST["parameters"][p]["nominal"] for p in PARAMETERS]


def lqr(config):
    weights = [config["state"].get(c, 0) for c in CHANNELS]
    gain = lqr_gain(nominal_parameters(), weights, config["effort"]["force"])
    return lambda observation, step, rng: -observation @ gain


def scripted(config):
    code = compile(str(config["action"]["force"]), "scenario.yaml", "eval")
    noise = config.get("noise", {}).get("force", 0)

    def act(observation, step, rng):
        force = eval(code, {"__builtins__": {}}, dict(zip(CHANNELS, observation.T))) + np.zeros(len(observation))
        return force + noise * rng.standard_normal(len(observation)) if noise else force

    return act


def network(config):
    card_file = FOLDER / config["card"]
    card = yaml.safe_load(card_file.read_text())
    session = onnxruntime.InferenceSession(card_file.parent / card["model"])
    mean, std = (np.array(card["inputs"][0][key]) for key in ("mean", "std"))
    scale = card["outputs"][0]["std"][0]

    def act(observation, step, rng):
        features = ((observation - mean) / std).astype(np.float32)
        return session.run(None, {card["inputs"][0]["tensor"]: features})[0][:, 0] * scale

    return act


BUILDERS = {"lqr": lqr, "scripted": scripted, "onnx": network}


def delayed(act, steps):
    """The wrapper `latency`: no force until the first answer is there."""
    waiting = []

    def act_late(observation, step, rng):
        if step == 0:
            waiting[:] = [np.zeros(len(observation))] * steps
        waiting.append(act(observation, step, rng))
        return waiting.pop(0)

    return act_late


def build(name):
    config = MANIFEST["policies"][name]
    act = BUILDERS[config["kind"]](config)
    return delayed(act, config["latency"]["steps"]) if "latency" in config else act


def clip(force):
    return np.clip(force, *LIMITS)
