"""What users look for that isn't where they look: another place has it, under its own name or another, or
nothing has."""

import json
from difflib import SequenceMatcher
from typing import cast

from pydantic import ValidationError

from settings.any_backend import Backend
from settings.cluster import Cluster, ExistingCluster, JoinedCluster
from settings.errors import as_yaml
from settings.fields import Model
from settings.networks import BackendNetwork, ExistingBackendNetwork, JoinedBackendNetwork
from settings.service import ExistingService, JoinedService, Service
from settings.wanted_names import OTHERS, OWN, PLACES, Wanted, plain

RESEMBLING = 0.8
"""How alike two keys are of which one is the other misspelt; 1 for the same."""
KINDS = (
    (Backend,),
    (Cluster, JoinedCluster, ExistingCluster),
    (Service, JoinedService, ExistingService),
    (BackendNetwork, JoinedBackendNetwork, ExistingBackendNetwork),
)
"""Models of what may be in one place: there a key of another one is unknown, and has no other place."""


def wanted(name: str, model: type | None = None) -> Wanted | None:
    """What there is of what an unknown key asks for; None if nothing is known of it.

    Args:
        name: The key.
        model: The mapping that the key is in; None for the stack file itself.
    """
    own = OWN.get(name)
    if own and own.model and model:
        here = (own.model, model)
        if any(all(issubclass(each, kinds) for each in here) for kinds in KINDS):
            return None
    return own or OTHERS.get(plain(name))


def resembles(name: str, known: str) -> bool:
    """Whether a key is so like one that exists that this one was meant, or is a part of it."""
    name, known = name.lower(), known.lower()
    return name in known or SequenceMatcher(None, name, known).ratio() > RESEMBLING


def is_home(found: Wanted, model: type) -> bool:
    """Whether a mapping has what is wanted itself, under another key."""
    return found.model is not None and issubclass(model, found.model)


def instead(name: str, value: object, found: Wanted, model: type | None = None) -> str:
    """YAML of what is right, or a comment with where it is.

    Args:
        name: The unknown key.
        value: Its value.
        found: What is wanted.
        model: The mapping that the key is in; None for the stack file itself.
    """
    if found.model is None:
        return f"# without {as_yaml(name)}"
    fits = found.takes and _fits(found.model, found.key, value)
    right = {**found.beside, found.key: value if fits else _example(found.model, found.key)}
    lines = [f"{key}: {as_yaml(given)}" for key, given in right.items()]
    if model is not None and is_home(found, model):
        return "\n".join(lines)
    return f"# without {as_yaml(name)}; in {PLACES[found.model]}: {', '.join(lines)}"


def _fits(model: type[Model], key: str, value: object) -> bool:
    required = {
        str(field.alias): _example(model, str(field.alias))
        for field in model.model_fields.values()
        if field.is_required()
    }
    try:
        model.model_validate_json(json.dumps({**required, key: value}), context={"secret": False})
    except ValidationError:
        return False
    return True


def _example(model: type[Model], key: str) -> object:
    field = next(field for field in model.model_fields.values() if field.alias == key)
    return cast("list[object]", field.examples)[0] if field.examples else field.get_default()
