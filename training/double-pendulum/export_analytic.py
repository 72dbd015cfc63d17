"""The published plant as an ONNX world, nothing fitted: what `learned` is to beat. `python export_analytic.py`"""

import hashlib
from pathlib import Path

import onnx
import torch

from export import bare
from model import GRAVITY, PERIOD_SEC, PUBLISHED

STEP_SEC = 0.002
MODELS = Path(__file__).parents[2] / "scenarios" / "double-pendulum" / "models"

CARD = """\
schema: simgate/world-card@1
name: analytic
title: Double pendulum, the published plant by Runge-Kutta 4
license: Apache-2.0
model: analytic.onnx
sha256: {sha256}
controlPeriodSec: {period}
inputs:
  - {{ tensor: position, features: [{{ channel: joint_pos }}] }}
  - {{ tensor: velocity, features: [{{ channel: joint_vel }}] }}
  - {{ tensor: torque, features: [{{ action: torque }}] }}
outputs:
  - {{ tensor: change, mode: delta, channels: [joint_pos] }}
  - {{ tensor: next_velocity, mode: absolute, channels: [joint_vel] }}
training:
  data: Nothing is fitted. Masses, inertias and friction as published with the recordings (model design_C.1/model_1.0).
  credits: >-
    Plant parameters: dfki-ric-underactuated-lab/double_pendulum, BSD 3-Clause, © 2022 DFKI RIC Underactuated Robotics Lab.
  script: training/double-pendulum/export_analytic.py
limits:
  - Friction is cf atan(100 v), so a joint that friction holds in reality creeps here.
  - Starts from the velocity it is given, which lags in the recordings.
"""


class AnalyticPlant(torch.nn.Module):
    """One control period of five Runge-Kutta steps, float64."""

    def forward(self, position: torch.Tensor, velocity: torch.Tensor, torque: torch.Tensor):
        q, v, h = position, velocity, STEP_SEC
        for _ in range(round(PERIOD_SEC / h)):
            a = acceleration(q, v, torque)
            b = acceleration(q + h / 2 * v, v + h / 2 * a, torque)
            c = acceleration(q + h / 2 * v + h**2 / 4 * a, v + h / 2 * b, torque)
            d = acceleration(q + h * v + h**2 / 2 * b, v + h * c, torque)
            q, v = q + h * v + h**2 / 6 * (a + b + c), v + h / 6 * (a + 2 * b + 2 * c + d)
        return q - position, v


def acceleration(q: torch.Tensor, v: torch.Tensor, u: torch.Tensor) -> torch.Tensor:
    p = PUBLISHED
    rotor, gear = p["rotor"], p["gear"]
    coupling = p["m2"] * p["l1"] * p["r2"]
    q1, q2 = q[:, :1], q[:, 1:]
    v1, v2 = v[:, :1], v[:, 1:]
    m11 = p["i1"] + p["i2"] + p["m2"] * p["l1"] ** 2 + 2 * coupling * torch.cos(q2) + (gear**2 + 1) * rotor
    m12 = p["i2"] + coupling * torch.cos(q2) - gear * rotor
    m22 = p["i2"] + gear**2 * rotor
    lower = p["m2"] * p["r2"] * GRAVITY * torch.sin(q1 + q2)
    upper = (p["m1"] * p["r1"] + p["m2"] * p["l1"]) * GRAVITY * torch.sin(q1)
    friction1, friction2 = (
        viscous * speed + coulomb * torch.atan(100 * speed.float()).double()  # onnxruntime has no float64 atan
        for viscous, coulomb, speed in zip(p["viscous"], p["coulomb"], (v1, v2))
    )
    f1 = u[:, :1] - friction1 - upper - lower + coupling * torch.sin(q2) * v2 * (2 * v1 + v2)
    f2 = u[:, 1:] - friction2 - lower - coupling * torch.sin(q2) * v1**2
    determinant = m11 * m22 - m12**2
    return torch.cat([(m22 * f1 - m12 * f2) / determinant, (m11 * f2 - m12 * f1) / determinant], dim=1)


def main() -> None:
    graph = MODELS / "analytic.onnx"
    example = tuple(torch.rand(8, 2, dtype=torch.float64) for _ in range(3))
    batch = torch.export.Dim("batch", min=1)
    program = torch.onnx.export(
        AnalyticPlant(),
        example,
        input_names=["position", "velocity", "torque"],
        output_names=["change", "next_velocity"],
        dynamic_shapes=tuple({0: batch} for _ in example),
        dynamo=True,
        optimize=True,
    )
    onnx.save(bare(program.model_proto), graph)
    sha256 = hashlib.sha256(graph.read_bytes()).hexdigest()
    (MODELS / "analytic.world.yaml").write_text(CARD.format(sha256=sha256, period=PERIOD_SEC))


if __name__ == "__main__":
    main()
