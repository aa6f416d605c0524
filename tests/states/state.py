"""A stack of another version, reduced to what a comparison reads of it."""

import dataclasses
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from crosslink.sandbox import engine, stack_file
from crosslink.sandbox.existing import NOTHING
from crosslink.sandbox.record import UNKNOWN, Options, Plain, Resource, Run, inside
from crosslink.sandbox.stack_file import StackFile
from tests.runs import PROGRAM, file_of, run_stack

FOLDER = Path(__file__).parent
VERSIONS = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir() and folder.name[0].isdigit())
SHAPES = ("dev", "arm64", "domain", "existing-mixed", "logs", "native-v2", "one-route-two-regions")
"""Examples that have, together, nearly all types that the program registers."""

_UNKNOWN = "\0unknown"
_SECRET = "\0secret"  # noqa: S105 - it stands for one
_KEPT = ("urn", "type", "name", "component", "parent", "provider", "account", "region")
_OPTIONS = TypeAdapter(Options)
_DIFFER = {option.name for option in dataclasses.fields(Options) if option.compare}
"""The options that say how a resource is, and not only how it would change."""


@dataclass(frozen=True)
class State:
    """A stack as it was deployed: its settings, what its update has left, and what the program registered.

    Attributes:
        outputs: those that a later run reads.
        resources: as in a preview, where what AWS makes up is unknown.
    """

    name: str
    config: Mapping[str, str]
    secret_keys: frozenset[str]
    outputs: Mapping[str, Any]
    resources: Mapping[str, Resource] = field(repr=False)

    @property
    def run(self) -> Run:
        """The resources alone, as a side of a comparison."""
        return Run(
            preview=True,
            resources=self.resources,
            invokes=(),
            outputs=self.outputs,
            secret_outputs=frozenset(),
            warnings=(),
        )

    def previewed(self) -> Run:
        """A preview of this checkout's program on the stack."""
        stack = StackFile(self.name, self.config, self.secret_keys)
        run = engine.run(
            PROGRAM,
            stack=stack.name,
            config=stack.config,
            secret_keys=stack.secret_keys,
            before=self.outputs,
            preview=True,
        )
        return dataclasses.replace(run, resources=reduced(run))


def reduced(run: Run) -> Mapping[str, Resource]:
    """The resources of a run as they come out of a file."""
    return {
        urn: dataclasses.replace(_resource(_as_json(resource)), options=resource.options)
        for urn, resource in run.resources.items()
    }


def of_stack(shape: str) -> State:
    """The state of an example, as this checkout's program makes it."""
    stack = stack_file.read(file_of(shape), engine.PROJECT)
    if stack.existing != NOTHING:
        raise ValueError(f"{shape} joins what exists beside it, which a state doesn't have")
    up, preview = (run_stack(file_of(shape), preview=preview) for preview in (False, True))
    outputs = {name: value for name, value in up.outputs.items() if name == "path"}
    return State(stack.name, stack.config, stack.secret_keys, outputs, preview.resources)


def file_of_state(version: str, shape: str) -> Path:
    return FOLDER / version / f"{shape}.json.gz"


def write(state: State, file: Path) -> None:
    """Write a state, the same bytes for the same state."""
    document = {
        "name": state.name,
        "config": state.config,
        "secretKeys": sorted(state.secret_keys),
        "outputs": state.outputs,
        "resources": [_as_json(resource) for _, resource in sorted(state.resources.items())],
    }
    text = json.dumps(document, ensure_ascii=False, indent=0, sort_keys=True)
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(gzip.compress(text.encode(), mtime=0))


def read(file: Path) -> State:
    """A state that was written."""
    document = json.loads(gzip.decompress(file.read_bytes()))
    resources = map(_resource, document["resources"])
    return State(
        document["name"],
        document["config"],
        frozenset(document["secretKeys"]),
        document["outputs"],
        {resource.urn: resource for resource in resources},
    )


def _as_json(resource: Resource) -> dict[str, Any]:
    inputs = {
        name: _SECRET if name in resource.secrets else _marked(value)
        for name, value in resource.inputs.items()
    }
    sources = {name: sorted(urns) for name, urns in resource.property_dependencies.items() if urns}
    options = {
        name: sorted(value) if isinstance(value, frozenset | set) else value
        for name, value in _OPTIONS.dump_python(
            resource.options, include=_DIFFER, exclude_defaults=True
        ).items()
    }
    kept = {name: getattr(resource, name) for name in _KEPT}
    return {**kept, "inputs": inputs, "sources": sources, "options": options}


def _resource(document: Mapping[str, Any]) -> Resource:
    sources = {name: frozenset(urns) for name, urns in document["sources"].items()}
    return Resource(
        **{name: document[name] for name in _KEPT},
        id=None,
        inputs={name: _unmarked(value) for name, value in document["inputs"].items()},
        outputs={},
        secrets=frozenset(),
        providers={},
        dependencies=frozenset(),
        property_dependencies=sources,
        options=_OPTIONS.validate_python(document["options"]),
    )


def _marked(value: Plain) -> Plain:
    return _UNKNOWN if value is UNKNOWN else inside(value, _marked)


def _unmarked(value: Plain) -> Plain:
    return UNKNOWN if value == _UNKNOWN else inside(value, _unmarked)
