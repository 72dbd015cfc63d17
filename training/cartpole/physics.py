"""Truth: native MuJoCo on the scenario's MJCF, one model a lane, edited as the manifest says."""

import xml.etree.ElementTree as ElementTree

import mujoco
import numpy as np

from scenario import FOLDER, MANIFEST, PARAMETERS, PERIOD_SEC

MJCF = (FOLDER / MANIFEST["worlds"]["mujoco"]["model"]).read_text()


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
    """Observation order: slider and hinge position, then their velocities, which is the order of CHANNELS."""

    def reset(self, initial, parameters):
        self.models = [compile_model(p) for p in parameters]
        self.states = [mujoco.MjData(m) for m in self.models]
        self.substeps = round(PERIOD_SEC / self.models[0].opt.timestep)
        for state, start in zip(self.states, initial):
            state.qpos[:], state.qvel[:] = start[:2], start[2:]
        return initial.copy()

    def step(self, observation, force, active):
        after = observation.copy()
        for lane in np.flatnonzero(active):
            state = self.states[lane]
            state.ctrl[0] = force[lane]
            mujoco.mj_step(self.models[lane], state, self.substeps)
            after[lane, :2], after[lane, 2:] = state.qpos, state.qvel
        return after
