"""What changes a stage's answers without a deployment: its canary, a web ACL in front of it, the account."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, NotOurs, Value, doubt, fields, items
from crosslink.graph.unknown import Fact, Number, Text, Unknown
from crosslink.path.hop import Hop, Source, computed, hop, if_known, only_aws
from crosslink.path.trail import Trail

ROLE = "aws:iam/role:Role"


def is_output_of(
    graph: Graph, node: Node, path: tuple[str | int, ...], type_: str, output: str | None = None
) -> Fact[bool]:
    """Whether the value at a path of a resource's properties is what a resource of a type gives.

    Args:
        path: the keys and indexes down to the value.
        type_: the type of that resource, which the property refers to.
        output: the property of it that the value should be; None for its id.

    Returns:
        Whether it is; Unknown if nobody can tell. A text is none of what AWS has still to give.
    """
    value, named = node.get(*path), graph.named_by(node, str(path[0]), type_)
    given = [other.output(output) if output else other.id for other in named]
    if isinstance(value, Unknown):
        return True if any(isinstance(own, Unknown) for own in given) else value
    return value in given


def is_of_api(node: Node, stage: Node) -> Fact[bool]:
    """Whether a resource names the stage's API, by id or by what gives it.

    If one of the two has a plain id and the other's comes from a resource, nobody knows whose that id is.
    """
    values = [named.get("restApi") for named in (node, stage)]
    givers = [named.references.get("restApi") for named in (node, stage)]
    unknown = doubt(*values)
    if (givers[0] and givers[0] == givers[1]) or (values[0] == values[1] and not unknown):
        return True
    plain = [value for value, giver in zip(values, givers, strict=True) if not giver]
    return NotOurs.of(str(plain[0])) if any(givers) and plain else unknown or False


@dataclass(frozen=True, kw_only=True)
class Override:
    """A stage variable of which a canary has a value of its own."""

    name: str
    value: Text
    same: Fact[bool]  # whether it is the stage's own value
    somewhere: Fact[bool]  # whether a VPC link has it as its id


@dataclass(frozen=True, kw_only=True)
class Canary:
    """A second deployment that takes a share of a stage's requests."""

    percent: Fact[float | None]  # of all requests, 0 to 100
    same_deployment: Fact[bool]  # whether it is the stage's own
    overrides: tuple[Override, ...]


def canary_of(source: Source) -> Fact[Canary | None]:
    """The canary of a stage; None without one."""
    graph, stage = source.graph, source.node
    links = ("variables", *tokens.VPC_LINKS)
    settings = stage.get("canarySettings")
    if not fields(settings):
        return settings if isinstance(settings, Unknown) else None
    overrides = stage.get("canarySettings", "stageVariableOverrides")
    if isinstance(overrides, Unknown):
        return overrides
    own, theirs = stage.get("deployment"), stage.get("canarySettings", "deploymentId")
    return Canary(
        percent=stage.get("canarySettings", "percentTraffic"),
        same_deployment=_same(graph, stage, theirs, own, ("deployment", tokens.API_DEPLOYMENT)),
        overrides=tuple(
            Override(
                name=name,
                value=value,
                same=_same(graph, stage, value, stage.get("variables", name), links),
                somewhere=if_known(value, lambda id_: any(id_ in link.names() for link in _links(graph))),
            )
            for name, value in sorted(fields(overrides).items())
        ),
    )


def _links(graph: Graph) -> Sequence[Node]:
    return [link for type_ in tokens.VPC_LINKS for link in graph.of_type(type_)]


def _same(graph: Graph, stage: Node, theirs: Value, own: Value, named: tuple[str, ...]) -> Fact[bool]:
    """Whether a canary's value is the stage's own; both may come from a resource that isn't there yet."""
    property_, *types = named
    if isinstance(theirs, Unknown):
        mine, others = (graph.named_by(stage, name, *types) for name in (property_, "canarySettings"))
        return True if mine and mine == others else theirs
    # What AWS has still to give nobody can have written down.
    return False if isinstance(own, Unknown) else theirs == own


def _log_role(source: Source) -> Text:
    """The role for logs. One that isn't the program's is known to fit if AWS has taken it."""
    graph, account = source.graph, source.node
    role = account.get("cloudwatchRoleArn")
    if not graph.registered or role is None:
        return role
    given = is_output_of(graph, account, ("cloudwatchRoleArn",), ROLE, "arn")
    return "a role of the program" if given is True else doubt(given) or NotOurs.of(f"the role {role}")


@hop
class ApiAccount(Hop):
    """What API Gateway has set for all APIs of an account in a region."""

    token = tokens.API_ACCOUNT
    log_role: Text = computed(_log_role)  # ARN; None for none
    rate: Fact[float | None] = only_aws("throttleSettings", "rateLimit")  # requests per second
    burst: Number = only_aws("throttleSettings", "burstLimit")  # requests at once


def account_of(trail: Trail) -> Fact[Sequence[Node]]:
    """What is set for the account and region of the stage."""
    graph, stage, type_ = trail.graph, trail.node("stage"), tokens.API_ACCOUNT
    if not isinstance(stage, Node):
        return stage or []
    return graph.beside(stage, type_) or graph.why_not(type_, stage) or []


@hop
class WebAcl(Hop):
    """A web ACL of AWS WAF in front of the stage."""

    token = tokens.WEB_ACL
    default: Text = computed(lambda source: if_known(source.node.get("defaultAction"), _action))
    allowing: Fact[tuple[str, ...]] = computed(lambda source: _rules(source, {"allow"}))  # names of rules
    # names of rules that may keep requests out, also by what they ask of callers
    stopping: Fact[tuple[str, ...]] = computed(lambda source: _rules(source, _STOPPING))


_STOPPING = {"block", "captcha", "challenge", "none", ""}  # `none`: a group's own actions


def _action(of: Value) -> str:
    return next(iter(fields(of)), "")


def _rules(source: Source, actions: set[str]) -> Fact[tuple[str, ...]]:
    """The rules of a web ACL with some actions."""
    rules = source.node.get("rules")
    if isinstance(source.node.get("ruleJson"), str | Unknown):
        return Unknown("the rules of the web ACL are a JSON text, which isn't read")
    return doubt(rules) or tuple(_names(items(rules), actions))


def _names(rules: Sequence[Mapping[str, Value]], actions: set[str]) -> Iterator[str]:
    for rule in rules:
        if _action(rule.get("action") or rule.get("overrideAction")) in actions:
            yield str(rule.get("name"))


def web_acl_of(trail: Trail) -> Fact[Sequence[Node]]:
    """The web ACL that is associated with the stage."""
    graph, stage = trail.graph, trail.node("stage")
    if not isinstance(stage, Node):
        return stage or []
    if not graph.registered:
        arn = stage.get("webAclArn")
        found = [acl for acl in graph.of_type(tokens.WEB_ACL) if acl.get("arn") == arn]
        return found or ((graph.why_not(tokens.WEB_ACL, stage) or []) if arn else [])
    associations = graph.naming(stage, "resourceArn", tokens.WEB_ACL_ASSOCIATION)
    associations += [
        node
        for node in graph.of_type(tokens.WEB_ACL_ASSOCIATION)
        if node not in associations and node.get("resourceArn") == (stage.get("arn") or "")
    ]
    found = [acl for node in associations for acl in graph.named_by(node, "webAclArn", tokens.WEB_ACL)]
    if len(found) < len(associations):
        named = next(node.get("webAclArn") for node in associations)
        return Unknown(f"the rules of web ACL {named} are its owner's, and AWS alone tells them")
    return found
