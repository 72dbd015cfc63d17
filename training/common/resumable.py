"""Trainings in parts: each ends when its time is up and goes on where it was when it is started again."""

import argparse
import math
import pickle
import time
from pathlib import Path

import torch


def run_in_parts(train):
    """The command line of a training in parts: train(parts) goes on where the last call ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, required=True, help="folder for data and checkpoints")
    parser.add_argument("--minutes", type=float, default=7)
    options = parser.parse_args()
    torch.set_num_threads(1)
    try:
        train(Parts(options.work, options.minutes))
    except TimeIsUp:
        print("time is up: start it again to go on")


class TimeIsUp(Exception):
    pass


class Parts:
    """Checkpoints in a folder; `minutes`: how long this part may take."""

    def __init__(self, folder, minutes):
        self.folder = folder
        self.until = time.monotonic() + 60 * minutes
        folder.mkdir(parents=True, exist_ok=True)

    def kept(self, name, make):
        """What was made once is read again; nothing is begun when the time is up."""
        file = self.folder / f"{name}.pkl"
        if not file.exists():
            if time.monotonic() > self.until:
                raise TimeIsUp
            made = make()
            file.write_bytes(pickle.dumps(made))
        return pickle.loads(file.read_bytes())

    def fit(self, name, network, loss, updates, peak):
        """Adam on loss(update); the learning rate rises to `peak` over a tenth of the updates and falls to nothing.

        A loss draws its batch from the number of the update, so that a part more or less changes no weight.
        """
        file = self.folder / f"{name}.pt"
        optimiser = torch.optim.Adam([p for p in network.parameters() if p.requires_grad], peak)
        first, seconds = 0, 0.0
        if file.exists():
            saved = torch.load(file)
            network.load_state_dict(saved["network"])
            optimiser.load_state_dict(saved["optimiser"])
            first, seconds = saved["update"], saved["seconds"]
        began = time.monotonic()
        for update in range(first, updates):
            if time.monotonic() > self.until:
                self.keep(file, network, optimiser, update, seconds + time.monotonic() - began)
                raise TimeIsUp
            for group in optimiser.param_groups:
                group["lr"] = peak * rate(update / updates)
            value = loss(update)
            optimiser.zero_grad()
            value.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1)
            optimiser.step()
            if update % 100 == 0:
                print(f"{name} {update}/{updates}: loss {float(value.detach()):.4g}", flush=True)
        seconds += time.monotonic() - began
        if first < updates:
            self.keep(file, network, optimiser, updates, seconds)
        return round(seconds, 1)

    def keep(self, file, network, optimiser, update, seconds):
        state = {"network": network.state_dict(), "optimiser": optimiser.state_dict()}
        torch.save(state | {"update": update, "seconds": seconds}, file)


def rate(done):
    return done / 0.1 if done < 0.1 else 0.001 + 0.999 * (1 + math.cos(math.pi * (done - 0.1) / 0.9)) / 2
