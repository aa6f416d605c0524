"""The JSON Schema of stack files, by which editors complete and check them."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any, TypeAlias, cast

from pydantic.json_schema import GenerateJsonSchema

from settings.backend import KINDS, ServiceBackend
from settings.reference import Reference
from settings.rules.keys import BACKENDS, DEFAULT_PROVIDERS
from settings.stack_config import StackConfig

Schema: TypeAlias = dict[str, Any]
REFERENCE = "ServiceBackendOfAStack"
BY_REFERENCE = ("accountId", "region", "tls", "paths")
"""What another stack publishes of a backend; of these only the paths may be said again."""


def stack_file() -> Schema:
    """The schema of `Pulumi.<stack>.yaml`."""
    config = StackConfig.model_json_schema(by_alias=True)
    models: Schema = {**config.pop("$defs"), "Reference": Reference.model_json_schema()}
    models[REFERENCE] = _of_a_stack(models[ServiceBackend.__name__])
    config["properties"][BACKENDS]["items"] = _by_kind()
    config["properties"][DEFAULT_PROVIDERS] = {
        "description": "Required: without it a resource could be made with whatever credentials are at hand.",
        "const": ["aws", "kubernetes"],
    }
    # Pulumi and its providers have keys of their own, which are none of ours.
    config["patternProperties"] = {"^(?!crosslink:)": True}
    config["required"] = [DEFAULT_PROVIDERS, *config["required"]]
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": "Stack file of Crosslink",
        "type": "object",
        "properties": {"config": _readable(config)},
        "$defs": {name: _readable(model) for name, model in models.items()},
    }


def _by_kind() -> Schema:
    """A backend's schema by the key that tells its kind: with a choice, editors name the faults of each."""
    schema: Schema = {"required": [next(iter(KINDS))], "errorMessage": f"must have one of {', '.join(KINDS)}"}
    for kind, model in KINDS.items():
        then = {"$ref": f"#/$defs/{model.__name__}"}
        if model is ServiceBackend:
            of_a_stack = {"required": [kind], "properties": {kind: {"required": ["stack"]}}}
            then = {"if": of_a_stack, "then": {"$ref": f"#/$defs/{REFERENCE}"}, "else": then}
        schema = {"if": {"required": [kind]}, "then": then, "else": schema}
    return {"type": "object", **schema}


def _of_a_stack(service: Schema) -> Schema:
    """The schema of a backend that another stack publishes, from that of a published service."""
    schema = deepcopy(service)
    for name in BY_REFERENCE[:-1]:
        del schema["properties"][name]
    schema["properties"]["service"] |= {"$ref": "#/$defs/Reference"}
    schema["required"] = [name for name in schema["required"] if name not in BY_REFERENCE]
    return schema


def _readable(schema: object) -> Any:  # noqa: ANN401 - what JSON holds
    """Without the titles that pydantic makes of names, without null for what may be left out (editors would
    tell no fault inside of it), and with paragraphs of one line."""
    match schema:
        case dict():
            items = cast("Mapping[str, object]", schema).items()
            kept = {name: _readable(value) for name, value in items if not _is_title(name, value)}
            forms = kept.get("anyOf", [])
            if forms and forms[1:] == [{"type": "null"}] and kept.get("default", ...) is None:
                del kept["anyOf"], kept["default"]
                kept |= forms[0]
            if isinstance(text := kept.get("description"), str):
                kept["description"] = "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))
            return kept
        case list() | tuple():
            return [_readable(item) for item in cast("Iterable[object]", schema)]
        case _:
            return schema


def _is_title(name: str, value: object) -> bool:
    return name == "title" and isinstance(value, str)
