"""Validates a value of the stack file against its model, and turns pydantic's errors into faults."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Literal, NamedTuple, TypeAlias, TypeVar, cast, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from settings.elsewhere import as_mapping, elsewhere
from settings.errors import ABSENT, Fault, as_yaml, key
from settings.existing_or_not import JOINED, MADE
from settings.fields import LEFT_OUT, Model
from settings.tags import Tags
from settings.wanted import instead, is_home, resembles, wanted

M = TypeVar("M", bound=Model | Tags)
Location = tuple[str | int, ...]
AnyModel: TypeAlias = type[Model] | type[Tags]
TAGS = (MADE, JOINED)
"""What pydantic puts into a location after the key of a value that may be of one of two models."""

TYPES = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
}
"""Pydantic's error type → the type that a value should have had."""
A_MAPPING = f"must be {TYPES['model_type']}"
UNQUOTED = ("a whole number", "a number", "true or false")
SWITCHES = {"yes": "true", "on": "true", "no": "false", "off": "false"}
"""Booleans of YAML 1.1, which the CLI reads as text."""


def read(model: type[M], path: str, value: object, faults: list[Fault], *, secret: bool) -> M | None:
    """Validates a value against a model.

    Args:
        model: The model.
        path: The path of the value in the file, in Pulumi's notation.
        value: The decoded value, or ABSENT.
        faults: Receives the faults.
        secret: Whether Pulumi keeps part of the key secret.

    Returns:
        An instance of the model, or None if there are faults.
    """
    if not isinstance(value, dict):
        must = "is required" if value is ABSENT else A_MAPPING
        name = "-" if path.endswith("]") else f"{path}:"
        faults.append(Fault(path=path, value=value, must=must, fix=f"{name} {as_yaml(model.example)}"))
        return None
    try:
        return model.model_validate_json(
            json.dumps(value), by_alias=True, by_name=False, context={"secret": secret}
        )
    except ValidationError as error:
        faults += _faults(model, path, cast("dict[str, object]", value), error)
        return None


class FieldAt(NamedTuple):
    """The innermost model and field that contain a location."""

    owner: AnyModel
    field: FieldInfo


def field_at(model: AnyModel, location: Location) -> FieldAt:
    """The field at a location, which is a list of keys and list indexes starting at a model.

    Where a value may be of one of two models, a tag in the location tells which, or else the next key.
    """
    candidates: Sequence[AnyModel] = [model]
    owner, field = model, FieldInfo()
    for part in location:
        if _is_tag(part):
            if part in TAGS and len(candidates) > 1:
                candidates = [candidates[TAGS.index(str(part))]]
            continue
        for candidate in candidates:
            if found := _by_alias(candidate).get(str(part)):
                owner, field, candidates = candidate, found, models_in(found.annotation)
                break
    return FieldAt(candidates[0] if candidates else owner, field)


def _is_tag(part: str | int) -> bool:
    """Whether a part of a location is no key: it tells which of two forms a value has."""
    return isinstance(part, str) and part.startswith("\0")


def choices(annotation: Any) -> list[str]:  # noqa: ANN401 - an annotation may be anything
    """The values of the literal in an annotation such as `Auth`, `Auth | None` or `tuple[Verb, ...]`."""
    if get_origin(annotation) is Literal:
        return [str(choice) for choice in get_args(annotation)]
    return [choice for inner in get_args(annotation) for choice in choices(inner)]


def _faults(model: AnyModel, path: str, value: object, error: ValidationError) -> Iterator[Fault]:
    """The faults of a validation error, except for missing keys that were probably only misspelt."""
    details = error.errors(include_url=False)
    unknown = {detail["loc"]: detail["input"] for detail in details if detail["type"] == "extra_forbidden"}
    meant = {(*at[:-1], name) for at, given in unknown.items() for name in _meant(model, at, given)}
    for detail in details:
        location, given = detail["loc"], detail["input"]
        place = tuple(part for part in location if not _is_tag(part))
        if detail["type"] == "default_factory_not_called":  # for another fault of the same model
            continue
        if detail["type"] == "missing":
            if location in meant or (*location[:-1], "existing") in meant:
                continue
            given, must, fix = ABSENT, "is required", _example(model, location)
        elif detail["type"] == "extra_forbidden":
            must, fix = _unknown(model, location, given, beside=_at(value, place[:-1]))
        elif not place:  # the whole value
            must, fix = _misfit(model, location, detail)[0], f"{path}: {as_yaml(model.example)}"
        elif location[-1] == "[key]":  # how pydantic marks an error in a mapping's key
            location, place = location[:-1], place[:-1]
            given = _at(value, place)
            must, right = _misfit(model, location, detail)
            fix = f"{right}: {as_yaml(given)}" if right else _example(model, location)
        else:
            must, right = _misfit(model, location, detail)
            name = "-" if isinstance(place[-1], int) else f"{as_yaml(place[-1])}:"
            mapped = as_mapping(str(place[-1]), given) if must == A_MAPPING else None
            fix = (
                f"# without {place[-1]}"
                if right == LEFT_OUT
                else f"{name} {right}"
                if right
                else _lines(mapped)
                if mapped
                else _example(model, location)
            )
        yield Fault(path=key(path, *place), value=given, must=must, fix=fix)


