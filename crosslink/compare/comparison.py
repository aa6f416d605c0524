"""Two sides of a stack, and all that differs between them."""

from dataclasses import dataclass

from crosslink.compare import changes, openings, routes
from crosslink.compare.changes import Change
from crosslink.compare.openings import Opening
from crosslink.compare.routes import Finding, Route
from crosslink.compare.sources import NOTHING, Side


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What a change of a stack does.

    Attributes:
        stack: its name.
        base: before.
        head: after.
        routes: every route of either side.
        findings: what is broken after.
        openings: what is more open after.
        changes: the resources that aren't the same.
        secrets: the settings whose encrypted value isn't the same. The value itself may be: encrypting it
            once more gives another text. The sandbox can't read either.
    """

    stack: str
    base: Side
    head: Side
    routes: tuple[Route, ...]
    findings: tuple[Finding, ...]
    openings: tuple[Opening, ...]
    changes: tuple[Change, ...]
    secrets: tuple[str, ...]

    @property
    def is_new(self) -> bool:
        """Whether BASE doesn't have the stack."""
        return self.base.run is NOTHING


def compare(stack: str, base: Side, head: Side) -> Comparison:
    """Compare two sides of a stack.

    Args:
        stack: its name.
        base: before.
        head: after.
    """
    settings = dict.fromkeys([*base.secrets, *head.secrets])
    return Comparison(
        stack=stack,
        base=base,
        head=head,
        routes=routes.routes(base, head),
        findings=routes.findings(base, head),
        openings=openings.openings(base, head),
        changes=changes.changes(base.run, head.run),
        secrets=tuple(one for one in settings if base.secrets.get(one) != head.secrets.get(one)),
    )
