"""Model cards: what simgate reads beside an ONNX file."""

import hashlib

import yaml


def write_card(file, card, model_file):
    digest = hashlib.sha256(model_file.read_bytes()).hexdigest()
    head = {k: card[k] for k in ("schema", "name", "title")}
    document = head | {"license": "Apache-2.0", "model": model_file.name, "sha256": digest}
    document |= {k: v for k, v in card.items() if k not in document}
    file.write_text(yaml.dump(document, Dumper=CardDumper, sort_keys=False, width=108, allow_unicode=True))


def add_metrics(file, decided):
    """Writes what the evaluation found into a card."""
    card = yaml.safe_load(file.read_text())
    card["training"]["metrics"] |= {k: decided[k] for k in ("youdenJ", "falsePassRate", "falseFailRate")}
    write_card(file, card, file.with_name(card["model"]))


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
