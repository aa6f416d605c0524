"""What is printed of walks: exact texts for the stack dev, whole, broken and unknown."""

from dataclasses import replace

from crosslink.fields.not_judged import NotJudged
from crosslink.graph import tokens
from crosslink.graph.node import Node
from crosslink.graph.unknown import visible
from crosslink.path import steps
from crosslink.path.walk import Model
from crosslink.rules.verdict import Judgement
from tests.crosslink.report.models import (
    NOT_ALLOWED,
    counts,
    judged,
    naming_the_link_itself,
    printed,
    walk,
    walking,
)
from tests.crosslink.walks import changed, model_of_file, there, with_found, without
from tests.runs import DEV

WALK = """\
Walk of /svc1
  111111111111 us-west-2
    ✓ stage                 v1, https://t46lwpdhy5.execute-api.us-west-2.amazonaws.com/v1  crosslink
        sets                stage variable link, prefix
    ✓ method                ANY /svc1, auth AWS_IAM  crosslink
        integration         HTTP_PROXY http://apps.crosslink.example.com:8000/svc1 by VPC_LINK
                            ${stageVariables.link}
    ✓ method                ANY /svc1/{proxy+}, auth AWS_IAM  crosslink
        integration         HTTP_PROXY http://apps.crosslink.example.com:8000/svc1/{proxy} by VPC_LINK
                            ${stageVariables.link}
    ✓ VPC link              p1dlvq  crosslink
    ✓ gateway NLB           internal, in 10.10.32.0/26 (usw2-az1), 10.10.64.0/26 (usw2-az2)  crosslink-gateway
    ✓ listener              TCP 8000  crosslink-apps
    ✓ target group          TCP 80 to targets of type ip  crosslink-apps
        asked               HTTP /healthz for 200
    ✓ target                10.11.2.10, port 80, zone all  crosslink-apps-use1-az1
    ✓ target                10.11.4.10, port 80, zone all  crosslink-apps-use1-az2
    ✓ route out             10.10.32.0/26 → 10.11.0.0/20 over the peering
                            crosslink-landing-us-east-1-out-usw2-az1
    ✓ route out             10.10.64.0/26 → 10.11.0.0/20 over the peering
                            crosslink-landing-us-east-1-out-usw2-az2
    ✓ peering               10.10.0.0/16 and 10.11.0.0/20, asked of us-east-1  crosslink-landing-us-east-1
  111111111111 us-east-1
    ✓ route back            10.11.2.0/26 → 10.10.0.0/16 over the peering
                            crosslink-landing-us-east-1-back-use1-az1
    ✓ route back            10.11.4.0/26 → 10.10.0.0/16 over the peering
                            crosslink-landing-us-east-1-back-use1-az2
    ✓ interface endpoint    vpce-88d8c0a48d21a8744, addresses 10.11.2.10, 10.11.4.10  crosslink-apps
        admits              10.10.32.0/26 to port 80
        admits              10.10.64.0/26 to port 80
  222222222222 us-east-1
    ✓ endpoint service      vpce-svc-bcb9db79133c8d9f4, allows arn:aws:iam::111111111111:role/crosslink-deploy
                            crosslink-apps
    ✓ provider NLB          internal, in 10.20.48.64/26 (use1-az1), 10.20.80.64/26 (use1-az2)  crosslink-apps
    ✓ provider listener     TCP 80  crosslink-apps
    ✓ provider target group TCP 80 to targets of type alb  crosslink-apps
        asked               HTTP /healthz for 200
    ✓ provider target       loadbalancer/app/k8s-crosslinkapps-4dd0131f46/9791f306388aab0d, port 80
                            crosslink-apps
    ✓ ALB                   internal, HTTP 80,
                            internal-k8s-crosslinkapps-4dd0131f46-5358276525.us-east-1.elb.amazonaws.com
                            crosslink-apps
    ✓ Ingress rule          Prefix /svc1 → Service svc1:80  crosslink-apps
    ✓ Service               port 80 → port http of the pods  crosslink-apps-svc1
        selects             app.kubernetes.io/name=svc1
    ✓ Deployment            2 pods of hashicorp/http-echo:1.0@sha256:fcb75f691c8b, port 8080
                            crosslink-apps-svc1
        labelled            app.kubernetes.io/name=svc1
"""
BEFORE = """\
    ✓ stage                 v1, known after the up  crosslink
    ✓ VPC link              known after the up  crosslink
    ✓ interface endpoint    known after the up, addresses 10.11.2.10, 10.11.4.10  crosslink-apps
    ✓ endpoint service      known after the up, allows arn:aws:iam::111111111111:role/crosslink-deploy
    ✓ provider target       known after the up, port 80  crosslink-apps
    ✓ ALB                   internal, HTTP 80, known after the up  crosslink-apps
"""
BROKEN = """\
    ✗ listener              missing
        broken              uri-picks-a-listener: no listener for http://apps.crosslink.example.com:8000/svc1,
                            http://apps.crosslink.example.com:8000/svc1/{proxy}
      target group          not reached
      target                not reached
      interface endpoint    not reached
      endpoint service      not reached
      provider NLB          not reached
      provider listener     not reached
      provider target group not reached
      provider target       not reached
      ALB                   not reached
      Ingress rule          not reached
      Service               not reached
      Deployment            not reached

/svc1: broken at the listener
  where aws:lb/loadBalancer:LoadBalancer crosslink-gateway, 111111111111 us-west-2
  why   no listener for http://apps.crosslink.example.com:8000/svc1,
        http://apps.crosslink.example.com:8000/svc1/{proxy}
  grade stops all: No request of the route gets through.
  rule  uri-picks-a-listener: All integrations' URIs have the port of one listener of the gateway NLB, which
        they pick by it.
  fix   Make the port in the integration's URI that of the backend's listener, 8000 + slot.
  see   https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html

"""


