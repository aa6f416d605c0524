"""The schema of the Pulumi package, from that of stack files: other languages get their types from it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from crosslink.settings.schema import REFERENCE, stack_file
from settings.backend import KINDS, ServiceBackend
from settings.errors import as_yaml
from settings.rules.keys import DEFAULT_PROVIDERS, NAMESPACE
from settings.version import VERSION

Schema: TypeAlias = Mapping[str, Any]
ANY: Schema = {"$ref": "pulumi.json#/Any"}
TEXT: Schema = {"type": "string"}
SERVICE = (ServiceBackend.__name__, REFERENCE)
PROVIDED = tuple(model.__name__ for model in KINDS.values() if model is not ServiceBackend)
OF_A_CONSUMER = ("consumer", "api")


def _mapping(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


COMMON: dict[str, Schema] = {
    "version": {**TEXT, "description": "Version of Crosslink."},
    "path": {
        **ANY,
        "description": "The path, for the toolkit. Exported as the stack's output `path`, it also tells the "
        "next update what is deployed.",
    },
    "logGroups": {**ANY, "description": "What is logged → name of its log group."},
}
OF_PROVIDER: dict[str, Schema] = {
    "endpointServices": {**_mapping(TEXT), "description": "Backend → name of its endpoint service."},
    "kubeconfigs": {
        **_mapping(TEXT),
        "description": "Backend → kubeconfig of its cluster, JSON.",
        "secret": True,
    },
}
OF_CONSUMER: dict[str, Schema] = {
    "url": {**TEXT, "description": "URL of the API's stage."},
    "routes": {**_mapping(TEXT), "description": "Path → its URL."},
    "restApiId": {**TEXT, "description": "Id of the REST API."},
    "stage": {**TEXT, "description": "Name of its stage."},
    "vpcLinkId": {**TEXT, "description": "Id of the VPC link."},
    "endpointAddresses": {
        **_mapping(_mapping(TEXT)),
        "description": "Backend → zone id → address of its endpoint.",
    },
    "apiKey": {**TEXT, "description": "The API key, with `auth: apiKey` and no clients.", "secret": True},
    "apiKeys": {**_mapping(TEXT), "description": "Client → its API key.", "secret": True},
    "invokePolicies": {**_mapping(TEXT), "description": "Client → an IAM policy that lets it call."},
    "domainTarget": {**TEXT, "description": "What a CNAME of the custom domain leads to."},
}
PUBLISHED: dict[str, Schema] = {
    "published": {
        "type": "object",
        "additionalProperties": {"$ref": f"#/types/{NAMESPACE}:index:Published"},
        "description": "Backend → what a ConsumerSide says of it, but for `name` and `slot`.",
    },
}
SOMETIMES = ("apiKey", "apiKeys", "invokePolicies", "domainTarget")
"""Outputs that there are none of with some settings."""


def package() -> str:
    """The schema as JSON."""
    file = stack_file()
    models: Schema = file["$defs"]
    keys: Schema = {
        name.removeprefix(f"{NAMESPACE}:"): key
        for name, key in file["properties"]["config"]["properties"].items()
        if name != DEFAULT_PROVIDERS
    }
    generated = {
        language: {"respectSchemaVersion": True} for language in ("nodejs", "python", "csharp", "go")
    }
    resources = {
        "Crosslink": _component(
            "A private path from a public REST API to backends in other accounts and regions: both sides.",
            keys,
            (*PROVIDED, *SERVICE),
            OF_CONSUMER | OF_PROVIDER | COMMON,
            models,
        ),
        "ProviderSide": _component(
            "Backends in their accounts and regions, each offered as an endpoint service.",
            {name: key for name, key in keys.items() if name not in OF_A_CONSUMER},
            PROVIDED,
            OF_PROVIDER | PUBLISHED | COMMON,
            models,
        ),
        "ConsumerSide": _component(
            "A public REST API, and its private path to endpoint services of others or of a ProviderSide.",
            keys,
            SERVICE,
            OF_CONSUMER | COMMON,
            models,
        ),
    }
    spec = {
        "name": NAMESPACE,
        "version": VERSION,
        "description": "A private path from a public REST API to services in other AWS accounts and regions.",
        "license": "Apache-2.0",
        "language": generated,
        "resources": {f"{NAMESPACE}:index:{name}": component for name, component in resources.items()},
        "types": {
            f"{NAMESPACE}:index:{name}": _type_of(model, models)
            for name, model in {**models, "Published": _published(models)}.items()
            if "properties" in model
        },
    }
    return json.dumps(spec, indent=2, ensure_ascii=False) + "\n"


def _component(
    what: str, keys: Schema, kinds: tuple[str, ...], outputs: Mapping[str, Schema], models: Schema
) -> Schema:
    backends = {
        "type": "array",
        "items": {"oneOf": [{"$ref": f"#/$defs/{kind}"} for kind in kinds]},
        "description": "What the API's paths lead to. Of each entry one key tells its kind: "
        f"{_kinds(kinds)}.",
    }
    inputs = {**keys, "backends": backends}
    return {
        "description": what,
        "isComponent": True,
        "inputProperties": {name: _property(key, models) for name, key in inputs.items()},
        "requiredInputs": ["backends", *(name for name in OF_A_CONSUMER if name in keys)],
        "properties": outputs,
        "required": [name for name in outputs if name not in SOMETIMES],
    }


def _kinds(names: tuple[str, ...]) -> str:
    of_model = {model.__name__: kind for kind, model in KINDS.items()}
    return ", ".join(f"`{of_model[name]}`" for name in names if name in of_model)


def _published(models: Schema) -> Schema:
    """What a provider side says of a backend, for a consumer side."""
    service: Schema = models[ServiceBackend.__name__]
    said = ("accountId", "region", "service", "tls", "paths")
    return {
        "description": "What a ConsumerSide says of a backend.",
        "properties": {name: service["properties"][name] for name in said},
        "required": [name for name in said if name in service["required"]],
    }


def _type_of(model: Schema, models: Schema) -> Schema:
    return {
        "type": "object",
        "description": model["description"],
        "properties": {name: _property(field, models) for name, field in model["properties"].items()},
        "required": model.get("required", []),
    }


def _property(field: Schema, models: Schema) -> Schema:
    told = " ".join([field.get("description", ""), *_limits(field)])
    return {**_shape(field, models), "description": told}


def _limits(field: Schema) -> Iterator[str]:
    """What the type doesn't say."""
    if must := field.get("errorMessage"):
        yield f"It {must}."
    elif choices := field.get("enum"):
        yield f"One of {', '.join(f'`{as_yaml(choice)}`' for choice in choices)}."
    if "default" in field:
        yield f"Default: `{as_yaml(field['default'])}`."


def _shape(field: Schema, models: Schema) -> Schema:
    """The type of a value in Pulumi's schema, which knows unions but no limits."""
    forms = [form for form in field.get("anyOf") or field.get("oneOf") or [field] if not _is_no_input(form)]
    if len(forms) > 1:
        return {"oneOf": [_shape(form, models) for form in forms]}
    (form,) = forms
    if "$ref" in form:
        name = form["$ref"].rpartition("/")[2]
        is_mapping = "properties" not in models[name]
        return _shape(models[name], models) if is_mapping else {"$ref": f"#/types/{NAMESPACE}:index:{name}"}
    if form["type"] == "array":
        return {"type": "array", "items": _shape(form["items"], models)}
    if form["type"] == "object":
        values = next(iter(form.get("patternProperties", {}).values()), form.get("additionalProperties"))
        return {"type": "object", "additionalProperties": _shape(values or {}, models)}
    return {"type": form["type"]}


def _is_no_input(form: Schema) -> bool:
    """Null, for which a program leaves the key out, and what the CLI has encrypted, which an output does."""
    return form.get("type") == "null" or "secure" in form.get("properties", {})
