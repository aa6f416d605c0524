"""What fields tell, beside their docstrings, to the schema for editors and the reference made from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import AfterValidator, GetJsonSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema

Schema = dict[str, Any]
SECRET_TEXT: Schema = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "properties": {"secure": {"type": "string"}}, "required": ["secure"]},
    ]
}
"""Text in a stack file, as it is or encrypted by `pulumi config set --secret`."""


@dataclass(frozen=True)
class Since:
    """Marks a field with the version of the program that first had it; those of 0.1 have no mark."""

    version: str

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> Schema:
        """The schema of the field, with the version."""
        return {**handler(core), "x-since": self.version}


@dataclass(frozen=True)
class Check(AfterValidator):
    """A validator that tells the schema for editors, and the reference made from it, what it demands."""

    must: str = ""
    schema: Callable[[], Mapping[str, object]] | Mapping[str, object] = field(
        default_factory=dict[str, object], hash=False
    )

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> Schema:
        """The schema of what is validated, with what must hold."""
        must = {"errorMessage": self.must} if self.must else {}
        schema = self.schema() if callable(self.schema) else self.schema
        return {**handler(core), **schema, **must}


class OrNothing:
    """Marks a mapping in whose place a stack file may say nothing."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> Schema:
        """The schema of the mapping, or of nothing."""
        return {"anyOf": [handler(core), {"type": "null"}]}


def told(must: str, schema: Mapping[str, object] | None = None) -> WithJsonSchema:
    """The schema of text that a validator of another kind reads: what must hold."""
    return WithJsonSchema({"type": "string", **(schema or {}), "errorMessage": must})
