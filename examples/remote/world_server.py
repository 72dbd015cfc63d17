"""Serves anything with `reset` and `step` as a world for simgate.

    pip install msgpack numpy websockets
    python world_server.py                                    # the cart-pole below, at ws://127.0.0.1:9000
    simgate exam cartpole --world ws://127.0.0.1:9000         # in another terminal

Bring your own: write a class like CartPole and give it with --world my_module:MyWorld.
"""

import argparse
import copy
import importlib
import traceback

import numpy as np
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import serve

from wire import pack, unpack


class CartPole:
    """The equations of motion of a cart with a pole, as a thin rod. One object is one lane.

    A world that goes by text finds what it is told in self.prompt, in reset and in step, where the manifest gives it a prompt:.
    """

    # The first frame of every connection: which channels, in which units and shapes, and what the world can do.
    spec = {
        "protocol": "simgate/world@1",
        "name": "cartpole-numpy",
        "observation": [
            {"name": "cart_position", "unit": "m"},
            {"name": "pole_angle", "unit": "rad"},
            {"name": "cart_velocity", "unit": "m/s"},
            {"name": "pole_velocity", "unit": "rad/s"},
        ],
        "action": [{"name": "force", "unit": "N"}],
        "control_period_sec": 0.02,
        "restorable": True,  # lanes are plain Python objects: they are saved by copying them
    }

    def reset(self, initial, parameters, seed):
        """Values by channel where the start sets them, scenario parameters, and a seed. Returns an observation."""
        self.x, self.angle, self.v, self.w = (
            float(np.ravel(initial.get(channel["name"], 0))[0]) for channel in self.spec["observation"]
        )
        self.length, self.cart = parameters.get("pole_length", 1.0), parameters.get("cart_mass", 1.0)
        return self.observe()

    def step(self, action):
        """One control period. Returns an observation."""
        pole, half, g = 0.1, self.length / 2, 9.81
        for _ in range(4):
            sin, cos = np.sin(self.angle), np.cos(self.angle)
            push = action["force"].item() - 0.2 * self.v + pole * half * self.w**2 * sin
            total = self.cart + pole
            turn = (g * sin - cos * push / total) / (half * (4 / 3 - pole * cos**2 / total))
            slide = (push - pole * half * turn * cos) / total
            self.v += 0.005 * slide
            self.w += 0.005 * turn
            self.x += 0.005 * self.v
            self.angle += 0.005 * self.w
        return self.observe()

    def observe(self):
        return {"cart_position": self.x, "pole_angle": self.angle, "cart_velocity": self.v, "pole_velocity": self.w}


class Lanes:
    """What one connection asks for: lanes, stepped one after the other, and snapshots of them."""

    def __init__(self, world, chunk=1):
        self.world, self.chunk, self.lanes, self.shown, self.saved = world, chunk, [], [], {}

    def answer(self, request):
        op = request["op"]
        if op == "reset":
            self.lanes = [self.world() for _ in request["starts"]]
            self.tell(request)
            self.shown = [
                lane.reset(start["initial"], start["parameters"], seed)
                for lane, start, seed in zip(self.lanes, request["starts"], request["seeds"])
            ]
        elif op == "step":
            self.tell(request)
            # With chunks, actions are [lanes, chunk, …], and so is the answer.
            shown = [self.observed()] * self.chunk
            for k in range(self.chunk):
                for i, lane in enumerate(self.lanes):
                    if request["active"][i]:
                        at = (i, k) if self.chunk > 1 else i
                        self.shown[i] = lane.step({name: values[at] for name, values in request["actions"].items()})
                shown[k] = self.observed()
            if self.chunk > 1:
                return {"observation": {name: np.stack([one[name] for one in shown], 1) for name in shown[0]}}
        elif op == "save":
            self.saved[len(self.saved)] = copy.deepcopy((self.lanes, self.shown))
            return {"id": len(self.saved) - 1}
        elif op == "restore":
            self.lanes, self.shown = copy.deepcopy(self.saved[request["id"]])
        return {"observation": self.observed()}

    def tell(self, request):
        for lane, prompt in zip(self.lanes, request.get("prompts", [])):
            lane.prompt = prompt

    def observed(self):
        names = [channel["name"] for channel in self.world.spec["observation"]]
        return {name: np.array([shown[name] for shown in self.shown]) for name in names}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", default="world_server:CartPole", help="module:Class with spec, reset and step")
    parser.add_argument("--chunk", type=int, default=1, help="control steps one call predicts")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9000)
    args = parser.parse_args()
    module, name = args.world.split(":")
    world = getattr(importlib.import_module(module), name)

    def handle(socket):
        lanes = Lanes(world, args.chunk)
        try:
            socket.send(pack({**world.spec, "chunk": args.chunk}))
            for message in socket:
                socket.send(pack(lanes.answer(unpack(message))))
        except ConnectionClosed:
            pass
        except Exception:
            socket.send(traceback.format_exc())  # text is an error: simgate tells it as the fault of these lanes
            socket.close(1011)

    with serve(handle, args.host, args.port, compression=None, max_size=None) as server:
        print(f"serving {world.spec['name']} at ws://{args.host}:{server.socket.getsockname()[1]}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
