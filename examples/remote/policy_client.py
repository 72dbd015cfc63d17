"""Drives a policy that simgate serves from Python, as openpi's client does.

    simgate serve policy cartpole --policy lqr            # in another terminal
    python policy_client.py ws://127.0.0.1:8000
"""

import sys

import numpy as np
from websockets.sync.client import connect

from wire import pack, unpack

with connect(sys.argv[1], compression=None, max_size=None) as socket:
    about = unpack(socket.recv())
    print(about["name"], [channel["name"] for channel in about["observation"]])
    observation = {channel["name"]: np.float64(0.1) * np.ones(channel["shape"]) for channel in about["observation"]}
    socket.send(pack(observation))
    answer = socket.recv()
    print("actions", answer if isinstance(answer, str) else unpack(answer)["actions"].tolist())
