"""What a rule is: a plain function that judges one hop, with what people need to know of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from crosslink.graph.unknown import Hop
from crosslink.path.walk import Model, Walk

Scope = TypeVar("Scope")
Subject = TypeVar("Subject", bound=Hop)
Judge: TypeAlias = Callable[[Scope, Subject], str | None]
"""Says what is wrong with a hop; None if nothing is. It asks for facts by `known()`, which raises if one
can't be known: then nobody can tell."""


@dataclass(frozen=True, kw_only=True)
class Rule(Generic[Scope]):
    """Something that must hold for a request to get through, and through in the way that was meant.

    Attributes:
        id: its name.
        hop: title of the hop that it is about.
        statement: what must hold.
        fix: what to do where it doesn't.
        source: the page that it comes from.
        of: the hops that it judges, of a walk or of the whole model; none where it doesn't apply.
        judge: judges one of them.
        symptom: whether it tells an effect, whose cause other rules may tell.
    """

    id: str
    hop: str
    statement: str
    fix: str
    source: str
    of: Callable[[Scope], Iterable[Hop]]
    judge: Judge[Scope, Any]
    symptom: bool


def rule(
    hop: str, of: Callable[[Walk], Iterable[Subject]], *, fix: str, source: str, symptom: bool = False
) -> Callable[[Judge[Walk, Subject]], Rule[Walk]]:
    """Makes a function a rule on each route's walk."""
    return lambda judge: _rule(judge, of, hop=hop, fix=fix, source=source, symptom=symptom)


def stack_rule(
    hop: str, of: Callable[[Model], Iterable[Subject]], *, fix: str, source: str
) -> Callable[[Judge[Model, Subject]], Rule[Model]]:
    """Makes a function a rule on the stack as a whole."""
    return lambda judge: _rule(judge, of, hop=hop, fix=fix, source=source, symptom=False)


def _rule(
    judge: Judge[Scope, Subject],
    of: Callable[[Scope], Iterable[Subject]],
    *,
    hop: str,
    fix: str,
    source: str,
    symptom: bool,
) -> Rule[Scope]:
    id_, statement = id_and_statement(judge)
    return Rule(
        id=id_,
        hop=hop,
        statement=statement,
        fix=fix,
        source=source,
        of=of,
        judge=judge,
        symptom=symptom,
    )


def id_and_statement(judge: Callable[..., object]) -> tuple[str, str]:
    """A rule's id, which is its function's name, and its statement, the first paragraph of the docstring."""
    statement = (judge.__doc__ or "").strip().partition("\n\n")[0]
    return judge.__name__.replace("_", "-"), " ".join(statement.split())
