"""Timelines of whole stacks, and pictures of them."""

import re
from dataclasses import replace
from io import StringIO

from rich.console import Console

from crosslink.graph import tokens
from crosslink.graph.from_sandbox import graph_of
from crosslink.graph.graph import Graph
from crosslink.report.text import UNSEEN
from crosslink.timeline.gantt import mermaid
from crosslink.timeline.report import kind, write
from crosslink.timeline.timeline import LONG, Timeline, shortest, timeline
from crosslink.timeline.times import times
from crosslink.timeline.waits import Why
from tests.crosslink.timeline.test_waits import PROVIDER, resource
from tests.runs import file_of, run_stack

ROWS = times().times


def of_stack(name: str, parallel: int = 1000) -> Timeline:
    return timeline(graph_of(run_stack(file_of(name), preview=True)), parallel)


def test_an_up_waits_for_the_cluster_and_what_runs_in_it() -> None:
    path = [bar.node.type for bar in of_stack("dev").critical if bar.seconds >= 10]
    assert path == [
        tokens.VPC,
        tokens.NAT_GATEWAY,
        tokens.EKS_CLUSTER,
        tokens.KUBERNETES_DEPLOYMENT,
        tokens.KUBERNETES_SERVICE,
        tokens.INGRESS,
    ]


def test_the_total_by_hand() -> None:
    """Beside the long steps, eight short ones: provider, table, two routes, policy, class, pool, target."""
    found = of_stack("dev")
    long = ("vpc", "nat-gateway", "eks-cluster", "pods-on-new-nodes", "service", "ingress")
    short = [bar for bar in found.critical if bar.time is times().other]
    assert len(short) == 8
    assert found.seconds == sum(ROWS[name].typical for name in long) + 8 * times().other.typical
    assert found.low == sum(ROWS[name].low for name in long) + 8 * times().other.low
    assert found.low < found.seconds < found.high
    assert found.seconds == found.unlimited == shortest(graph_of(run_stack(file_of("dev"), preview=True)))


def test_what_is_hidden_has_time_to_spare() -> None:
    found = of_stack("dev")
    (link,) = (bar for bar in found.beside if bar.node.type == tokens.VPC_LINK)
    assert link.seconds == ROWS["vpc-link"].typical
    assert link.span.spare > LONG
    assert link.after
    assert (link.after[0].type, link.after[1]) == (tokens.LOAD_BALANCER, Why.INPUT)
    assert len(found.bars) == len(found.critical) + len(found.beside) + found.short


def test_a_component_on_the_way_is_passed_over() -> None:
    """What waits for `eks.Cluster` waits for what pulumi-eks makes, and that for what `eks.Cluster` does."""
    found = of_stack("dev")
    after = {bar.node.type: bar.after for bar in found.critical if bar.after}
    assert {told[0].type for told in after.values()}.isdisjoint({"eks:index:Cluster"})
    assert (after[tokens.EKS_CLUSTER][0].type, after[tokens.EKS_CLUSTER][1]) == (tokens.ROUTE, Why.DEPENDS_ON)
    assert after[tokens.KUBERNETES_SERVICE][1] is Why.PODS


def test_without_a_cluster_it_waits_for_the_link() -> None:
    found = of_stack("consumer-only")
    assert max(found.critical, key=lambda bar: bar.seconds).node.type == tokens.VPC_LINK


def test_fewer_at_once_take_longer() -> None:
    found = of_stack("dev", 2)
    assert found.seconds > found.unlimited == of_stack("dev").seconds
    assert Why.SLOT in {bar.after[1] for bar in found.bars if bar.after}


def test_a_type_is_told_in_short() -> None:
    assert kind(resource("r", tokens.NAT_GATEWAY)) == "ec2:NatGateway"
    assert kind(resource("r", tokens.KUBERNETES_SERVICE)) == "core/v1:Service"
    assert kind(PROVIDER) == "providers:aws"


def test_the_picture_has_the_path_and_what_is_beside_it() -> None:
    head, path, beside = mermaid(of_stack("dev")).split("  section ")
    assert head.startswith("gantt\n")
    assert path.splitlines()[:2] == [
        "what it waits for",
        f"  {UNSEEN}Vpc crosslink-apps, 13 s :crit, 00:00:02, 13s",
    ]
    assert all(":crit, " in line for line in path.splitlines()[1:])
    assert re.search(r"  \u200bVpcLink crosslink, 4 min :00:0\d:\d\d, 240s\n", beside)
    assert "crit" not in beside


def test_no_name_becomes_markup() -> None:
    name = "x\n  section y :crit, a;%%{init}%% #<b>"
    key = resource("k", "aws:kms/key:Key")
    picture = mermaid(timeline(Graph([replace(key, name=name)])))
    assert (
        picture.splitlines()[-1]
        == f"  {UNSEEN}Key x section y .crit, a....init... ..b., 22 s :crit, 00:00:00, 22s"
    )
    assert "beside" not in picture


def test_a_name_is_printed_as_it_is() -> None:
    out = Console(file=StringIO(), width=200)
    write(timeline(Graph([replace(resource("k", "aws:kms/key:Key"), name="[/b]\n[red]k")])), out)
    assert isinstance(out.file, StringIO)
    assert "  kms:Key [/b] [red]k  " in out.file.getvalue()


def test_nothing_takes_no_time() -> None:
    found = timeline(Graph([]))
    assert (found.seconds, found.bars, found.critical, found.beside, found.short) == (0, (), (), (), 0)
