"""Physics with a learned residual: the rigid-body equations of a double pendulum whose parameters are fitted, a small
network for the torque they leave unexplained, and an observer that finds the velocity from recent positions.

All in one torch module, so that what is trained is what is exported.
"""

import math

import torch
from torch import Tensor, nn

PERIOD_SEC = 0.01
STATE = 10
ENCODER_COUNT_RAD = 3.815e-4
SETTLING = 0.75  # the observer's gains approach their last value by this factor a step
SUBSTEPS = 4
GRAVITY = 9.81

# As published with the robot: design_C.1, model_1.0.
PUBLISHED = dict(
    m1=0.5234602302, m2=0.6255677234, l1=0.2, r1=0.2, r2=0.2556930544, i1=0.0318871996, i2=0.0508698481,
    rotor=6.287204e-5, gear=6.0, viscous=(0.001, 0.001), coulomb=(0.16, 0.12),
)  # fmt: skip


class LearnedPendulum(nn.Module):
    """Position, velocity, torque and carried state → change of position, next velocity, next state.

    Where recorded observations are shown before the prediction begins, the carried state is an observer: it predicts,
    looks at the next position, and corrects position, velocity and a torque disturbance. While it runs free the
    position it is given is its own, so there is nothing to correct.

    State, zeros at reset: [0] 1 once under way, [1] how far the observer has settled, [2:4] position, [4:6] velocity,
    [6:8] disturbance, [8:10] last torque.
    """

    def __init__(self, hidden: int = 24) -> None:
        super().__init__()
        p = PUBLISHED
        coupling = p["m2"] * p["l1"] * p["r2"]
        lumped = [
            p["i1"] + p["i2"] + p["m2"] * p["l1"] ** 2 + (p["gear"] ** 2 + 1) * p["rotor"],
            p["i2"] - p["gear"] * p["rotor"],
            p["i2"] + p["gear"] ** 2 * p["rotor"],
            coupling,
            (p["m1"] * p["r1"] + p["m2"] * p["l1"]) * GRAVITY,
            p["m2"] * p["r2"] * GRAVITY,
        ]
        self.register_buffer("nominal", torch.tensor(lumped, dtype=torch.float64))
        self.scale = nn.Parameter(torch.zeros(6))  # log factors of the lumped inertias and weights
        self.tilt = nn.Parameter(torch.zeros(2))  # rad, offsets of the two links' zero against the vertical
        self.gain = nn.Parameter(torch.zeros(2))  # log factor of the measured torque
        self.offset = nn.Parameter(torch.zeros(2))  # N m
        self.lead = nn.Parameter(torch.zeros(2))  # half its tanh: share of the last torque change that is added on
        self.viscous = nn.Parameter(torch.tensor(p["viscous"], dtype=torch.float64).log())
        sliding = math.pi / 2 * torch.tensor(p["coulomb"], dtype=torch.float64)  # atan(100 v) of the published law at speed
        self.forward_friction = nn.Parameter(sliding.log())
        self.backward_friction = nn.Parameter(sliding.log())
        self.breakaway = nn.Parameter(torch.full((2,), -2.0))  # softplus: extra share of friction near rest
        self.stribeck = nn.Parameter(torch.zeros(2))  # log rad/s
        self.net = nn.Sequential(nn.Linear(8, hidden), nn.Tanh(), nn.Linear(hidden, hidden), nn.Tanh(), nn.Linear(hidden, 2))
        nn.init.zeros_(self.net[-1].weight)
        nn.init.zeros_(self.net[-1].bias)
        # Corrections [joint, joint] by the position error: settled, and what is added in the first steps.
        self.correct_position = nn.Parameter(torch.stack([0.5 * torch.eye(2), torch.zeros(2, 2)]))
        self.correct_velocity = nn.Parameter(torch.stack([0.3 * torch.eye(2), 0.3 * torch.eye(2)]))
        self.correct_torque = nn.Parameter(torch.zeros(2, 2, 2))
        self.steadiness = nn.Parameter(torch.zeros(2))  # logit: share of the correction withheld within an encoder count
        self.double()

    def prior(self) -> Tensor:
        """Squared distance from the published parameters, in spreads that are plausible for a robot that was measured."""
        published = self.nominal.new_tensor([0.2513274, 0.1884956]).log()
        return (
            (self.scale / 0.05).square().sum()
            + (self.tilt / 0.03).square().sum()
            + (self.gain / 0.05).square().sum()
            + (self.offset / 0.03).square().sum()
            + ((self.forward_friction - published) / 0.3).square().sum()
            + ((self.backward_friction - published) / 0.3).square().sum()
        )

    def residual(self, q: Tensor, v: Tensor) -> Tensor:
        """Torque that depends on the posture and its speed only: what a command does stays with the physics."""
        total = q[:, 0:1] + q[:, 1:2]
        x = torch.cat([q.sin(), q.cos(), total.sin(), total.cos(), v / 8], dim=-1)
        return 0.2 * self.net(x)

    def advance(self, q: Tensor, v: Tensor, u: Tensor, span: float, substeps: int) -> tuple[Tensor, Tensor]:
        """`span` s under constant torque: explicit midpoint for the smooth part, friction as a bounded impulse."""
        m11, m12, m22, h, w1, w2 = (self.nominal * self.scale.exp()).unbind()
        t1, t2 = self.tilt[0], self.tilt[1]
        dt = span / substeps
        q1, q2, v1, v2 = q[:, 0], q[:, 1], v[:, 0], v[:, 1]
        u1, u2 = u[:, 0], u[:, 1]
        b1, b2 = self.viscous.exp().unbind()

        def acceleration(q1, q2, v1, v2):
            s2, c2 = torch.sin(q2), torch.cos(q2)
            weight2 = w2 * torch.sin(q1 + q2 + t2)
            hs = h * s2
            f1 = u1 + hs * v2 * (2 * v1 + v2) - w1 * torch.sin(q1 + t1) - weight2 - b1 * v1
            f2 = u2 - hs * v1 * v1 - weight2 - b2 * v2
            hc = h * c2
            a, b = m11 + 2 * hc, m12 + hc
            inverse = 1 / (a * m22 - b * b)
            i11, i12, i22 = m22 * inverse, -b * inverse, a * inverse
            return i11 * f1 + i12 * f2, i12 * f1 + i22 * f2, i11, i12, i22

        plus, minus = self.forward_friction.exp() * dt, self.backward_friction.exp() * dt
        extra, width = nn.functional.softplus(self.breakaway), torch.exp(-self.stribeck)
        for _ in range(substeps):
            a1, a2, _, _, _ = acceleration(q1, q2, v1, v2)
            a1, a2, i11, i12, i22 = acceleration(
                q1 + dt / 2 * v1, q2 + dt / 2 * v2, v1 + dt / 2 * a1, v2 + dt / 2 * a2
            )
            n1, n2 = v1 + dt * a1, v2 + dt * a2
            more1 = 1 + extra[0] * torch.exp(-((v1 * width[0]) ** 2))
            more2 = 1 + extra[1] * torch.exp(-((v2 * width[1]) ** 2))
            lower1, upper1 = -plus[0] * more1, minus[0] * more1
            lower2, upper2 = -plus[1] * more2, minus[1] * more2
            # Friction impulses that stop both joints; where that is beyond a bound, Gauss-Seidel sweeps between them.
            p1 = torch.minimum(torch.maximum((i12 * n2 - i22 * n1) / (i11 * i22 - i12 * i12), lower1), upper1)
            for _ in range(2):
                p2 = torch.minimum(torch.maximum(-(n2 + i12 * p1) / i22, lower2), upper2)
                p1 = torch.minimum(torch.maximum(-(n1 + i12 * p2) / i11, lower1), upper1)
            n1, n2 = n1 + i11 * p1 + i12 * p2, n2 + i12 * p1 + i22 * p2
            q1, q2 = q1 + dt / 2 * (v1 + n1), q2 + dt / 2 * (v2 + n2)
            v1, v2 = n1, n2
        return torch.stack([q1, q2], -1), torch.stack([v1, v2], -1)

    def step(self, q: Tensor, v: Tensor, u: Tensor, last: Tensor, disturbance: Tensor) -> tuple[Tensor, Tensor]:
        """One control period. `last` is the torque of the period before."""
        ahead = u + 0.5 * torch.tanh(self.lead) * (u - last)
        torque = self.gain.exp() * ahead + self.offset + disturbance
        return self.advance(q, v, torque + self.residual(q, v), PERIOD_SEC, SUBSTEPS)

    def forward(self, position: Tensor, velocity: Tensor, torque: Tensor, state: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """All [batch, 2], state [batch, STATE]; the outputs of the graph: change of position, next velocity, state."""
        going, settled = state[:, 0:1], state[:, 1:2]
        error = position - state[:, 2:4]
        error = error - 2 * math.pi * torch.round(error / (2 * math.pi))  # from the nearest turn

        def correction(gains: Tensor) -> Tensor:
            return error @ gains[0].T + (1 - settled) * (error @ gains[1].T)

        # An error within a count says little: at rest the position is then better averaged than followed.
        steady = 1 - torch.sigmoid(self.steadiness) * torch.exp(-((error / ENCODER_COUNT_RAD) ** 4))
        q = position + going * (steady * correction(self.correct_position) - error)
        v = velocity + going * (state[:, 4:6] + correction(self.correct_velocity) / PERIOD_SEC - velocity)
        d = going * (state[:, 6:8] + 10 * correction(self.correct_torque))
        last = torque + going * (state[:, 8:10] - torque)
        next_q, next_v = self.step(q, v, torque, last, d)
        under_way, settled = torch.ones_like(going), going * (1 - SETTLING * (1 - settled))
        return next_q - position, next_v, torch.cat([under_way, settled, next_q, next_v, d, torque], dim=-1)

    def rollout(self, context: Tensor, position: Tensor, velocity: Tensor, torque: Tensor) -> Tensor:
        """Free-running positions [n, steps, 2] from a context [n, past, 6] and torques [n, steps, 2]."""
        state = context.new_zeros(len(position), STATE)
        for past in context.unbind(1):
            _, _, state = self(past[:, 0:2], past[:, 2:4], past[:, 4:6], state)
        q, v, out = position, velocity, []
        for u in torque.unbind(1):
            change, v, state = self(q, v, u, state)
            q = q + change
            out.append(q)
        return torch.stack(out, dim=1)
