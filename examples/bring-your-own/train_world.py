"""A network that learns one control period of the arm from trials 1 to 6, exported as models/arm.onnx."""

import csv
from pathlib import Path

import numpy as np
import torch

PERIOD_SEC, TRIALS = 0.02, range(1, 7)


def transitions(file):
    rows = np.array([[float(cell) for cell in row] for row in list(csv.reader(file.open()))[1:]])
    every = rows[:: round(PERIOD_SEC / 0.01)]  # the log is twice as fast as the control
    state, torque = np.radians(every[:, 1:3]), every[:, 3:]
    change = np.diff(state, axis=0)
    features = np.hstack([np.sin(state[:, :1]), np.cos(state[:, :1]), state[:, 1:], torque])
    return features[:-1], change


torch.manual_seed(0)
pairs = [transitions(Path(f"logs/trial-{trial}.csv")) for trial in TRIALS]
x = torch.tensor(np.vstack([features for features, _ in pairs]), dtype=torch.float32)
y = torch.tensor(np.vstack([change for _, change in pairs]), dtype=torch.float32)

network = torch.nn.Sequential(
    torch.nn.Linear(4, 64), torch.nn.Tanh(), torch.nn.Linear(64, 64), torch.nn.Tanh(), torch.nn.Linear(64, 2)
)
mean, std, scale = x.mean(0), x.std(0), y.std(0)
optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 4000)
for step in range(4000):
    batch = torch.randint(len(x), (256,))
    loss = (network((x[batch] - mean) / std) - y[batch] / scale).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()
print(f"{len(x)} transitions, loss {loss.item():.5f}")


class Arm(torch.nn.Module):
    """Takes features and gives changes in their own units: the normalisation is inside, so the card needs none."""

    def __init__(self):
        super().__init__()
        self.network, self.mean, self.std, self.scale = network, mean, std, scale

    def forward(self, x):
        return self.network((x - self.mean) / self.std) * self.scale


Path("models").mkdir(exist_ok=True)
torch.onnx.export(
    Arm().eval(),
    (torch.zeros(2, 4),),
    "models/arm.onnx",
    input_names=["x"],
    output_names=["change"],
    dynamic_shapes=[{0: torch.export.Dim("batch")}],  # any number of lanes
    external_data=False,  # the weights inside the file
    verbose=False,
)
