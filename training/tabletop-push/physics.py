"""Truth: native MuJoCo on the scenario's MJCF, one model a lane, edited as the manifest says."""

import xml.etree.ElementTree as ElementTree

import mujoco
import numpy as np

from scenario import AT, FOLDER, MANIFEST, PARAMETERS, PERIOD_SEC, PUCKS

MJCF = (FOLDER / MANIFEST["worlds"]["mujoco"]["model"]).read_text()
EYE = mujoco.MjModel.from_xml_string(MJCF).site("eye").pos
HIDES = np.eye(6, dtype=np.uint8)[MANIFEST["observation"]["red_visible"]["mujoco"]["group"]]


def compile_model(parameters):
    """The MJCF with the manifest's edits for these parameter values (in the order of PARAMETERS)."""
    values = dict(zip(PARAMETERS, parameters))
    root = ElementTree.fromstring(MJCF)
    for spec in MANIFEST["parameters"].values():
        for edit in spec["mujoco"]:
            element = root.find(f".//{edit['element']}[@name='{edit['name']}']")
            element.set(edit["attribute"], edit["value"].format(**values))
    return mujoco.MjModel.from_xml_string(ElementTree.tostring(root, encoding="unicode"))


class Physics:
    """What the observer sees is in the observation; what is true, hidden or not, is in `true` (same columns)."""

    def reset(self, initial, parameters):
        self.models = [compile_model(p) for p in parameters]
        self.states = [mujoco.MjData(m) for m in self.models]
        self.substeps = round(PERIOD_SEC / self.models[0].opt.timestep)
        for model, state, start in zip(self.models, self.states, initial):
            for x, position in ((0, "pusher_position"), (2, "red_position"), (5, "blue_position")):
                state.qpos[x : x + 2] = start[AT[position]]
            mujoco.mj_kinematics(model, state)
        self.true = initial.copy()
        return initial.copy()

    def step(self, observation, action, active):
        after = observation.copy()
        for lane in np.flatnonzero(active):
            model, state = self.models[lane], self.states[lane]
            state.ctrl[:] = action[lane]
            mujoco.mj_step(model, state, self.substeps)
            mujoco.mj_kinematics(model, state)
            true = self.true[lane]
            for x, name in ((0, "pusher"), (2, "red"), (5, "blue")):
                true[AT[f"{name}_position"]] = state.qpos[x : x + 2]
                true[AT[f"{name}_velocity"]] = state.qvel[x : x + 2]
            for puck in PUCKS:
                true[AT[f"{puck}_visible"]] = sees(model, state, puck)
            after[lane] = seen(true, observation[lane])
        return after


def sees(model, state, body):
    """Whether nothing that hides is on the line from the eye to the body's centre."""
    line = state.body(body).xpos - EYE
    return not 0 <= mujoco.mj_ray(model, state, EYE, line, HIDES, 1, -1, None) < 1


def seen(true, before):
    """A hidden puck stays where it was seen last."""
    observed = true.copy()
    for puck in PUCKS:
        if true[AT[f"{puck}_visible"]] == 0:
            for channel in (f"{puck}_position", f"{puck}_velocity"):
                observed[AT[channel]] = before[AT[channel]]
    return observed
