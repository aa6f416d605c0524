"""Texts that stand for secure values, which only the CLI can decrypt: such that the settings accept them."""

import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import islice
from operator import getitem, itemgetter
from typing import Any, TypeAlias

from crosslink.sandbox.go_yaml import Value
from crosslink.sandbox.record import leaves
from crosslink.sandbox.stack_file import Place
from settings import Api, Backend, Consumer, SettingsError, parse
from settings.errors import key
from settings.fields import regions
from settings.rules.keys import API, BACKENDS, CONSUMER
from settings.rules.networks import zone_prefix
from settings.validation import choices, field_at

FREE_TEXT = "[secret]"  # stands where the settings accept any text
MAX_TRIALS = 100
MODELS = {CONSUMER: Consumer, BACKENDS: Backend, API: Api}
Config: TypeAlias = Mapping[str, Value]  # a stack's configuration by full key, `crosslink:api`


def filled(config: Config, places: Sequence[Place]) -> Config:
    """The configuration with a stand-in at each place of a secure value: the first of the texts that the
    settings have no fault with, or else the fewest.
    """
    for place in places:
        config = _with(config, place, FREE_TEXT)
    faulty = _faulty(config)
    refused = [place for place in places if _path(place) in faulty]
    for number, place in enumerate(refused):
        without_stand_in = {_path(other) for other in refused[number + 1 :]}  # their faults don't count yet
        faults: dict[str, int] = {}
        for text in islice(_candidates(config, place), MAX_TRIALS):
            faults[text] = len(_faulty(_with(config, place, text)) - without_stand_in)
            if not faults[text]:
                break
        config = _with(config, place, min(faults.items(), key=itemgetter(1))[0])
    return config


def _candidates(config: Config, place: Place) -> Iterator[str]:
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
    example = field.examples[0] if field.examples else field.get_default()
    return [*map(str, leaves(example)), *choices(field.annotation)]


def _faulty(config: Config) -> set[str]:
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in config.items()}
    try:
        parse(texts, "dev")
    except SettingsError as error:
        return {fault.path for fault in error.faults}
    return set()


def _path(place: Place) -> str:
    return key(str(place[0]), *place[1:])


def _with(config: Config, place: Place, text: str) -> Config:
    changed: Any = copy.deepcopy(dict(config))
    *inside, last = place
    reduce(getitem, inside, changed)[last] = text
    return changed
