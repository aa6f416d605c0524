"""The policy pack as Pulumi asks it: by the SDK's own server, resource by resource and then the stack."""

from collections.abc import Iterable, Mapping, Sequence

import pulumi
import pytest
from pulumi.runtime.proto import analyzer_pb2 as pb
from pulumi_policy import EnforcementLevel
from pulumi_policy.policy import _PolicyAnalyzerServicer

from crosslink.sandbox.protobuf import to_struct
from crosslink.sandbox.record import Plain, Run
from policy.pack import Pack
from tests.policy_pack import STACK, described, in_stack, shown_inputs

LEVEL_NUMBERS = {"advisory": pb.ADVISORY, "mandatory": pb.MANDATORY, "disabled": pb.DISABLED}
LEVEL_NAMES = {number: name for name, number in LEVEL_NUMBERS.items()}


def diagnostics_of(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    levels: Mapping[str, str] | None = None,
    tags: Sequence[str] = (),
    outputs: Mapping[str, Plain] | None = None,
) -> list[pb.AnalyzeDiagnostic]:
    """What the pack reports of a run.

    Args:
        run: the run.
        monkeypatch: pytest's.
        levels: policy → its level, where it isn't the default one; settings that nothing judges are left out.
        tags: those that are required.
        outputs: the stack's, in the place of the run's own.
    """
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: run.preview)
    pack = _PolicyAnalyzerServicer("crosslink", "0.1.0", Pack().policies(), EnforcementLevel.MANDATORY)
    chosen = {"not-judged": "disabled", **(levels or {})}
    pack.Configure(_configuration(chosen, tags, pack), None)
    for resource in run.resources.values():
        asked = pb.AnalyzeRequest(**described(resource, run, shown_inputs(resource)))
        assert not pack.Analyze(asked, None).diagnostics
    stack = pb.AnalyzerResource(
        urn=STACK,
        type="pulumi:pulumi:Stack",
        name="crosslink-dev",
        properties=to_struct({"path": run.outputs["path"]} if outputs is None else outputs),
    )
    shown = [in_stack(resource, run) for resource in run.resources.values()]
    return list(pack.AnalyzeStack(pb.AnalyzeStackRequest(resources=[*shown, stack]), None).diagnostics)


def told(diagnostics: Iterable[pb.AnalyzeDiagnostic]) -> list[tuple[str, str, str]]:
    """Policy, level and the resource's name of each."""
    return [
        (diagnostic.policyName, LEVEL_NAMES[diagnostic.enforcementLevel], diagnostic.urn.rpartition("::")[2])
        for diagnostic in diagnostics
    ]


def _configuration(
    levels: Mapping[str, str], tags: Sequence[str], pack: _PolicyAnalyzerServicer
) -> pb.ConfigureAnalyzerRequest:
    """Every policy with its level, as the engine sends it when it has read `--policy-pack-config`."""
    configs = {
        policy.name: pb.PolicyConfig(
            enforcementLevel=LEVEL_NUMBERS.get(levels.get(policy.name, ""), policy.enforcementLevel)
        )
        for policy in pack.GetAnalyzerInfo(None, None).policies
    }
    configs["required-tags"].properties.update({"tags": list(tags)})
    return pb.ConfigureAnalyzerRequest(policyConfig=configs)
