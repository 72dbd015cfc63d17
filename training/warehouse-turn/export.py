"""ONNX files and their model cards."""

import hashlib

import numpy as np
import onnx
import onnxruntime
import torch
import yaml

PARITY = 1e-5
OPSET = 18


def export_onnx(network, file, inputs, outputs):
    """`inputs`: name → example tensor with the batch first; `outputs`: names.

    Stops if onnxruntime and PyTorch differ by more than PARITY at another batch size than the example's.
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

    tests = [torch.randn(7, *e.shape[1:]) for e in examples]
    with torch.no_grad():
        expected = network(*tests)
    expected = expected if isinstance(expected, tuple) else (expected,)
    got = onnxruntime.InferenceSession(file).run(outputs, {n: t.numpy() for n, t in zip(names, tests)})
    worst = max(np.abs(g - e.numpy()).max() for g, e in zip(got, expected))
    if worst > PARITY:
        raise SystemExit(f"{file.name}: onnxruntime differs from PyTorch by {worst:.1e}")


def write_card(file, card, model_file):
    digest = hashlib.sha256(model_file.read_bytes()).hexdigest()
    head = {k: card[k] for k in ("schema", "name", "title")}
    document = head | {"license": "Apache-2.0", "model": model_file.name, "sha256": digest}
    document |= {k: v for k, v in card.items() if k not in document}
    file.write_text(yaml.dump(document, Dumper=CardDumper, sort_keys=False, width=108, allow_unicode=True))


class CardDumper(yaml.SafeDumper):
    """Block style outside, one line for what fits on one: number lists, features, names."""


def short_list(dumper, values):
    flow = all(not isinstance(v, str) or " " not in v for v in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=flow and not nested(values))


def nested(values):
    return any(isinstance(v, (dict, list)) for v in values)


def short_map(dumper, values):
    flow = len(values) <= 3 and not nested(values.values()) and sum(len(str(v)) for v in values.values()) < 60
    return dumper.represent_mapping("tag:yaml.org,2002:map", values, flow_style=flow)


CardDumper.add_representer(list, short_list)
CardDumper.add_representer(dict, short_map)
