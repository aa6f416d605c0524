"""`python -m tests.policy` prints docs/policy.md: the policies, and what becomes of every planted fault."""

import sys
from collections.abc import Iterator

from policy.pack import LEVELS, Pack
from policy.security import RULES
from tests.faults.fault import CannotKnow, Fault
from tests.faults.suite import FAULTS
from tests.policy.faults import FAULTS as SECURITY_FAULTS
from tests.policy.outcome import outcome_of

INTRODUCTION = """\
# The policy pack

It asks of a stack, before anything is changed, whether requests get through and whether anything opens up.
This page is made from the code: `python -m tests.policy > docs/policy.md`.

## Run it

```console
$ pulumi -C policy install                     # once, and after policy/requirements.txt has changed
$ pulumi preview --policy-pack policy
$ pulumi up --policy-pack policy
$ pulumi policy analyze --policy-pack policy   # asks it of what the last up has left
```

`install` makes the pack's own .venv in `policy/`. Without it the CLI waits for ever at "Loading policy
packs".

The policies run at the end. A preview fails if a mandatory one has something to report; an advisory one only
says it. In an up they come when all is done, too late to prevent anything: let no up go without its preview
(`--skip-preview`). `pulumi refresh` and `pulumi destroy` ask no policies.

## What a finding looks like

```
{example}
```

The first line has the policy's level, its name and the resource that it is shown at. Then come the rule, the
places with the routes that stop there, what is wrong, what to do, and the page that says so.

After a mandatory finding a Python traceback that ends in `KeyboardInterrupt` stands under "Diagnostics": the
CLI has stopped the program, which is harmless. "Exception calling application" there is an error of the pack
itself: the preview fails, and the pack has judged nothing.

A fault is one finding. What a security rule tells of a resource, reachability doesn't repeat. Of a route it
is the first rule that is broken, as in the [walk](rules.md); what stands beside the routes is told once all
are whole. A fault that breaks two promises is two findings; the table below has some. What nobody can tell
before the up is reported by the policy `unknown`, and hides no fault beside it.

Security is asked of everything in the stack, reachability of the two sides of the path: what is added outside
of them may be in any region, and in any account that is declared.

## What a team adds

Nothing that these rules can't judge is silent: `only-known-types` refuses resources of types that the
program doesn't register, and `no-foreign-account` accounts that the settings don't name. Both are extended
in one place, `policy/known.yaml`, each with the reason, which a review reads; the [comparison](pull-
requests.md) of a pull request reads the same file. Of a type that stands there the other rules still judge
what they can.

```yaml
types:
  "aws:sns/topic:Topic": Alarms of this stack go there; its policy lets nobody else publish.
accounts:
  "444455556666": The log archive, which the flow logs are written to.
```

Not looked at are ids that don't show their account (of a VPC, a peering, a canonical user, a role that is
gone), names of buckets, and what a preview doesn't know yet. A component is judged by what it makes; one
that doesn't show that, such as a chart before there is a cluster, is refused like a type that nobody knows.

## Policies

What stops requests, or lets somebody in, is reported by `reachability`; lost redundancy, house rules and
settings that nothing judges are reported by policies of their own, as the [grades](rules.md#grades) say.

A level is `mandatory`, `advisory` or `disabled`. They are in `policy/levels.json`. A file of your own, given
with `--policy-pack-config`, changes some of them and says which tags are required:

```json
{
  "stage-writes-access-logs": "advisory",
  "required-tags": { "enforcementLevel": "mandatory", "tags": ["owner"] }
}
```

Until it names some, no tags are required; and access logs are a choice of the settings, `api.logs`, until it
asks for them. `"all": "advisory"`, for a stack that isn't clean yet, makes every policy advisory, those that
were disabled, too. The CLI doesn't notice a name that no policy has.
"""
OTHERS = {
    "reachability": ("The [rules of the path](rules.md) hold.", "What the rule says."),
    "redundancy": (
        "A single failure stops no request: no rule of the path says *redundancy lost*.",
        "What the rule says.",
    ),
    "not-judged": (
        "A rule judges every setting of the path's resources, or somebody has found it harmless.",
        "Take it away, or find out what it does to requests and have a rule judge it.",
    ),
    "house-rules": (
        "The conventions of this project, *house rules* among the [rules](rules.md), are kept.",
        "As above.",
    ),
    "unknown": ("All rules can be told, of security and of reachability.", "Look again after the up."),
}


def page() -> Iterator[str]:
    """The lines of docs/policy.md."""
    yield INTRODUCTION.replace("{example}", _example())
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


def _example() -> str:
    """What the CLI prints of a finding."""
    [fault] = [one for one in FAULTS if one.name == "no route back in one zone"]
    [(policy, finding)] = outcome_of(fault.stack, fault.change, preview=True).found
    [description] = [one.description for one in Pack().policies() if one.name == policy]
    type_, name = finding.places[0].partition(",")[0].split()
    module, _, kind = type_.partition("/")
    head = f"- [{LEVELS[policy]}]  {policy}  ({module}:{kind.partition(':')[2]}: {name})"
    return "\n  ".join([head, description, *finding.with_rule().splitlines()])


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
