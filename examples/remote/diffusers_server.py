"""Serves a diffusers-style pipeline that makes the next frame as a world for simgate.

    pip install msgpack numpy websockets torch           # and diffusers, where it can be had
    python diffusers_server.py --weights weights.pt      # see diffusers_train.py; without: random weights
    simgate exam tabletop-push --world ws://127.0.0.1:9000 --starts 8 --policy careful,timid

It tells no channels: simgate brings the first picture and reads what is observed from those that come.
"""

import argparse
import traceback

import numpy as np
import torch
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import serve

from diffusers_pipeline import CONTEXT, Denoiser, FramePipeline, make_scheduler
from wire import pack, unpack

IMAGE, HEIGHT, WIDTH = "coarse", 32, 64  # the image channel of the scenario
ACTION, ACTION_SIZE, LIMIT = "velocity", 2, 0.5  # m/s


def spec(model):
    return {
        "protocol": "simgate/world@1",
        "name": "diffusers-pipeline",
        "model": model,
        "observation": [{"name": IMAGE, "shape": [HEIGHT, WIDTH, 3], "dtype": "uint8"}],
        "action": [{"name": ACTION, "shape": [ACTION_SIZE], "unit": "m/s"}],
        "control_period_sec": 0.05,
        "begins_with": [IMAGE],
        "objects": ["red", "blue"],
        "stochastic": True,
        "restorable": True,
    }


def to_model(pictures):
    """uint8 [n, h, w, 3] → float32 [n, 3, h, w] in −1 … 1."""
    return torch.from_numpy(pictures.astype(np.float32)).permute(0, 3, 1, 2) / 127.5 - 1


def to_bytes(frames):
    return ((frames + 1) * 127.5).round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1).contiguous().numpy()


class Lanes:
    """The lanes of one connection: the pictures they have seen, their seeds, and how many steps they have gone."""

    def __init__(self, pipe):
        self.pipe, self.saved = pipe, {}

    def answer(self, request):
        op = request["op"]
        if op == "reset":
            first = request["pictures"][IMAGE].copy()
            self.frames, self.seeds, self.step = [first] * CONTEXT, request["seeds"], 0
        elif op == "step":
            self.advance(request["actions"][ACTION], np.asarray(request["active"]))
        elif op == "save":
            self.saved[len(self.saved)] = (list(self.frames), self.seeds, self.step)
            return {"id": len(self.saved) - 1}
        elif op == "restore":
            frames, self.seeds, self.step = self.saved[request["id"]]
            self.frames = list(frames)
        return {"observation": {IMAGE: self.frames[-1]}}

    def advance(self, actions, active):
        seen = torch.stack([to_model(frame) for frame in self.frames], 1)
        told = torch.from_numpy(np.ascontiguousarray(actions, dtype=np.float32)) / LIMIT
        # The noise of a lane is decided by its seed and the step alone: a reset, or a step taken again, repeats itself.
        noise = [torch.Generator().manual_seed(draw(seed, self.step)) for seed in self.seeds]
        # One by one: in a batch of another size the last bits would be others, and a pixel now and then.
        made = [self.pipe(seen[i : i + 1], told[i : i + 1], noise[i : i + 1]) for i in np.flatnonzero(active)]
        shown = self.frames[-1].copy()
        if made:
            shown[active] = to_bytes(torch.cat(made))
        self.frames, self.step = [*self.frames[1:], shown], self.step + 1


def draw(seed, step):
    return int(np.random.SeedSequence([seed, step]).generate_state(1, np.uint64)[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", help="what diffusers_train.py wrote; default: random weights")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9000)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    denoiser = Denoiser(ACTION_SIZE).eval()
    if args.weights:
        denoiser.load_state_dict(torch.load(args.weights, weights_only=True))
    pipe = FramePipeline(denoiser, make_scheduler())
    scheduler = f"{type(pipe.scheduler).__module__}.{type(pipe.scheduler).__name__}"
    said = spec(f"{args.weights or 'random weights'}, {scheduler}")

    def handle(socket):
        lanes = Lanes(pipe)
        try:
            socket.send(pack(said))
            for message in socket:
                socket.send(pack(lanes.answer(unpack(message))))
        except ConnectionClosed:
            pass
        except Exception:
            socket.send(traceback.format_exc())  # text is an error: simgate tells it as the fault of these lanes
            socket.close(1011)

    with serve(handle, args.host, args.port, compression=None, max_size=None) as server:
        print(f"serving {said['model']} at ws://{args.host}:{server.socket.getsockname()[1]}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