def test_the_walk_for_people() -> None:
    svc1, svc2, summary = text(model_of_file(DEV)).split("\n\n")
    assert f"{svc1}\n" == WALK
    assert svc2.splitlines()[0] == "Walk of /svc2"
    assert summary == counted(model_of_file(DEV))


def test_a_preview_says_what_only_the_up_makes_known() -> None:
    """The rest of the walk is the up's, verdicts included."""
    before, after = (text(model_of_file(DEV, preview=preview)).splitlines() for preview in (True, False))
    assert [line for line in before[: before.index("")] if line not in after] == BEFORE.splitlines()
    assert before[-1] == after[-1]


def test_a_walk_stops_where_something_is_missing() -> None:
    model = walking(without(tokens.LISTENER)["/svc1"])
    assert text(model).endswith(f"{BROKEN}{counted(model, broken=1)}")


def test_what_could_not_be_read_is_unknown_with_the_reason() -> None:
    model = walking(with_found(walk(), steps.LISTENER, NOT_ALLOWED))
    lines = text(model).splitlines()
    place = lines.index(f"    ? listener              {NOT_ALLOWED}")
    assert lines[place + 1] == f"        unknown             uri-picks-a-listener: {NOT_ALLOWED.reason}"
    assert lines[place + 2].startswith("    ✓ target group")
    assert f"{lines[-1]}\n" == counted(model, unknown=1)


def test_a_rule_for_ipv6_admits_no_range_of_ipv4() -> None:
    def for_ipv6(node: Node) -> Node:
        if (node.type, node.name) != (tokens.INGRESS_RULE, "crosslink-apps-usw2-az1"):
            return node
        properties = {**node.properties, "cidrIpv4": None, "cidrIpv6": "fd00::/64"}
        return replace(node, properties=properties)

    lines = text(walking(changed(for_ipv6)["/svc1"])).splitlines()
    assert [line.split("  ")[-1] for line in lines if "  admits" in line] == [
        "no range of IPv4 to port 80",
        "10.10.64.0/26 to port 80",
    ]


def test_a_fault_stands_at_its_own_hop_alone() -> None:
    """Both methods are of one resource."""
    exact, below = visible(walk().every(steps.METHOD))
    opened = with_found(walk(), steps.METHOD, (exact, replace(below, auth="NONE")))
    lines = text(walking(opened)).splitlines()
    assert [line for line in lines if line.startswith("    ✗")] == [
        "    ✗ method                ANY /svc1/{proxy+}, auth NONE  crosslink"
    ]


def test_routes_that_stop_at_the_same_fault_share_it() -> None:
    failed = replace(there(walk(), steps.LINK), status="FAILED")
    walks = tuple(with_found(shared, steps.LINK, (failed,)) for shared in model_of_file(DEV).walks)
    stops = [
        line for line in text(replace(model_of_file(DEV), walks=walks)).splitlines() if "broken at" in line
    ]
    assert stops == ["/svc1, /svc2: broken at the VPC link"]


