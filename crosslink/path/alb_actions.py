"""What the ALB does with requests, as an Ingress's annotations say, and what the controller can't carry out.

Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions
"""

from collections.abc import Callable, Iterator, Mapping

from crosslink.graph.node import Node, Value, fields, items
from crosslink.graph.unknown import Fact, Unknown
from crosslink.path.ingress_rules import Rule, annotation, backend, is_annotated, path_rules, read_json
from crosslink.path.unmet_conditions import of_backend

# Action → the key of what it does
ACTIONS = {"forward": "forwardConfig", "redirect": "redirectConfig", "fixed-response": "fixedResponseConfig"}
MODES = ("off", "passthrough", "verify")  # of mutual-authentication


def refused(ingress: Node) -> Fact[tuple[str, ...]]:
    """The annotations that the controller can't carry out: it makes nothing of an Ingress with one."""
    annotations = ingress.get("metadata", "annotations")
    if isinstance(annotations, Unknown):
        return annotations
    return tuple(dict.fromkeys(_refused(ingress)))


def _refused(ingress: Node) -> Iterator[str]:
    for rule in path_rules(ingress):
        said = of_backend(ingress, rule, "transforms")
        if isinstance(said, str) and not _all(read_json(said), _is_transform):
            yield f"transforms.{backend(rule).get('name')} can't be read"
    for name in ("listen-ports", "mutual-authentication"):
        said = annotation(ingress, name)
        if isinstance(said, str) and not _all(read_json(said), fields):
            yield f"{name} can't be read"
    for entry in map(fields, items(read_json(annotation(ingress, "mutual-authentication")))):
        mode, trusted = entry.get("mode"), bool(entry.get("trustStore"))
        if mode not in MODES or trusted != (mode == "verify"):
            yield f"mutual-authentication has mode {mode} with{'' if trusted else 'out'} trustStore"
    said = annotation(ingress, "jwt-validation")
    if isinstance(said, str) and not {"jwksEndpoint", "issuer"} <= fields(read_json(said)).keys():
        yield "jwt-validation can't be read"


def _all(entries: Value, check: Callable[[Value], object]) -> bool:
    return bool(items(entries)) and all(map(check, items(entries)))


def _is_transform(transform: Value) -> bool:
    kinds = {"host-header-rewrite": "hostHeaderRewriteConfig", "url-rewrite": "urlRewriteConfig"}
    config = fields(transform).get(kinds.get(str(fields(transform).get("type")), ""))
    return bool(items(fields(config).get("rewrites")))


def _of_nobody(target: Rule) -> bool:
    """Whether a target group is none of the cluster's."""
    return bool(target.get("targetGroupARN") or target.get("targetGroupName"))


def answer(ingress: Node, rule: Value) -> Fact[str | None]:
    """What the ALB answers itself in the place of a Service; None if it forwards requests."""
    said = of_backend(ingress, rule, "actions")
    if isinstance(said, Unknown) or not is_annotated(rule):
        return said if isinstance(said, Unknown) else None
    action = fields(read_json(said))
    config = fields(action.get(ACTIONS.get(str(action.get("type")), "")))
    match action.get("type"):
        case "forward":
            groups = list(map(fields, items(config.get("targetGroups"))))
            shut = groups and all(group.get("weight") == 0 for group in groups)
            return "503: all its target groups have the weight 0" if shut else None
        case "redirect":
            return f"{config.get('statusCode')}, a redirect to {config.get('host', 'the same host')}"
        case _:
            return f"{config.get('statusCode', 503)} by itself"


def beside(ingress: Node, rule: Value) -> Fact[tuple[str, ...]]:
    """Where a rule forwards requests to beside its Service: other Services, and target groups of others."""
    said = of_backend(ingress, rule, "actions")
    if isinstance(said, Unknown) or not is_annotated(rule):
        return said if isinstance(said, Unknown) else ()
    own = sent_to(ingress, rule).get("name")
    targets = [
        str(target.get("serviceName") or target.get("targetGroupARN") or target.get("targetGroupName"))
        for target in _targets(fields(read_json(said)))
        if target.get("weight") != 0
    ]
    return tuple(target for target in targets if target != own)


def _targets(action: Rule) -> list[Rule]:
    config = fields(action.get("forwardConfig"))
    return [action] if _of_nobody(action) else list(map(fields, items(config.get("targetGroups"))))


def sent_to(ingress: Node, rule: Value) -> Rule:
    """Name and port of the Service that a rule sends to, of several the one that gets most requests."""
    if not is_annotated(rule):
        return backend(rule)
    action = fields(read_json(of_backend(ingress, rule, "actions")))
    services = [target for target in _targets(action) if target.get("serviceName")]
    if not services:
        return backend(rule)
    first = max(services, key=lambda target: target.get("weight", 1))
    port = str(first.get("servicePort"))
    return {
        "name": first["serviceName"],
        "port": {"number": int(port)} if port.isdecimal() else {"name": port},
    }


def pairs(text: Value) -> Mapping[str, str]:
    """What an annotation `<name>=<value>,…` says."""
    split = (pair.partition("=") for pair in str(text or "").split(","))
    return {name.strip(): value.strip() for name, _, value in split if name.strip()}


def of_service(service: Node, ingress: Node, name: str) -> Value:
    """What is said of a Service's targets: the Service's own annotation, or else its Ingress's."""
    own = annotation(service, name)
    return annotation(ingress, name) if own is None else own
