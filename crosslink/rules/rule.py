"""What a rule is: a plain function that judges one hop, with what people need to know of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import KW_ONLY, dataclass
from typing import Any, Generic, TypeAlias, TypeVar, get_args, get_type_hints

from crosslink.graph.unknown import present
from crosslink.path.hop import Hop
from crosslink.path.intent import Intent
from crosslink.path.trail import Step
from crosslink.path.walk import Model, Walk
from crosslink.rules.grade import CutOff, Grade, Graded

Scope = TypeVar("Scope")
Subject = TypeVar("Subject", bound=Hop)
AnyJudge = TypeVar("AnyJudge", bound=Callable[..., str | Graded | CutOff | None])
# Says what is wrong with a hop: as bad as the rule says, with a grade of its own, or by what it cuts off; or
# None. It asks for facts by `known()`, which raises if one can't be known: nobody can tell then.
Judge: TypeAlias = Callable[[Scope, Subject], str | Graded | CutOff | None]

# The guides and pages that several rules come from
AWS = "https://docs.aws.amazon.com"
API_GATEWAY = f"{AWS}/apigateway/latest/developerguide"
PRIVATE_INTEGRATION = f"{API_GATEWAY}/set-up-private-integration.html"
ELB = f"{AWS}/elasticloadbalancing/latest"
NLB = f"{ELB}/network"
NLB_SECURITY_GROUPS = f"{NLB}/load-balancer-security-groups.html"
ALB_AS_TARGET = f"{NLB}/application-load-balancer-target.html"
PEERING = f"{AWS}/vpc/latest/peering"
PRIVATELINK = f"{AWS}/vpc/latest/privatelink"
VPC = f"{AWS}/vpc/latest/userguide"
KUBERNETES = "https://kubernetes.io/docs/concepts"
KUBERNETES_NETWORK = f"{KUBERNETES}/services-networking"

THE_STACK = "The whole stack"  # the heading of what isn't about one part of the path
BY_ZONES = "by zones"  # how bad it is where a rule tells what it cuts off
STACK_TITLE = "account"  # the title of what is judged beside the walks


@dataclass(frozen=True, eq=False)
class Rule(Generic[Scope]):
    """Something that must hold for a request to get through, and through in the way that was meant."""

    id: str
    statement: str  # what must hold
    fix: str  # what to do where it doesn't
    judge: Judge[Scope, Any]
    # How an operator looks at a hop, where that isn't as at all of its type, and how one mends it: commands
    # of aws or kubectl, as by_hand.py takes them; None for none.
    look: str | None = None
    mend: str | None = None
    _: KW_ONLY
    titles: tuple[str, ...]  # of the steps that it is told at
    heading: str  # the part of the path that it is about
    source: str  # the page that it comes from
    subjects: Callable[[Scope], Iterable[tuple[str, Hop]]]  # what it applies to, each with its title
    symptom: bool = False  # it tells an effect, whose cause other rules may tell
    grade: Grade = Grade.STOPS  # how bad it is where it doesn't hold
    partly: Grade | None = None  # how bad if it holds for others of the step's hops; None for as bad

    @property
    def how_bad(self) -> str:
        """How bad it is where it doesn't hold, as docs/rules.md has it."""
        says = get_args(get_type_hints(self.judge)["return"])
        if CutOff in says:
            return BY_ZONES
        partly = f" or {self.partly}" if self.partly else ""
        return f"{self.grade}{partly}{', or as told' if Graded in says else ''}"


# The first fields of a rule
Check: TypeAlias = tuple[str, str, str, Judge[Scope, Subject], str | None, str | None]


def fix(
    text: str, *, look: str | None = None, mend: str | None = None
) -> Callable[[AnyJudge], tuple[str, str, str, AnyJudge, str | None, str | None]]:
    """Says what to do where a function finds something wrong; `rule` or `stack_rule` makes it a rule then.

    Args:
        text: what to change in the program or the stack file.
        look: the command that shows an operator what is wrong, if `LOOKS` in by_hand.py has no fitting one.
        mend: the command by which an operator mends it, if there is one that fits every case.
    """
    return lambda judge: (*id_and_statement(judge), " ".join(text.split()), judge, look, mend)


def rule(
    *judged: Step[Subject],
    source: str,
    told_at: Step[Hop] | None = None,
    when: Callable[[Walk, Subject], object] | None = None,
    symptom: bool = False,
    grade: Grade = Grade.STOPS,
    partly: Grade | None = None,
) -> Callable[[Check[Walk, Subject]], Rule[Walk]]:
    """Makes a function a rule on each route's walk; other arguments are fields of Rule.

    Args:
        judged: the steps whose hops it judges.
        told_at: the step that it is about, if that isn't the one it judges: what is missing can't be.
        when: whether it applies to a hop; by default it always does.
    """
    told = (told_at,) if told_at else judged
    headings = {step.heading for step in told}

    def subjects(walk: Walk) -> Iterator[tuple[str, Hop]]:
        for step in judged:
            for hop in walk.distinct(step):
                if when is None or when(walk, hop):
                    yield (told_at or step).told_as, hop

    return lambda check: Rule(
        *check,
        titles=tuple(dict.fromkeys(step.told_as for step in told)),
        heading=headings.pop() if len(headings) == 1 else THE_STACK,
        source=source,
        subjects=subjects,
        symptom=symptom,
        grade=grade,
        partly=partly,
    )


def given(fact: str) -> Callable[[Walk, Hop], bool]:
    """When a rule applies by a fact that isn't told everywhere, such as a state: unless it is None."""
    return lambda _walk, hop: getattr(hop, fact) is not None


def by_intent(condition: Callable[[Intent], object]) -> Callable[[Walk, Hop], bool]:
    """When a rule applies by what the stack means a route to be; it doesn't where that can't be seen."""
    return lambda walk, _hop: any(map(condition, present(walk.intent)))


def with_own_nlb(walk: Walk, _hop: Hop) -> bool:
    """When a rule applies to the provider NLB and what belongs to it: unless that is another owner's."""
    return all(intent.has_own_nlb for intent in present(walk.intent))


def with_own_cluster(walk: Walk, _hop: Hop) -> bool:
    """When a rule applies to the backend's cluster and its nodes: unless they are another owner's."""
    return not any(intent.shares_cluster for intent in present(walk.intent))


def stack_rule(
    subjects: Callable[[Model], Iterable[Subject]], *, source: str, grade: Grade = Grade.STOPS
) -> Callable[[Check[Model, Subject]], Rule[Model]]:
    """Makes a function a rule on the stack as a whole, which is told at its resources' accounts."""
    return lambda check: Rule(
        *check,
        titles=(STACK_TITLE,),
        heading=THE_STACK,
        source=source,
        grade=grade,
        subjects=lambda model: ((STACK_TITLE, hop) for hop in subjects(model)),
    )


def id_and_statement(judge: Callable[..., object]) -> tuple[str, str]:
    """A rule's id, which is its function's name, and its statement, the first paragraph of the docstring."""
    statement = (judge.__doc__ or "").strip().partition("\n\n")[0]
    return judge.__name__.replace("_", "-"), " ".join(statement.split())
