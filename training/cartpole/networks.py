"""The networks, written as they are exported: plain tensors in, plain tensors out, normalisation left to the card."""

import torch
from torch import nn


class Ensemble(nn.Module):
    """Members side by side: (batch, features) → (members, batch, values), one batched product a layer."""

    def __init__(self, members, features, hidden, values):
        super().__init__()
        sizes = [features, hidden, hidden, values]
        self.weights = nn.ParameterList(
            nn.Parameter(torch.randn(members, a, b) / a**0.5) for a, b in zip(sizes, sizes[1:])
        )
        self.biases = nn.ParameterList(nn.Parameter(torch.zeros(members, 1, b)) for b in sizes[1:])

    def forward(self, x):
        y = x  # or (members, batch, features) in training, when every member has its own rows
        for layer, (weight, bias) in enumerate(zip(self.weights, self.biases)):
            y = torch.matmul(y, weight) + bias
            if layer < len(self.weights) - 1:
                y = torch.tanh(y)
        return y


class Recurrent(nn.Module):
    """One step of a GRU: (batch, features), (batch, hidden) → (batch, values), (batch, hidden)."""

    def __init__(self, features, hidden, values):
        super().__init__()
        self.cell = nn.GRUCell(features, hidden)
        self.head = nn.Sequential(nn.Linear(features + hidden, hidden), nn.Tanh(), nn.Linear(hidden, values))

    def forward(self, x, h):
        h = self.cell(x, h)
        return self.head(torch.cat([x, h], -1)), h