def test_what_is_broken_beside_the_path_is_told_too() -> None:
    first, *others = model_of_file(DEV).accounts
    model = replace(model_of_file(DEV), accounts=(replace(first, allowed=()), *others))
    headline, where, why = text(model).split("\n\n")[-2].splitlines()[:3]
    assert headline == "Beside the path"
    assert where == f"  where {first.resource}, {first.place}"
    assert why == "  why   it may act in any account"


def test_a_stack_without_anything_has_nothing_that_could_be_broken() -> None:
    assert text(Model(walks=())) == "0 rules hold, 0 broken, 0 unknown\n"


def test_a_house_rule_that_is_not_kept_is_told_as_one() -> None:
    """Requests get through, and so nothing is broken."""
    model = naming_the_link_itself()
    lines = text(model).splitlines()
    place = lines.index("    ! method                ANY /svc1, auth AWS_IAM  crosslink")
    assert lines[place + 1 : place + 3] == [
        "        integration         "
        "HTTP_PROXY http://apps.crosslink.example.com:8000/svc1 by VPC_LINK p1dlvq",
        "        house rule          link-is-named-by-a-variable: /svc1 names the link as 'p1dlvq'",
    ]
    assert [line for line in lines if "broken at" in line] == []
    assert f"{lines[-1]}\n" == counted(model, **{"house rule": 1})


DEGRADED = """\
/svc1: redundancy lost at the gateway NLB
  where aws:lb/loadBalancer:LoadBalancer crosslink-gateway, 111111111111 us-west-2
  why   nothing lets it out to 10.11.2.10:80
  grade redundancy lost: All requests get through; after one more failure some don't.
"""


def test_where_redundancy_is_lost_is_told_and_nothing_is_called_broken() -> None:
    [balancer] = walk().seen(steps.GATEWAY_NLB)
    [rule] = visible(balancer.lets_out)
    narrow = replace(balancer, lets_out=(replace(rule, ranges=("10.11.4.0/26",)),))
    model = walking(with_found(walk(), steps.GATEWAY_NLB, (narrow,)))
    told = text(model)
    assert "    ▲ gateway NLB           internal, in 10.10.32.0/26" in told
    assert "        redundancy lost     gateway-nlb-lets-out: nothing lets it out to 10.11.2.10:80\n" in told
    assert told.partition("/svc1: ")[1] + told.partition("/svc1: ")[2].partition("  rule")[0] == DEGRADED
    assert "broken at" not in told
    assert told.endswith(" 0 broken, 0 unknown, 1 with redundancy lost\n")


def test_settings_that_nothing_judges_are_told_with_their_routes() -> None:
    link = there(walk(), steps.LINK)
    first, second = (
        NotJudged(title="VPC link", hop=link, field=field, value=value)
        for field, value in (("tags.speed", '"slow"'), (None, ""))
    )
    one, two = (
        text(
            walking(walk()),
            replace(judged(walking(walk())), not_judged={setting: ["/svc1"] for setting in settings}),
        )
        for settings in ([first], [first, second])
    )
    assert one.splitlines()[-4:-2] == [
        "Settings that nothing judges",
        f'  {link.resource}: tags.speed: "slow" (/svc1)',
    ]
    assert one.endswith(" 0 broken, 0 unknown, 1 setting nothing judges\n")
    assert f"  {link.resource}: nothing judges resources of this type (/svc1)\n" in two
    assert two.endswith(", 2 settings nothing judges\n")


def counted(model: Model, **others: int) -> str:
    """The last line of a report."""
    found = counts(model, **others)
    house = ", 1 house rule not kept" if found["house rule"] else ""
    return f"{found['holds']} rules hold, {found['broken']} broken, {found['unknown']} unknown{house}\n"


def test_what_no_rule_looks_at_is_counted_by_type() -> None:
    told = replace(judged(walking(walk())), not_looked_at={"aws:ec2/eip:Eip": 2, "aws:kms/key:Key": 1})

    line = printed(walking(walk()), told).splitlines()[-3]

    assert line == "Not on the way of requests, and looked at by no rule: 2 Eip, 1 Key"


def text(model: Model, judgement: Judgement | None = None) -> str:
    """Without settings that nothing judges, unless they are given, and without what is beside the way."""
    return printed(model, replace(judgement or judged(model), not_looked_at={}))
