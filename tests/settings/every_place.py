"""All places of a stack file at which a value can be encrypted: those of the models, not of some file."""

from collections.abc import Iterator, Mapping
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

from settings.fields import Model
from settings.rules.keys import BACKENDS, KEYS, TAGS
from settings.secrets import MODELS, Place

NAME = "TOKEN"
"""Stands for the names of a mapping."""


def every_place() -> list[Place]:
    """Each key, each setting in it, and each mapping and list around one; of lists the first item."""
    found: dict[Place, None] = {}
    for name in KEYS:
        root = (name, 0) if name == BACKENDS else (name,)
        inside = [place for model in MODELS.get(name, ()) for place in _inside(model, root)]
        found |= dict.fromkeys([(name,), root, *inside])
        if name == TAGS:
            found[name, NAME] = None
    return list(found)


def _inside(annotation: Any, place: Place) -> Iterator[Place]:
    """The places inside a setting of some type, itself among them."""
    yield place
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Model):
        for field in annotation.model_fields.values():
            yield from _inside(field.annotation, (*place, str(field.alias)))
    elif origin is tuple:
        yield from _inside(arguments[0], (*place, 0))
    elif origin is Mapping:
        yield from _inside(arguments[1], (*place, NAME))
    elif origin is Annotated:
        yield from _inside(arguments[0], place)
    else:
        for argument in arguments:
            if argument is not NoneType:
                yield from _inside(argument, place)
