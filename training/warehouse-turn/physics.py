"""Truth: native MuJoCo on the scenario's MJCF, one model a lane, edited as the manifest says."""

import re
import xml.etree.ElementTree as ElementTree

import mujoco
import numpy as np

from scenario import ACTIONS, AT, FOLDER, MANIFEST, PARAMETERS, PERIOD_SEC

MJCF = (FOLDER / MANIFEST["worlds"]["mujoco"]["model"]).read_text()
HIDES = np.eye(6, dtype=np.uint8)[MANIFEST["observation"]["person_visible"]["mujoco"]["group"]]
SENSORS = {n: np.atleast_1d(c["mujoco"]["sensor"]) for n, c in MANIFEST["observation"].items() if "sensor" in c["mujoco"]}
NO_SENSORS = int(mujoco.mjtDisableBit.mjDSBL_SENSOR)


def compile_model(parameters):
    """The MJCF with the manifest's edits for these parameter values (in the order of PARAMETERS)."""
    values = dict(zip(PARAMETERS, map(float, parameters)))
    root = ElementTree.fromstring(MJCF)
    for spec in MANIFEST["parameters"].values():
        for edit in spec["mujoco"]:
            element = root.find(f".//{edit['element']}[@name='{edit['name']}']")
            value = re.sub(r"\{(.*?)\}", lambda m: repr(eval(m.group(1), {"__builtins__": {}}, values)), edit["value"])
            element.set(edit["attribute"], value)
    return mujoco.MjModel.from_xml_string(ElementTree.tostring(root, encoding="unicode"))


class Physics:
    """What the forklift sees is in the observation; what is true of the person is in `true` (same columns)."""

    def reset(self, initial, parameters):
        self.models = [compile_model(p) for p in parameters]
        self.states = [mujoco.MjData(m) for m in self.models]
        model = self.models[0]
        self.substeps = round(PERIOD_SEC / model.opt.timestep)
        self.sensors = [(AT[name], [model.sensor(s).adr[0] for s in sensors]) for name, sensors in SENSORS.items()]
        self.eye, self.person = model.site("eye").id, model.body("person").id
        self.commanded = [model.actuator(name).id for name in ACTIONS]
        self.true = initial.copy()
        for lane, (model, state) in enumerate(zip(self.models, self.states)):
            start = initial[lane]
            state.qpos[:] = np.concatenate([start[AT[c]] for c in ("position", "yaw", "person_position")])
            state.qvel[:] = np.concatenate([start[AT[c]] for c in ("velocity", "turn_rate", "person_velocity")])
            mujoco.mj_forward(model, state)
            self.read(lane)
        return self.true.copy()

    def step(self, observation, action, active):
        after = observation.copy()
        for lane in np.flatnonzero(active):
            model, state = self.models[lane], self.states[lane]
            state.ctrl[self.commanded] = action[lane]
            model.opt.disableflags |= NO_SENSORS
            mujoco.mj_step(model, state, self.substeps)
            model.opt.disableflags &= ~NO_SENSORS
            mujoco.mj_forward(model, state)
            self.read(lane)
            after[lane] = seen(self.true[lane], observation[lane])
        return after

    def read(self, lane):
        state, true = self.states[lane], self.true[lane]
        true[AT["position"]], true[AT["yaw"]] = state.qpos[:2], state.qpos[2]
        true[AT["velocity"]], true[AT["turn_rate"]] = state.qvel[:2], state.qvel[2]
        true[AT["person_position"]], true[AT["person_velocity"]] = state.qpos[3:5], state.qvel[3:5]
        for columns, addresses in self.sensors:
            true[columns] = state.sensordata[addresses]
        true[AT["person_visible"]] = self.sees(lane)

    def sees(self, lane):
        """Whether nothing that hides is on the line from the forklift's eye to the middle of the person."""
        model, state = self.models[lane], self.states[lane]
        eye = state.site_xpos[self.eye]
        line = state.xpos[self.person] - eye
        return not 0 <= mujoco.mj_ray(model, state, eye, line, HIDES, 1, self.person, None) < 1


def seen(true, before):
    """A hidden person stays where they were seen last."""
    observed = true.copy()
    if true[AT["person_visible"]] == 0:
        for channel in ("person_position", "person_velocity"):
            observed[AT[channel]] = before[AT[channel]]
    return observed
