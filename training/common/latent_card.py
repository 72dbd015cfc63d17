"""Cards of latent worlds: three graphs around a state of their own."""

import hashlib

import yaml

from model_card import CardDumper

NEXT = "{}_next"  # how the output is called that gives a state anew


def given(names):
    return [NEXT.format(name) for name in names]


def latent_card(head, graphs, state):
    """`head`: all keys of the card but `schema`, `license`, `graphs` and `state`, in their order; `graphs`: name → file and keys;
    `state`: name → example tensor with the batch first."""
    before = ("name", "title", "controlPeriodSec", "image")
    document = {"schema": "simgate/latent-world-card@1"} | {k: head[k] for k in before[:2]} | {"license": "Apache-2.0"}
    document |= {k: head[k] for k in before[2:]}
    document["graphs"] = {name: vouch(file) | keys for name, (file, keys) in graphs.items()}
    document["state"] = [{"input": n, "output": NEXT.format(n), "shape": [-1, v.shape[1]]} for n, v in state.items()]
    return document | {k: v for k, v in head.items() if k not in before}


def vouch(model):
    return {"model": model.name, "sha256": hashlib.sha256(model.read_bytes()).hexdigest()}


def add_short_metrics(card_file, metrics):
    document = yaml.safe_load(card_file.read_text())
    document["training"]["metrics"] = metrics
    write(card_file, document)


def write(card_file, document):
    card_file.write_text(yaml.dump(document, Dumper=CardDumper, sort_keys=False, width=108, allow_unicode=True))
