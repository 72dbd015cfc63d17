"""A shipped world as `rollout.roll` drives it: the ONNX file and its card, read back with onnxruntime."""

import numpy as np
import onnxruntime
import yaml

from networks import MOTION, VIEW


class LearnedWorld:
    def __init__(self, card_file):
        card = yaml.safe_load(card_file.read_text())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(card_file.parent / card["model"], options)
        self.motion, self.view = card["outputs"]
        self.state = card.get("state", [])
        self.ensemble = "ensemble" in card

    def reset(self, initial, parameters):
        self.parameters = parameters
        self.carried = {s["input"]: np.zeros((len(initial), s["shape"][1]), np.float32) for s in self.state}
        return initial.copy()

    def step(self, observation, action, active):
        x = np.concatenate([observation, action, self.parameters], 1).astype(np.float32)
        names = [self.motion["tensor"], self.view["tensor"], *(s["output"] for s in self.state)]
        motion, view, *carried = self.session.run(names, {"x": x} | self.carried)
        self.carried = dict(zip(self.carried, carried))
        motion = motion.mean(0) if self.ensemble else motion
        after = observation.copy()
        after[:, MOTION] = motion + (observation[:, MOTION] if self.motion["mode"] == "delta" else 0)
        after[:, VIEW] = view
        return after
