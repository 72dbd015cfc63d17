"""A network that imitates a controller that holds the arm at 60 degrees, exported as policies/hold.onnx."""

from pathlib import Path

import torch

GOAL_RAD, WEIGHT, LIMIT = 1.0472, 1.32, 2.0  # rad, N m, N m

torch.manual_seed(0)
network = torch.nn.Sequential(torch.nn.Linear(2, 32), torch.nn.Tanh(), torch.nn.Linear(32, 1))
optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
for step in range(3000):
    observation = torch.randn(256, 2) * torch.tensor([0.8, 3.0]) + torch.tensor([0.6, 0.0])
    angle, speed = observation[:, :1], observation[:, 1:]
    teacher = WEIGHT * torch.sin(angle) + 2.5 * (GOAL_RAD - angle) - 0.3 * speed
    loss = (network(observation) - teacher.clamp(-LIMIT, LIMIT) / LIMIT).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"loss {loss.item():.5f}")

Path("policies").mkdir(exist_ok=True)
torch.onnx.export(
    network.eval(),
    (torch.zeros(2, 2),),
    "policies/hold.onnx",
    input_names=["observation"],
    output_names=["command"],  # −1 … 1: the card says that 1 is 2 N m
    dynamic_shapes=[{0: torch.export.Dim("batch")}],
    external_data=False,
    verbose=False,
)
