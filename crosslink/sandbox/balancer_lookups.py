"""What AWS would answer about load balancers and their listeners."""

from crosslink.graph import tokens
from crosslink.sandbox import existing
from crosslink.sandbox.ingress import load_balancer_host
from crosslink.sandbox.lookups import criteria, criterion, is_here, missing, own
from crosslink.sandbox.made_up import characters
from crosslink.sandbox.new_resource import Outputs
from crosslink.sandbox.record import Invoke
from crosslink.sandbox.refusals import RefusedError
from crosslink.sandbox.world import World


def load_balancer(call: Invoke, world: World) -> Outputs:
    """`aws.lb.get_load_balancer(arn=…)`, or by `name`."""
    by, value = criterion(call, "arn", "name")
    for made in own(call, world, tokens.LOAD_BALANCER):
        if made.outputs.get(by) == value:
            return {**made.outputs, "id": made.id}
    for ingress in own(call, world, tokens.INGRESS):
        host = load_balancer_host(ingress)
        if host and (found := _of_host(call, host))[by] == value:
            return found
    told = [balancer for balancer in world.existing.load_balancers if getattr(balancer, by) == value]
    for balancer in told:
        if is_here(call, balancer.place):
            return _answer(call, balancer)
    elsewhere = next((balancer.place for balancer in told), None)
    raise missing(call, world, f"load balancer {value}", _entry(value), elsewhere)


def listener(call: Invoke, world: World) -> Outputs:
    """`aws.lb.get_listener(load_balancer_arn=…, port=…)`, or by `arn`."""
    given = criteria(call)
    if set(given) not in ({"arn"}, {"loadBalancerArn", "port"}):
        raise RefusedError("the sandbox finds a listener only by arn, or by loadBalancerArn and port")
    for made in own(call, world, tokens.LISTENER):
        if all(made.outputs.get(name) == value for name, value in given.items()):
            return {**made.outputs, "id": made.id}
    listeners = [
        (balancer, _listener(balancer, listener))
        for balancer in world.existing.load_balancers
        for listener in balancer.listeners
    ]
    told = [(balancer, found) for balancer, found in listeners if given.items() <= found.items()]
    for balancer, found in told:
        if is_here(call, balancer.place):
            return {**found, "region": call.region}
    value = given.get("arn", f"{given.get('loadBalancerArn')} port {given.get('port', 0):g}")
    elsewhere = next((balancer.place for balancer, _ in told), None)
    raise missing(call, world, f"listener {value}", _entry(str(given.get("loadBalancerArn", "…"))), elsewhere)


def _of_host(call: Invoke, host: str) -> Outputs:
    """The load balancer of an Ingress, from its host name."""
    name = host.partition(".")[0].removeprefix("internal-").rpartition("-")[0]
    suffix = f"app/{name}/{characters(f'{call.account}/{host}', 16)}"
    arn = f"arn:aws:elasticloadbalancing:{call.region}:{call.account}:loadbalancer/{suffix}"
    kind = {"internal": host.startswith("internal-"), "loadBalancerType": "application"}
    return {"id": arn, "arn": arn, "arnSuffix": suffix, "name": name, "dnsName": host, **kind}


def _answer(call: Invoke, balancer: existing.LoadBalancer) -> Outputs:
    arn = balancer.arn
    kind = "application" if "/app/" in arn else "network"
    id_ = characters(f"{arn}/dns", 10, "decimal") if kind == "application" else arn.rpartition("/")[2]
    host = f"{balancer.name}-{id_}"
    if kind == "application":
        dns = f"{'internal-' if balancer.internal else ''}{host}.{call.region}.elb.amazonaws.com"
    else:
        dns = f"{host}.elb.{call.region}.amazonaws.com"
    return {
        "id": arn,
        "arn": arn,
        "arnSuffix": arn.partition("loadbalancer/")[2],
        "dnsName": dns,
        "internal": balancer.internal,
        "ipAddressType": "ipv4",
        "loadBalancerType": kind,
        "name": balancer.name,
        "region": call.region,
        "securityGroups": list(balancer.security_groups),
        "subnets": list(balancer.subnets),
        "vpcId": balancer.vpc_id,
    }


def _listener(balancer: existing.LoadBalancer, listener: existing.Listener) -> Outputs:
    id_ = characters(f"{balancer.arn}/{listener.port}", 16)
    arn = f"{balancer.arn.replace(':loadbalancer/', ':listener/')}/{id_}"
    return {
        "id": arn,
        "arn": arn,
        "certificateArn": listener.certificate_arn or "",
        "defaultActions": [],
        "loadBalancerArn": balancer.arn,
        "port": listener.port,
        "protocol": listener.protocol,
    }


def _entry(arn: str) -> dict[str, str]:
    listeners = "[{ port: 80, protocol: HTTP }]"
    return {"loadBalancers": f"{{ arn: {arn}, vpcId: vpc-…, subnets: [subnet-…], listeners: {listeners} }}"}
