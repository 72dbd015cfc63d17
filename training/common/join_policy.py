"""A latent world's encode and step around an actor as one ONNX graph: a policy that carries the world's state itself."""

import onnx
from onnx.compose import add_prefix, merge_models


def join_policy(name, told, encode, actor, step, file):
    """Model files → one graph. Out come what the actor does, and the state after a step under it.

    `told` gives what encode is told; actor and step take what they name of the state (`x` is encode's `x_next`); the actor's
    one output has the name of the input of step that takes it.
    """
    told, encode = onnx.load(told), add_prefix(onnx.load(encode), "encode/", rename_inputs=False)
    actor = add_prefix(onnx.load(actor), "actor/", rename_outputs=False)
    step = add_prefix(onnx.load(step), "step/", rename_outputs=False)
    state, following, (command,) = names(encode.graph.output), names(step.graph.output), names(actor.graph.output)
    policy = merge_models(told, encode, [(one, one) for one in names(told.graph.output)])
    policy = merge_models(policy, actor, fed(state, actor, "actor/"), outputs=[*state, command])
    links = [*fed(state, step, "step/"), (command, f"step/{command}")]
    policy = merge_models(policy, step, links, outputs=[command, *following])
    opset = policy.opset_import[0]
    del policy.opset_import[1:]
    if any(part.opset_import != [opset] for part in (told, encode, actor, step)):
        raise SystemExit("the graphs are not of one opset")
    policy.graph.name = name
    policy.graph.ClearField("doc_string")
    onnx.checker.check_model(policy, full_check=True)
    onnx.save(policy, file)


def fed(state, model, prefix):
    """Pairs of a state that encode gives and the input that takes it."""
    pairs = [(one, prefix + one.removeprefix("encode/").removesuffix("_next")) for one in state]
    return [(one, taken) for one, taken in pairs if taken in names(model.graph.input)]


def names(values):
    return [value.name for value in values]
