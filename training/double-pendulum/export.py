"""The trained model as an ONNX graph (float32) and its world card."""

import hashlib
from copy import deepcopy
from pathlib import Path

import onnx
import torch

from data import HELD_OUT, TRAIN
from model import PERIOD_SEC, STATE, LearnedPendulum

CARD = """\
schema: simgate/world-card@1
name: learned
title: Double pendulum, physics with a learned residual
license: Apache-2.0
model: learned.onnx
sha256: {sha256}
controlPeriodSec: {period}
inputs:
  - {{ tensor: position, features: [{{ channel: joint_pos }}] }}
  - {{ tensor: velocity, features: [{{ channel: joint_vel }}] }}
  - {{ tensor: torque, features: [{{ action: torque }}] }}
outputs:
  - {{ tensor: change, mode: delta, channels: [joint_pos] }}
  - {{ tensor: next_velocity, mode: absolute, channels: [joint_vel] }}
state:
  # An observer: while recorded positions are shown it corrects its velocity and a torque disturbance by them.
  - {{ input: state, output: next_state, shape: [-1, {state}] }}
training:
  data: >-
    Real hardware, whole trials: {trained}.
    Held out, whole trials: {held_out}.
    (Trial robot-policy-NN is leaderboard/robot/real_hardware_v2/src_data/policy/experimentNN of the origin.)
  dataLicense: BSD-3-Clause
  credits: >-
    Recordings and published plant parameters: dfki-ric-underactuated-lab/double_pendulum,
    leaderboard/*/real_hardware_v2/src_data, BSD 3-Clause, © 2022 DFKI RIC Underactuated Robotics Lab.
  seed: {seed}
  script: training/double-pendulum/train.py
  metrics:
{metrics}
limits:
  - >-
    Not a bare network: rigid-body equations whose inertias, weights, friction, torque gain and offset are fitted from
    the published values, plus an 8-24-24-2 network for the torque that is left, all trained through rollouts of 1 s.
  - >-
    The velocity at a start inside a recording comes from the observer: show it at least 0.06 s of context, better
    0.2 s. Without context it takes the velocity it is given, which lags in these recordings.
  - One robot, one set of links, swing-up and balance; torques within about 5 N m, joint speeds within about 18 rad/s.
  - >-
    Trained with measured torques. In the runs of one policy the robot logged only every 30 ms, so that torque and
    velocity there are known more coarsely.
  - Near the upright balance small errors grow fast; beyond about half a second only held postures are predicted well.
  - >-
    Where the robot rests, friction hides small torques: how it balances upright under feedback is known less well than
    how it moves, and a balance in this world is not evidence of the same precision as the replay errors.
  - Says nothing of its own uncertainty.
"""


def export(model: LearnedPendulum, folder: Path, metrics: dict, seed: int) -> None:
    graph = folder / "learned.onnx"
    exported = deepcopy(model).float().eval()
    example = (torch.rand(8, 2), torch.rand(8, 2), torch.rand(8, 2), torch.rand(8, STATE))
    batch = torch.export.Dim("batch", min=1)
    program = torch.onnx.export(
        exported,
        example,
        input_names=["position", "velocity", "torque", "state"],
        output_names=["change", "next_velocity", "next_state"],
        dynamic_shapes=tuple({0: batch} for _ in example),
        dynamo=True,
        optimize=True,
    )
    onnx.save(bare(program.model_proto), graph)
    held_out = metrics["heldOut"]["all"]["learned"]
    rows = [
        f"heldOutMedianErrorRadAt{at.removesuffix(' s')}s: {cell['median']}"
        for at, cell in held_out.items()
        if at != "ratioTo"
    ]
    (folder / "learned.world.yaml").write_text(
        CARD.format(
            sha256=hashlib.sha256(graph.read_bytes()).hexdigest(),
            period=PERIOD_SEC,
            state=STATE,
            trained=", ".join(TRAIN),
            held_out=", ".join(HELD_OUT),
            seed=seed,
            metrics="\n".join(f"    {row}" for row in rows),
        )
    )


def bare(proto: onnx.ModelProto) -> onnx.ModelProto:
    """Without the exporter's notes (traces of the source, file paths), which are most of the bytes."""
    del proto.metadata_props[:], proto.graph.metadata_props[:], proto.graph.value_info[:]
    for part in (*proto.graph.node, *proto.graph.input, *proto.graph.output, *proto.graph.initializer):
        del part.metadata_props[:]
        part.doc_string = ""
    return proto
