"""What a rule is: a plain function that judges one hop, with what people need to know of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, Generic, TypeAlias, TypeVar, cast

from crosslink.path.hop import Hop
from crosslink.path.trail import Step
from crosslink.path.walk import Model, Walk

Scope = TypeVar("Scope")
Subject = TypeVar("Subject", bound=Hop)
Judge: TypeAlias = Callable[[Scope, Subject], str | None]
"""Says what is wrong with a hop; None if nothing is. It asks for facts by `known()`, which raises if one
can't be known: then nobody can tell."""

# The guides that several rules come from
API_GATEWAY = "https://docs.aws.amazon.com/apigateway/latest/developerguide"
NLB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network"
PEERING = "https://docs.aws.amazon.com/vpc/latest/peering"
PRIVATELINK = "https://docs.aws.amazon.com/vpc/latest/privatelink"

THE_STACK = "The whole stack"
"""The heading of what isn't about one part of the path."""
STACK_TITLE = "account"
"""The title of what is judged beside the walks."""


@dataclass(frozen=True)
class Rule(Generic[Scope]):
    """Something that must hold for a request to get through, and through in the way that was meant.

    Attributes:
        id: its name.
        statement: what must hold.
        titles: of the steps that it is told at.
        heading: the part of the path that it is about.
        fix: what to do where it doesn't.
        source: the page that it comes from.
        subjects: what it judges, of a walk or of the whole model, each with its title; none where it doesn't
            apply.
        judge: judges one of them.
        symptom: whether it tells an effect, whose cause other rules may tell.
        house: whether it is a convention of this project: a request gets through without it.
    """

    id: str
    statement: str
    _: KW_ONLY
    titles: tuple[str, ...]
    heading: str
    fix: str
    source: str
    subjects: Callable[[Scope], Iterable[tuple[str, Hop]]]
    judge: Judge[Scope, Any]
    symptom: bool = False
    house: bool = False


def rule(
    *judged: Step[Subject],
    fix: str,
    source: str,
    told_at: Step[Hop] | None = None,
    when: Callable[[Walk, Subject], object] | None = None,
    symptom: bool = False,
    house: bool = False,
) -> Callable[[Judge[Walk, Subject]], Rule[Walk]]:
    """Makes a function a rule on each route's walk; other arguments are attributes of Rule.

    Args:
        judged: the steps whose hops it judges.
        told_at: the step that it is about, if that isn't the one it judges: what is missing can't be.
        when: whether it applies to a hop; by default it always does.
    """
    told = (told_at,) if told_at else judged
    headings = {step.heading for step in told}

    def subjects(walk: Walk) -> Iterator[tuple[str, Hop]]:
        for step in judged:
            for hop in cast("Sequence[Subject]", walk.distinct[step]):
                if when is None or when(walk, hop):
                    yield (told_at or step).told_as, hop

    return lambda judge: Rule(
        *id_and_statement(judge),
        titles=tuple(dict.fromkeys(step.told_as for step in told)),
        heading=headings.pop() if len(headings) == 1 else THE_STACK,
        fix=fix,
        source=source,
        subjects=subjects,
        judge=judge,
        symptom=symptom,
        house=house,
    )


def stack_rule(
    subjects: Callable[[Model], Iterable[Subject]], *, fix: str, source: str
) -> Callable[[Judge[Model, Subject]], Rule[Model]]:
    """Makes a function a rule on the stack as a whole, which is told at its resources' accounts."""
    return lambda judge: Rule(
        *id_and_statement(judge),
        titles=(STACK_TITLE,),
        heading=THE_STACK,
        fix=fix,
        source=source,
        subjects=lambda model: ((STACK_TITLE, hop) for hop in subjects(model)),
        judge=judge,
    )


def id_and_statement(judge: Callable[..., object]) -> tuple[str, str]:
    """A rule's id, which is its function's name, and its statement, the first paragraph of the docstring."""
    statement = (judge.__doc__ or "").strip().partition("\n\n")[0]
    return judge.__name__.replace("_", "-"), " ".join(statement.split())
