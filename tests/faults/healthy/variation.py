"""What a healthy variation is."""

from dataclasses import dataclass

from tests.faults.change import Change


@dataclass(frozen=True, kw_only=True)
class Variation:
    """Something that is no fault of the path.

    Attributes:
        name: what somebody has, in a few words.
        change: makes it of the stack's resources.
        stack: the stack that it is made of: `dev`, or the name of an example.
        unknown: the rules of which nobody can tell whether they hold, from any vantage point.
        degraded: the rules by which redundancy is lost in AWS: requests get through all the same.
        blind: the vantage points from which any rule may be unknown.
        not_judged: why nobody can tell what one of its settings does; empty if there is no such setting.
        source: the page that says that it works.
    """

    name: str
    change: Change
    stack: str = "dev"
    unknown: tuple[str, ...] = ()
    degraded: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()
    not_judged: str = ""
    source: str = ""
