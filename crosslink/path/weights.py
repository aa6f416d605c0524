"""How a listener shares connections between target groups."""

from crosslink.graph import tokens
from crosslink.graph.node import fields, items, number
from crosslink.graph.unknown import Fact, Number, Unknown, visible
from crosslink.path.hop import Source
from crosslink.path.private_link import configurations


def weights_of(source: Source) -> Fact[tuple[tuple[frozenset[str], Number], ...]]:
    """Of each target group in a listener's action what its targets are, and its weight.

    A target is told by its endpoint, or else by its address. A group without a weight has 1.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html
    """
    graph, listener = source.graph, source.node
    told = [
        fields(group)
        for action in items(listener.get("defaultActions"))
        for group in items(fields(fields(action).get("forward")).get("targetGroups"))
    ]
    if not told:
        return ()
    groups = {node.get("arn"): node for node in graph.of_type(tokens.TARGET_GROUP)}
    owners = {
        str(address): endpoint.urn
        for endpoint in graph.of_type(tokens.ENDPOINT)
        for _, address in configurations(endpoint)
    }
    found: list[tuple[frozenset[str], Number]] = []
    for group in told:
        arn, weight = group.get("arn") or group.get("targetGroupArn"), number(group.get("weight"))
        if isinstance(arn, Unknown):
            return Unknown("which target group has which weight is only known after the up")
        node = groups.get(arn)
        members = graph.all_naming(node, "targetGroupArn", tokens.ATTACHMENT) if node else ()
        ends = {
            owners.get(address, address)
            for member in visible(members)
            if (address := str(member.get("targetId")))
        }
        found.append((frozenset(ends), 1 if weight is None else weight))
    return tuple(found)
