"""Two sides of a stack, and all that differs between them."""

from dataclasses import dataclass

from crosslink.compare import changes, openings, routes
from crosslink.compare.changes import Change
from crosslink.compare.openings import Opening
from crosslink.compare.routes import Finding, Route
from crosslink.compare.sources import NOTHING, Side


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What a change of a stack does: `findings` are broken after it, `openings` are more open after it."""

    stack: str
    base: Side
    head: Side
    routes: tuple[Route, ...]
    findings: tuple[Finding, ...]
    openings: tuple[Opening, ...]
    changes: tuple[Change, ...]
    secrets: tuple[str, ...]
    """The settings whose encrypted value differs. The value itself may be the same: encrypting it once more
    gives another text. The sandbox can't read either."""

    @property
    def is_new(self) -> bool:
        """Whether BASE doesn't have the stack."""
        return self.base.run is NOTHING


def compare(stack: str, base: Side, head: Side) -> Comparison:
    """Compare two sides of the stack of that name."""
    settings = dict.fromkeys([*base.secrets, *head.secrets])
    return Comparison(
        stack=stack,
        base=base,
        head=head,
        routes=routes.routes(base, head),
        findings=routes.findings(base, head),
        openings=openings.openings(base, head),
        changes=changes.changes(base.run, head.run),
        secrets=tuple(name for name in settings if base.secrets.get(name) != head.secrets.get(name)),
    )
