"""`python -m tests.policy` prints docs/policy.md: the policies, and what becomes of every planted fault."""

import sys
from collections.abc import Iterator

from policy.pack import LEVELS
from policy.security import RULES
from tests.faults.fault import CannotKnow, Fault
from tests.faults.suite import FAULTS
from tests.policy.faults import FAULTS as SECURITY_FAULTS
from tests.policy.outcome import outcome_of

INTRODUCTION = """\
# The policy pack

`pulumi preview --policy-pack policy` asks of a stack, before anything is changed, whether requests get
through and whether anything opens up. A mandatory policy that has something to report fails the preview;
an advisory one only says it. Stack policies run at the end: in an up they come too late to prevent anything,
so let no up go without its preview (`--skip-preview`).

Once, and after its requirements have changed: `pulumi -C policy install`. It makes the pack's own .venv in
`policy/`, without which the CLI waits forever at "Loading policy packs".

A fault is one finding, with where it is, why, what to do, and the page that says so. What a security rule
tells of a resource, reachability doesn't repeat. Of a route it is the first rule that is broken, as in the
[walk](rules.md). What nobody can tell before the up is reported by the policy `unknown`.

## Policies

Their levels are in `policy/levels.json`. A file of the same form changes some of them, and says which tags
are required: `pulumi preview --policy-pack policy --policy-pack-config levels.json`.

```json
{
  "stage-writes-access-logs": "advisory",
  "required-tags": { "tags": ["owner"] }
}
```

This page is made from the code: `python -m tests.policy > docs/policy.md`.
"""
OTHERS = {
    "reachability": ("The [rules of the path](rules.md) hold.", "What the rule says."),
    "unknown": ("All rules can be told, of security and of reachability.", "Look again after the up."),
}


def page() -> Iterator[str]:
    """The lines of docs/policy.md."""
    yield INTRODUCTION
    yield "| Policy | Level | What must hold | What to do where it doesn't |"
    yield "|---|---|---|---|"
    for rule in RULES:
        yield f"| [`{rule.id}`]({rule.source}) | {LEVELS[rule.id]} | {rule.statement} | {rule.fix} |"
    for name, (statement, fix) in OTHERS.items():
        yield f"| `{name}` | {LEVELS[name]} | {statement} | {fix} |"
    for title, faults in (("Faults of the path", FAULTS), ("Faults of security", SECURITY_FAULTS)):
        yield f"\n## {title}, as a preview shows them\n"
        yield "| Fault | Stack | Finding | Level |"
        yield "|---|---|---|---|"
        yield from map(_row, faults)


def _row(fault: Fault) -> str:
    found = outcome_of(fault.stack, fault.change, preview=True).found
    findings = ", ".join(f"`{finding.rule}`" for _policy, finding in found)
    levels = ", ".join(dict.fromkeys(LEVELS[policy] for policy, _finding in found))
    unseen = fault.expected("preview")
    if isinstance(unseen, CannotKnow):
        findings = f"can't be known: {unseen.why}"
    return f"| {fault.name} | {fault.stack} | {findings} | {levels} |"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in page())
