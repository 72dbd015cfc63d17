"""A world read back from its model card and run with onnxruntime: what is examined is what is shipped."""

import numpy as np
import onnxruntime
import yaml

from normalisation import all_features, motion_features


class LearnedWorld:
    def __init__(self, card_file):
        card = yaml.safe_load(card_file.read_text())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(card_file.parent / card["model"], options)
        self.input, self.output = card["inputs"][0], card["outputs"][0]
        self.state = card.get("state", [])
        self.ensemble = "ensemble" in card
        self.knows_parameters = any("parameter" in f for f in self.input["features"])

    def reset(self, initial, parameters):
        self.parameters = parameters
        self.hidden = {s["input"]: np.zeros((len(initial), s["shape"][1]), np.float32) for s in self.state}
        return initial.copy()

    def step(self, observation, force, active):
        features = (
            all_features(observation, force, self.parameters)
            if self.knows_parameters
            else motion_features(observation, force)
        )
        x = ((features - self.input["mean"]) / self.input["std"]).astype(np.float32)
        names = [self.output["tensor"], *(s["output"] for s in self.state)]
        change, *hidden = self.session.run(names, {self.input["tensor"]: x} | self.hidden)
        self.hidden = dict(zip(self.hidden, hidden))
        change = change.mean(0) if self.ensemble else change
        return observation + change * self.output["std"] + self.output["mean"]
