"""Texts that stand for secure values, which only the CLI can decrypt: such that the settings accept them."""

import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from crosslink.sandbox.go_yaml import Value
from settings import Api, Backend, Consumer, SettingsError, parse
from settings.errors import key
from settings.fields import regions
from settings.rules.keys import API, BACKENDS, CONSUMER
from settings.rules.networks import zone_prefix
from settings.validation import choices, field_at

FREE_TEXT = "[secret]"
"""Stands where the settings accept any text."""
MAX_TRIALS = 100
MODELS = {CONSUMER: Consumer, BACKENDS: Backend, API: Api}
Place = tuple[str | int, ...]
"""A key of the configuration, and the keys and list indexes that lead from it to a value."""


def filled(config: Mapping[str, Value], places: Sequence[Place]) -> Mapping[str, Value]:
    """The configuration with a stand-in at each place.

    Args:
        config: the stack's configuration by full key, `crosslink:api`.
        places: where its secure values are.
    """
    for place in places:
        config = _with(config, place, FREE_TEXT)
    refused = [place for place in places if _path(place) in _faulty(config)]
    for number, place in enumerate(refused):
        config = _with(config, place, _stand_in(config, place, ignored=refused[number + 1 :]))
    return config


def _stand_in(config: Mapping[str, Value], place: Place, ignored: Sequence[Place]) -> str:
    """The first text that the settings have no fault with, or else the fewest; faults at places that have no
    stand-in yet don't count."""
    later = {_path(other) for other in ignored}
    faults: dict[str, int] = {}
    for text in islice(_candidates(config, place), MAX_TRIALS):
        faults[text] = len(_faulty(_with(config, place, text)) - later)
        if not faults[text]:
            break
    return min(faults, key=lambda text: faults[text])


def _candidates(config: Mapping[str, Value], place: Place) -> Iterator[str]:
    """Texts for a place, the likeliest first: examples, then such as agree with the rest of the file."""
    examples = _examples(place)
    yield from examples
    example, file = examples[0], json.dumps(config)
    accounts = dict.fromkeys(re.findall(r"\b\d{12}\b", file))
    in_file = [region for region in regions() if region in file or f'"{zone_prefix(region)}-az' in file]
    for region in in_file:
        in_region = re.sub(r"\b[a-z]{2}-[a-z]+-\d\b", region, example)
        yield from (re.sub(r"\b\d{12}\b", account, in_region) for account in accounts)
    # The role of another account's side; the path of a route.
    if prefix := re.match(r"arn:aws:\w+:|/", example):
        yield from re.findall(rf'"({prefix[0]}[^"\\]*)"', file)
    if re.fullmatch(r"\w+-az\d", example):
        yield from (f"{zone_prefix(region)}-az{n}" for region in in_file for n in range(1, 8))
    elif re.fullmatch(r"[\d.]+/\d+", example):
        yield from (f"10.{n}.0.0/16" for n in range(MAX_TRIALS))
    else:
        yield from (f"{example}-{n}" for n in range(2, MAX_TRIALS))


def _examples(place: Place) -> list[str]:
    """The texts of a field's example, or else of its default, and the choices that it leaves."""
    name, *location = place
    model = MODELS.get(str(name))
    if model is None:
        return ["false"]
    if not location:
        return [json.dumps([model.example] if name == BACKENDS else model.example)]
    field = field_at(model, tuple(location)).field
    return [*_texts(field.examples[0] if field.examples else field.get_default()), *choices(field.annotation)]


def _texts(example: Value | tuple[Value, ...]) -> Iterator[str]:
    match example:
        case list() | tuple():
            for item in example:
                yield from _texts(item)
        case dict():
            yield from _texts([*example.values()])
        case _:
            yield str(example)


def _faulty(config: Mapping[str, Value]) -> set[str]:
    """The paths at which the settings have faults."""
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in config.items()}
    try:
        parse(texts, "dev")
    except SettingsError as error:
        return {fault.path for fault in error.faults}
    return set()


def _path(place: Place) -> str:
    return key(str(place[0]), *place[1:])


def _with(config: Mapping[str, Value], place: Place, text: str) -> Mapping[str, Value]:
    """The configuration with a text at a place."""
    changed: Any = copy.deepcopy(dict(config))
    inner = changed
    for part in place[:-1]:
        inner = inner[part]
    inner[place[-1]] = text
    return changed
