"""docs/changes.md: what happens if a stack that stands is changed."""

from collections.abc import Iterator, Mapping

from crosslink.compare.markdown import table
from tests.transitions.recorded import Recorded, recorded
from tests.transitions.transition import Transition, bases, sections

INTRODUCTION = """\
# What happens if I change …

What `pulumi up` makes of a change of the stack file, and what callers notice of it. `crosslink compare` says
the same of your own stack before you merge the change; it says more, such as what opens up.

- ✓: callers notice nothing, but for what the change is about.
- ⚠: some requests fail for a while, or something that callers use goes.
- ✗: the update is refused, by this program, by Pulumi or by AWS. Nothing has changed then.

Times are estimates; those of AWS's own, such as ten minutes for a cluster or a VPC link, vary. What becomes
of the resources is what the engine's preview said, with terraform-provider-aws's own plan of what is
replaced, or with a stand-in that was told of it. The tests hold the prediction of `crosslink compare`
against it.

Each change is made alone, to one of these:

{bases}

This page is made from the table in `tests/transitions/`: `python -m tests.transitions > docs/changes.md`.
"""
NONE = ""


def page() -> str:
    """The page's text."""
    about = "\n".join(f"- `{name}`: {base.about}" for name, base in bases().items())
    lines = [INTRODUCTION.format(bases=about)]
    for title, transitions in sections().items():
        lines.append(f"## {title}\n")
        lines.append(table(["If", "callers notice", "how long", "without that"], [*map(_row, transitions)]))
        lines.append("\n<details><summary>What becomes of the resources</summary>\n")
        shown = [transition for transition in transitions if transition.id in recorded()]
        rows = [_resources(transition, recorded()[transition.id]) for transition in shown]
        lines.append(table(["If", "of", "created", "updated", "replaced", "deleted"], rows))
        lines.append("\n</details>\n")
    return "\n".join(lines).rstrip("\n") + "\n"


def _row(transition: Transition) -> list[str]:
    notice = f"{transition.comment.sign} {transition.callers}"
    return [transition.what, notice, transition.lasts or NONE, transition.way or NONE]


def _resources(transition: Transition, found: Recorded) -> list[str]:
    head = [transition.what, f"`{transition.base}`"]
    if found.refused:
        return [*head, *["refused"] * 4]
    replaced = [_types(found.replaced), _types(found.replaced_old_first, "the old one first, ")]
    return [
        *head,
        _types(found.created),
        _types(found.updated),
        "; ".join(filter(None, replaced)),
        _types(found.deleted),
    ]


def _types(types: Mapping[str, tuple[str, ...]], how: str = "") -> str:
    """`3: Listener, TargetGroup 2`."""
    total = sum(map(len, types.values()))
    return f"{how}{total}: {', '.join(_counted(types))}" if total else NONE


def _counted(types: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for type_, names in sorted(types.items(), key=lambda item: item[0].rpartition(":")[2]):
        provider = "provider " if type_.startswith("pulumi:providers:") else ""
        yield f"{provider}{type_.rpartition(':')[2]}" + (f" {len(names)}" if len(names) > 1 else "")
