"""A shipped latent world: the card and its graphs, run by onnxruntime, nothing of simgate's."""

import numpy as np
import onnxruntime
import yaml


class LatentWorld:
    def __init__(self, card_file, camera, parameters):
        """`camera`: the one of its image channel; `parameters`: their names, in the order of the columns given to `reset`."""
        card = yaml.safe_load(card_file.read_text())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.graphs = {
            name: onnxruntime.InferenceSession(card_file.parent / graph["model"], options)
            for name, graph in card["graphs"].items()
        }
        self.card, self.camera, self.names = card, camera, parameters
        self.seen = card["graphs"]["encode"].get("pictures", 1)

    def reset(self, rows, parameters):
        """Observation rows (lanes, …) of step 0 and parameters (lanes, …)."""
        self.rows, self.parameters = rows.copy(), parameters
        self.state = {s["input"]: np.zeros((len(rows), *s["shape"][1:]), np.float32) for s in self.card["state"]}
        self.pictures = [as_seen(self.camera.draw(rows))] * self.seen
        self.encode()

    def step(self, action):
        """One control period: `state`, and in `rows` what decode tells, are of the next step; returns the pictures, uint8."""
        self.advance(action)
        decode = self.card["graphs"]["decode"]
        outputs = decode["outputs"]
        picture, *told = self.call("decode", {}, [decode["picture"], *(one["tensor"] for one in outputs)])
        for one, values in zip(outputs, told):
            self.rows[:, np.concatenate([self.columns(c) for c in one["channels"]])] = values
        shown = np.clip(np.floor(picture * 255 + 0.5), 0, 255).astype(np.uint8).transpose(0, 2, 3, 1)
        self.pictures = self.pictures[1:] + [as_seen(shown)]
        if self.card["reencodeEvery"] == 1:
            self.encode()
        return shown

    def advance(self, action):
        self.call("step", {one["tensor"]: action for one in self.card["graphs"]["step"].get("inputs", [])})

    def look(self, rows):
        """Corrects its state by what is to be seen where truth is in these rows."""
        self.rows, self.pictures = rows.copy(), self.pictures[1:] + [as_seen(self.camera.draw(rows))]
        self.encode()

    def encode(self):
        pictures = self.pictures[0] if self.seen == 1 else np.stack(self.pictures, 1)
        encode = self.card["graphs"]["encode"]
        told = {one["tensor"]: np.concatenate([self.feature(f) for f in one["features"]], 1) for one in encode["inputs"]}
        self.call("encode", told | {encode["picture"]: pictures})

    def feature(self, feature):
        if "parameter" in feature:
            return self.parameters[:, [self.names.index(feature["parameter"])]]
        return self.rows[:, self.columns(feature["channel"])]

    def columns(self, channel):
        return np.arange(len(self.rows[0]))[self.camera.at[channel]]

    def call(self, name, feeds, outputs=()):
        graph = self.graphs[name]
        taken = {one.name for one in graph.get_inputs()}
        feeds = {k: v.astype(np.float32) for k, v in (self.state | feeds).items() if k in taken}
        given = [one.name for one in graph.get_outputs()]
        answer = dict(zip(given, graph.run(given, feeds)))
        self.state = self.state | {s["input"]: answer[s["output"]] for s in self.card["state"] if s["output"] in answer}
        return [answer[one] for one in outputs]


def as_seen(pictures):
    return pictures.astype(np.float32).transpose(0, 3, 1, 2) / 255
