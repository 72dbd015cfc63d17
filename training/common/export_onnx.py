"""PyTorch networks as ONNX files."""

import numpy as np
import onnx
import onnxruntime
import torch

PARITY = 1e-5
OPSET = 18


def export_onnx(network, file, inputs, outputs, parity=PARITY, tests=None):
    """`inputs`: name → example tensor with the batch first; `outputs`: names.

    Stops if onnxruntime and PyTorch differ by more than `parity` at another batch size than the example's (values beyond 1:
    by that share of them, since a beam of 15 m has fewer decimals in float32 than an angle). They are compared on `tests`, or else on
    normal noise.
    """
    names, examples = list(inputs), list(inputs.values())
    batch = torch.export.Dim("batch")
    torch.onnx.export(
        network.eval(),
        tuple(examples),
        str(file),
        input_names=names,
        output_names=outputs,
        opset_version=OPSET,
        dynamic_shapes=[{0: batch}] * len(examples),
        external_data=False,
        verbose=False,
    )
    model = onnx.load(file)
    model.ClearField("metadata_props")
    for node in model.graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    onnx.checker.check_model(model)
    onnx.save(model, file)

    tests = tests or [torch.randn(7, *e.shape[1:]) for e in examples]
    with torch.no_grad():
        expected = network(*tests)
    expected = expected if isinstance(expected, tuple) else (expected,)
    got = onnxruntime.InferenceSession(file).run(outputs, {n: t.numpy() for n, t in zip(names, tests)})
    worst = max(off_by(g, e.numpy()) for g, e in zip(got, expected))
    if worst > parity:
        raise SystemExit(f"{file.name}: onnxruntime differs from PyTorch by {worst:.1e}")


def off_by(got, expected):
    return (np.abs(got - expected) / np.maximum(1, np.abs(expected))).max()
