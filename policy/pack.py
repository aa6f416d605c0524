"""The policies, as Pulumi runs them: what they see of a stack, and how they report what is found.

A stack policy is shown outputs alone, and none of a Kubernetes object before there is a cluster; the inputs
are shown to a resource policy, resource by resource. So one collects what the others judge.

Stack policies run at the end: of a preview, which fails where a mandatory one has something to report, and of
an up, when all is done. What must not happen is refused by the preview before the up.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeAlias

import pulumi
import pulumi_policy
from pydantic import ValidationError

from crosslink.graph.from_policy_pack import declared_of, graph_of
from crosslink.path.walk import read_model
from crosslink.rules.verdict import Judgement, judge
from policy import findings
from policy.security import RULES
from policy.security.rule import SecurityRule, Stack

Args: TypeAlias = pulumi_policy.StackValidationArgs
Report: TypeAlias = pulumi_policy.ReportViolation
Validate: TypeAlias = Callable[[Args, Report], None]

# Policy → `mandatory`, `advisory` or `disabled`
LEVELS: Mapping[str, str] = json.loads((Path(__file__).parent / "levels.json").read_text())
TAGS = pulumi_policy.PolicyConfigSchema(
    {"tags": {"type": "array", "items": {"type": "string"}, "default": []}}
)


class Pack:
    """The policies of one run of Pulumi, which starts the pack anew for each preview and each up.

    They run one after the other: what a security rule tells of a resource, reachability doesn't tell again,
    and what any of them can't tell is left to the last. One that is disabled does neither.
    """

    def __init__(self) -> None:
        self._inputs: dict[str, Mapping[str, Any]] = {}
        self._told: set[tuple[str, str]] = set()
        self._unknown: list[findings.Finding] = []
        self._shown: Stack | None = None
        self._judged: Judgement | None = None

    def policies(self) -> list[pulumi_policy.Policy]:
        """All policies, in the order in which they have to run."""
        return [
            pulumi_policy.ResourceValidationPolicy(
                name="inputs",
                description="Collects what the other policies judge.",
                enforcement_level=pulumi_policy.EnforcementLevel.ADVISORY,
                validate=lambda args, _report: self._inputs.update({args.urn: args.props}),
            ),
            *(_policy(rule.id, rule.statement, partial(self._security, rule), rule.source) for rule in RULES),
            _policy("reachability", "A request gets from the API to the pods.", self._reachability),
            _policy("redundancy", "A single failure stops no request.", self._redundancy),
            _policy("not-judged", "A rule judges every setting of the path.", self._not_judged),
            _policy("house-rules", "The conventions of this project are kept.", self._house),
            _policy(
                "unknown",
                "A rule can't be told yet: look again after the up.",
                lambda _args, report: _report(self._unknown, report),
            ),
        ]

    def _security(self, rule: SecurityRule, args: Args, report: Report) -> None:
        broken, unknown = findings.security(rule, self._stack(args), self._told)
        self._told |= findings.told_by(rule, broken)
        self._unknown += unknown
        for finding in broken:
            report(str(finding), finding.urns[0])

    def _reachability(self, args: Args, report: Report) -> None:
        if self._stack(args).declared is None:
            return _report([findings.UNDECLARED], report)
        broken, unknown = findings.reachability(self._judgement(args), self._told)
        self._unknown += unknown
        return _report(broken, report)

    def _redundancy(self, args: Args, report: Report) -> None:
        _report(findings.redundancy(self._judgement(args)), report)

    def _not_judged(self, args: Args, report: Report) -> None:
        _report(findings.not_judged(self._judgement(args)), report)

    def _house(self, args: Args, report: Report) -> None:
        _report(findings.house(self._judgement(args), self._told), report)

    def _judgement(self, args: Args) -> Judgement:
        """What the rules of the path say of the stack, for the policies that tell of them."""
        if self._judged is None:
            stack = self._stack(args)
            self._judged = judge(read_model(stack.graph, stack.declared))
        return self._judged

    def _stack(self, args: Args) -> Stack:
        """The stack, which is the same for all policies, with what is configured of the one that asks."""
        if not self._inputs:  # a first preview would show all Kubernetes objects as empty
            raise RuntimeError("the policy `inputs` must not be disabled: it collects what the others judge")
        if self._shown is None:
            # The engine shows them in any order; of several at fault, the same should be told each time.
            resources = sorted(args.resources, key=attrgetter("urn"))
            declared = None
            with suppress(ValidationError):
                declared = declared_of(resources)
            graph = graph_of(resources, self._inputs, preview=pulumi.runtime.is_dry_run())
            self._shown = Stack(graph=graph, declared=declared)
        return replace(self._shown, required_tags=tuple(args.get_config().get("tags", ())))


def _report(found: Iterable[findings.Finding], report: Report) -> None:
    for finding in found:
        report(finding.with_rule(), finding.urns[0])


def _policy(name: str, description: str, validate: Validate, url: str | None = None) -> pulumi_policy.Policy:
    return pulumi_policy.StackValidationPolicy(
        name=name,
        description=description,
        validate=validate,
        enforcement_level=pulumi_policy.EnforcementLevel(LEVELS[name]),
        config_schema=TAGS if name == "required-tags" else None,
        url=url,
    )
