"""An openpi-style policy server: one binary frame of metadata, then an observation in, a chunk of actions out.

    pip install msgpack numpy websockets
    python policy_server.py                                                 # at ws://127.0.0.1:8000
    simgate run cartpole --policy ws://127.0.0.1:8000 --start pole_angle=0.3
    simgate exam told.yaml --world ensemble --starts 16                     # its goal in words, and in others
"""

import argparse
import traceback

import numpy as np
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import serve

from wire import pack, unpack

GAINS = np.array([1.5, 30.0, 2.5, 8.0])
WORDS = {"balance", "upright"}  # all that it has learned of a language
CHANNELS = ["cart_position", "pole_angle", "cart_velocity", "pole_velocity"]


def infer(observation):
    """A chunk of five actions [5, 1]; your policy goes here. Told its goal in words that it does not know, this one rests."""
    knows = WORDS & set(observation.get("prompt", "balance").split())
    state = np.array([observation[channel].item() for channel in CHANNELS])
    return np.full((5, 1), GAINS @ state if knows else 0, dtype=np.float32)


def handle(socket):
    try:
        socket.send(pack({"name": "four gains"}))
        for message in socket:
            socket.send(pack({"actions": infer(unpack(message))}))
    except ConnectionClosed:
        pass
    except Exception:
        socket.send(traceback.format_exc())
        socket.close(1011)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8000)
    with serve(handle, "127.0.0.1", parser.parse_args().port, compression=None, max_size=None) as server:
        print(f"serving four gains at ws://127.0.0.1:{server.socket.getsockname()[1]}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