def _misfit(model: AnyModel, location: Location, detail: ErrorDetails) -> tuple[str, str | None]:
    """What must hold for a value; and YAML of the right value, if the wrong one tells it."""
    given: object = detail["input"]
    kind = detail["type"]
    if kind == "unfit":
        context = detail.get("ctx", {})
        return context["must"], context["right"]
    if kind == "literal_error":
        right = {choice.lower(): choice for choice in choices(field_at(model, location).field.annotation)}
        # Of `auth:` without a value the nearest would be none, which lets anybody call.
        nearest = get_close_matches(given.lower(), right, n=1) if isinstance(given, str) else []
        return f"must be {' | '.join(right.values())}", right[nearest[0]] if nearest else None
    if kind == "bool_type" and isinstance(given, str) and given.lower() in SWITCHES:
        return "must be true or false", SWITCHES[given.lower()]
    if TYPES[kind] in UNQUOTED and isinstance(given, str):
        if unit := re.fullmatch(r"([1-9]\d*) ?(s|%)", given):
            return f"must be {TYPES[kind]}, without a unit", unit[1]
        meant = given if re.fullmatch(r"[1-9]\d*|true|false", given) else None
        return f"must be {TYPES[kind]}, without quotes", meant
    return f"must be {TYPES[kind]}", _of_another_type(kind, given)


def _of_another_type(kind: str, given: object) -> str | None:
    """YAML of what is meant: a list of one text by the text, a text by a list of one, or by its `name`."""
    match kind, given:
        case "tuple_type", str() if re.fullmatch(r"\S+", given):
            return as_yaml([given])
        case "string_type", [str(text)] | {"name": str(text)}:
            return as_yaml(text)
        case _:
            return None


def _unknown(
    model: AnyModel, location: Location, given: object, *, beside: Mapping[str, object]
) -> tuple[str, str]:
    """What must hold for an unknown key, and YAML that would be right, given the keys beside it."""
    owner, name = field_at(model, location).owner, str(location[-1])
    if hint := elsewhere(owner, name):
        return f"is unknown: {hint.where}", _lines(hint.right(given)) or f"# without {name}"
    meant = _nearest(owner, name)
    found = wanted(name, owner)
    home = found and is_home(found, owner)
    if found and (home or not (meant and (resembles(name, meant) or found.key == meant))):
        there = home and found.key in beside
        right = f"# without {as_yaml(name)}" if there else instead(name, given, found, owner)
        return f"is unknown: {found.where}", right
    nearest = (
        f"{meant} is the nearest key there is"
        if meant
        else f"the keys here are {', '.join(_by_alias(owner))}"
    )
    renamed = meant and meant not in beside
    return f"is unknown: {nearest}", f"{meant}: {as_yaml(given)}" if renamed else f"# without {as_yaml(name)}"


def _meant(model: AnyModel, location: Location, given: object) -> Collection[str]:
    """The known keys that an unknown one was probably meant to be."""
    owner, name = field_at(model, location).owner, str(location[-1])
    hint = elsewhere(owner, name)
    return hint.right(given).keys() if hint else [_nearest(owner, name)]


def _nearest(model: AnyModel, name: str) -> str:
    """The key of a model that is most like an unknown one, or an empty text."""
    return next(iter(get_close_matches(name, _by_alias(model), n=1)), "")


def _example(model: AnyModel, location: Location) -> str:
    """YAML of the innermost field at a location, with its example or else its default."""
    field = field_at(model, location).field
    if field.alias is None:
        return _lines(model.example)
    return f"{field.alias}: {as_yaml(field.examples[0] if field.examples else field.get_default())}"


def _lines(values: Mapping[str, object]) -> str:
    return "\n".join(f"{name}: {as_yaml(value)}" for name, value in values.items())


def _by_alias(model: AnyModel) -> dict[str, FieldInfo]:
    return {str(field.alias): field for field in model.model_fields.values()}


def models_in(annotation: Any) -> list[type[Model]]:  # noqa: ANN401 - an annotation may be anything
    """The models in an annotation such as `Network`, `tuple[Service, ...]` or `Logs | None`."""
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return [annotation]
    return [model for inner in get_args(annotation) for model in models_in(inner)]


def _at(value: Any, location: Location) -> Any:  # noqa: ANN401 - what JSON holds
    for part in location:
        value = value[part]
    return value
