"""The reference of settings as Markdown, from their schema."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, TypeAlias, cast

from settings.backend import KINDS
from settings.errors import as_yaml
from settings.fields import MAX_INT32
from settings.rules.keys import BACKENDS

Schema: TypeAlias = Mapping[str, Any]
FIRST = "0.1"
"""The version that had the settings without a mark (`settings.described.Since`)."""
NAMES = {"landings": "<region>", "paths": "<path>", "routes": "<path>"}
"""What the keys of a mapping are, where its name doesn't tell."""
TYPES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true` or `false`"}
TABLE = "| key | type and limits | default | since | |\n|---|---|---|---|---|"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A setting.

    Attributes:
        key: Its key below that of the section, such as `services[].name`.
        type: Its type and limits.
        default: Its default, or that it is required; empty where `says` tells what happens without it.
        since: The version that first had it.
        says: What it means.
    """

    key: str
    type: str
    default: str
    since: str
    says: str

    def __str__(self) -> str:
        """A line of a table."""
        return f"| `{self.key}` | {self.type} | {self.default} | {self.since} | {_linked(self.says)} |"


def sections(schema: Schema) -> Iterator[str]:
    """A section for each key of a stack file."""
    models: Schema = schema["$defs"]
    keys: Schema = schema["properties"]["config"]["properties"]
    for name, key in keys.items():
        since = key.get("x-since", FIRST)
        yield "\n\n".join([f"## `{name}`", key["description"], *_more(key, models)]) + "\n"
        if name == BACKENDS:
            yield from _kinds(models)
        elif rows := _once(_inside(key, "", since, models)):
            yield _table(rows)
        else:
            default = f"; default {_default(key)}" if _default(key) else ""
            new = f"; since {since}" if since != FIRST else ""
            told = _type(key, models)
            yield f"{told[0].upper()}{told[1:]}{default}{new}.\n"


def _kinds(models: Schema) -> Iterator[str]:
    """The settings of all kinds of backends, then those of some, then those of one."""
    of_kind = {kind: _once(_rows(models[model.__name__], "", FIRST, models)) for kind, model in KINDS.items()}
    of_kind["service"] += _rows(models["Reference"], "service.", FIRST, models, required="instead of these")
    having = {row: tuple(k for k in KINDS if row in of_kind[k]) for rows in of_kind.values() for row in rows}
    ordered = sorted(having, key=lambda row: (-len(having[row]), [*KINDS].index(having[row][0])))
    for kinds, rows in groupby(ordered, key=having.__getitem__):
        named = ", ".join(f"`{kind}`" for kind in kinds)
        yield f"Of {'every kind' if len(kinds) == len(KINDS) else f'kind {named}'}:\n"
        yield _table(rows)


def _linked(text: str) -> str:
    """Text with links to the pages that it names."""
    return re.sub(r"`docs/([\w/-]+\.md)`", r"[`docs/\1`](\1)", text)


def _once(rows: Iterable[Row]) -> list[Row]:
    """Each key once: what the stack makes and what exists have some of the same."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row.key, row)
    return [*first.values()]


def _table(rows: Iterable[Row]) -> str:
    return "\n".join([TABLE, *map(str, rows)]) + "\n"


def _rows(model: Schema, above: str, since: str, models: Schema, required: str = "required") -> Iterator[Row]:
    for name, field in model.get("properties", {}).items():
        key = f"{above}{name}"
        its = field.get("x-since", since)
        default = required if name in model.get("required", ()) else _default(field)
        says = " ".join([field.get("description", ""), *_more(field, models)])
        yield Row(key=key, type=_type(field, models), default=default, since=its, says=says)
        yield from _inside(field, key, its, models)


def _more(field: Schema, models: Schema) -> Iterator[str]:
    """What a mapping's own docstring says beyond its first paragraph."""
    for form in _forms(field):
        yield from _meant(form, models).get("description", "").split("\n\n")[1:]


def _inside(field: Schema, key: str, since: str, models: Schema) -> Iterator[Row]:
    """The settings in a mapping, in each item of a list, or in each value of a mapping."""
    forms = [*_forms(field)]
    choice = any("existing" in _meant(form, models).get("properties", {}) for form in forms[1:])
    always = [
        name for name in _required(forms[0], models) if all(name in _required(form, models) for form in forms)
    ]
    for form in forms:
        if model := _model(form, models):
            above = f"{key}." if key else ""
            joined = "existing" in model["properties"]
            required = "required" if not choice else "" if joined else "required, or `existing`"
            for row in _rows(model, above, since, models, required):
                name = row.key.removeprefix(above)
                yield replace(row, default="required") if name in always else row
        elif "items" in form:
            yield from _inside(form["items"], f"{key}[]", since, models)
        elif values := _values(form):
            yield from _inside(values, f"{key}.{NAMES.get(key, '<name>')}", since, models)


def _required(form: Schema, models: Schema) -> Sequence[str]:
    return _meant(form, models).get("required", ())


def _forms(field: Schema) -> Iterator[Schema]:
    """The forms that a value may have in clear, except none at all."""
    for form in field.get("anyOf") or field.get("oneOf") or [field]:
        if form.get("type") != "null" and "secure" not in form.get("properties", {}):
            yield form


def _model(form: Schema, models: Schema) -> Schema | None:
    """The mapping with known keys that a form leads to."""
    model = _meant(form, models)
    return model if "properties" in model else None


def _meant(form: Schema, models: Schema) -> Schema:
    """What a form refers to, or the form itself."""
    return models[form["$ref"].rpartition("/")[2]] if "$ref" in form else form


def _values(form: Schema) -> Schema | None:
    """The schema of a mapping's values."""
    values = next(iter(form.get("patternProperties", {}).values()), form.get("additionalProperties"))
    return cast("Schema", values) if isinstance(values, dict) else None


def _type(field: Schema, models: Schema) -> str:
    """The types of a setting, each with its limits."""
    return " or ".join(dict.fromkeys(_form(form, models) for form in _forms(field)))


def _form(form: Schema, models: Schema) -> str:
    form = _meant(form, models)
    kind = TYPES.get(form.get("type", ""), "mapping")
    must = form.get("errorMessage", "").removeprefix("must ").replace("<", "&lt;")
    if "minimum" in form:
        low, most = form["minimum"], form["maximum"]
        told = f"{kind} {f'from {low} to {most}' if most < MAX_INT32 else f'of {low} or more'}"
    elif "exclusiveMinimum" in form:
        told = f"{kind} above {form['exclusiveMinimum']}"
    elif must:
        told = f"{kind}: {must.removeprefix('be ')}" if must.startswith("be ") else f"{kind} that must {must}"
    elif "const" in form or "enum" in form:
        told = ", ".join(f"`{as_yaml(choice)}`" for choice in form.get("enum", [form.get("const")]))
    elif "items" in form:
        least, most = form.get("minItems", 0), form.get("maxItems", 0)
        number = f" of {least} or more" if least else f" of at most {most}" if most else ""
        told = f"list{number}; each {_type(form['items'], models)}"
    elif "properties" not in form and (values := _values(form)):
        names = form.get("propertyNames", {}).get("errorMessage", "").removeprefix("must be ")
        told = f"mapping{f'; each key {names}' if names else ''}; each value {_type(values, models)}"
    else:
        told = kind
    return told


def _default(field: Schema) -> str:
    """The default; nothing where the setting's meaning tells it, or its parts have theirs."""
    default = field.get("default")
    if default is None or (isinstance(default, dict) and any("$ref" in form for form in _forms(field))):
        return ""
    default = cast("object", default)
    return f"`{as_yaml(int(default) if isinstance(default, float) and default.is_integer() else default)}`"
