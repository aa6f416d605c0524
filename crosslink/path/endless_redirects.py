"""The redirects that the controller leaves out, because they would lead to themselves.

An Ingress for HTTP and HTTPS sends all that comes by HTTP to HTTPS with one; at the listener for HTTPS there
is no such rule.

Source: https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/pkg/ingress/rule_optimizer.go
"""

from collections.abc import Sequence

from crosslink.graph.node import fields
from crosslink.graph.unknown import Fact, Unknown, visible
from crosslink.path.alb import Alb
from crosslink.path.alb_conditions import AlbRule
from crosslink.path.hop import if_known
from crosslink.path.ingress_rules import action, is_annotated, read_json
from crosslink.path.load_balancers import alb_port
from crosslink.path.trail import Trail


def without_endless(trail: Trail, rules: Fact[Sequence[AlbRule]]) -> Fact[Sequence[AlbRule]]:
    """The rules that the controller makes at the listener that the provider's target is asked at."""
    port = alb_port(trail)
    albs = [alb for alb in visible(trail.hops("ALB")) if isinstance(alb, Alb)]
    listeners = [listener for alb in albs for listener in visible(alb.listeners)]
    protocol = next((listener.protocol for listener in listeners if listener.port == port), None)
    if isinstance(port, Unknown) or not isinstance(protocol, str):
        return rules
    return if_known(
        rules, lambda found: [rule for rule in found if not _is_endless(rule, str(port), protocol)]
    )


def _is_endless(rule: AlbRule, port: str, protocol: str) -> bool:
    said = fields(read_json(action(rule.owner, rule.path_rule)))
    if not is_annotated(rule.path_rule) or said.get("type") != "redirect":
        return False
    to = fields(said.get("redirectConfig"))
    conditions = visible(rule.conditions)
    if any(condition.field == "path" and condition.regexes for condition in conditions):
        return False
    asked = {
        name: {value for condition in conditions if condition.field == name for value in condition.values}
        for name in ("host", "path")
    }
    same = {
        "host": {"#{host}", *asked["host"]},
        "path": {"/#{path}", *asked["path"]},
        "port": {"#{port}", port},
        "protocol": {"#{protocol}", protocol},
        "query": {"#{query}"},
    }
    return all(to.get(name) is None or to.get(name) in values for name, values in same.items())
