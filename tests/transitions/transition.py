"""The table of transitions, as data: `table/*.yaml`, with the stacks that they start from in `bases.yaml`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

from crosslink.sandbox import existing, go_yaml
from crosslink.sandbox.existing import Existing
from tests.runs import ROOT, file_of
from tests.settings.stack_file import DROP, StackFile, edited

HERE = Path(__file__).parent
TABLE = {
    "Services": "services",
    "The API": "api",
    "Backends": "backends",
    "The ways across": "ways",
    "Clusters": "clusters",
    "The consumer, and the stack as a whole": "consumer",
}
"""Title → the file of `table/`."""


def _full(path: str) -> str:
    """A path in a stack file with the project's name: `crosslink:api.stage` for `api.stage`."""
    return f"crosslink:{path}"


Place: TypeAlias = Annotated[str, AfterValidator(_full)]


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Overlay(Model):
    """Other settings of a stack: paths with their new values, and paths that go."""

    set: Mapping[Place, Any] = Field(default_factory=dict)
    drop: tuple[Place, ...] = ()

    def over(self, file: StackFile) -> StackFile:
        return edited(file, {**self.set, **dict.fromkeys(self.drop, DROP)})


class Base(Overlay):
    """A stack that stands."""

    about: str
    stack: str  # dev, or an example by its name
    beside: str | None = None  # the example whose `.aws.yaml` tells what exists beside it

    def file(self) -> StackFile:
        """Its settings by full key."""
        document: Any = go_yaml.load(file_of(self.stack))
        return self.over({**document["config"], "crosslink:allowPlaceholders": True})

    def existing(self) -> Existing:
        return existing.read(self.file_beside())

    def file_beside(self) -> Path:
        return ROOT / "examples" / f"{self.beside or self.stack}.aws.yaml"


class Comment(Model):
    """What `crosslink compare` is to say of a change."""

    sign: str  # the headline's
    status: int  # the command's exit status
    says: tuple[str, ...] = ()  # words of the section about what stands, or of what opens


class Transition(Overlay):
    """A change of a stack that stands."""

    id: str
    what: str  # after "What happens if"
    base: str
    callers: str  # what they notice
    lasts: str | None = None  # how long they notice it
    way: str | None = None  # how it is done without, or so that it isn't refused
    comment: Comment

    def files(self) -> tuple[StackFile, StackFile]:
        """The stack before and after it."""
        before = bases()[self.base].file()
        return before, self.over(before)


@cache
def bases() -> Mapping[str, Base]:
    """By name."""
    return TypeAdapter(dict[str, Base]).validate_python(go_yaml.load(HERE / "bases.yaml"))


@cache
def sections() -> Mapping[str, tuple[Transition, ...]]:
    """The table, by the titles of its files."""
    return {title: _section(file) for title, file in TABLE.items()}


def _section(file: str) -> tuple[Transition, ...]:
    return TypeAdapter(tuple[Transition, ...]).validate_python(go_yaml.load(HERE / "table" / f"{file}.yaml"))


@cache
def transitions() -> Mapping[str, Transition]:
    """By id, in the table's order."""
    return {transition.id: transition for section in sections().values() for transition in section}
