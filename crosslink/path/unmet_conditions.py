"""The conditions of the ALB's rule for a route beside its host and path, as annotations say them.

Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#conditions
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from components.route_header import ROUTE_HEADER
from crosslink.graph.node import Node, Value, fields, items
from crosslink.graph.unknown import Fact, Unknown
from crosslink.path.ingress_rules import CONFIGS, Rule, annotation, backend, read_json
from crosslink.wildcards import is_like

# Headers that API Gateway or the ALB sets itself, or that many callers send
_OFTEN_SENT = frozenset(
    {
        *("accept", "accept-encoding", "accept-language", "authorization", "content-length", "content-type"),
        *("cookie", "host", "origin", "referer", "user-agent", "via", "x-api-key"),
        *("x-amz-date", "x-amz-security-token", "x-amzn-apigateway-api-id", "x-amzn-trace-id"),
        *("x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"),
    }
)


@dataclass(frozen=True)
class Sent:
    """What a route's requests have, as the ALB gets them."""

    route: str  # the value of the header that binds the route
    host: str | None  # None for one that can't be told
    methods: frozenset[str]  # `ANY`, or those of the API's methods; empty for unknown ones
    mapped: Mapping[str, Value]  # what the integrations set, such as `header.x-tenant` → from what


@dataclass(frozen=True)
class Unmet:
    """A condition that requests of the route don't meet."""

    why: str
    by_all: bool = True  # or else by some of them


def conditions_of(ingress: Node, rule: Value) -> list[Rule]:
    """The conditions of a rule beside its host and path; none where the annotation can't be read."""
    return list(map(fields, items(read_json(of_backend(ingress, rule, "conditions")))))


def of_backend(ingress: Node, rule: Value, kind: str) -> Value:
    """What an annotation `<kind>.<name>` says of the name that a rule sends to."""
    return annotation(ingress, f"{kind}.{backend(rule).get('name')}")


def unmet(ingress: Node, rule: Rule, sent: Sent) -> Fact[tuple[Unmet, ...]]:
    """The conditions of a rule that a route's requests don't meet, but for that on their address.

    Returns:
        The conditions; Unknown if all others are met, and of one it can't be known.
    """
    if isinstance(said := of_backend(ingress, rule, "conditions"), Unknown):
        return said
    found = [
        verdict for condition in conditions_of(ingress, rule) for verdict in _unmet(condition, rule, sent)
    ]
    certain = tuple(verdict for verdict in found if isinstance(verdict, Unmet))
    return certain or next((verdict for verdict in found if isinstance(verdict, Unknown)), ())


def _unmet(condition: Rule, rule: Rule, sent: Sent) -> Iterator[Unmet | Unknown]:
    kind = str(condition.get("field"))
    _, key = CONFIGS.get(kind, (None, ""))
    config = fields(condition.get(key))
    values, patterns = items(config.get("values")), items(config.get("regexValues"))
    match kind:
        case "http-header":
            yield from _header(str(config.get("httpHeaderName")).lower(), values, patterns, sent)
        case "host-header":
            hosts = [*filter(None, [rule.get("host")]), *values]
            if patterns:
                yield Unknown(f"whether {sent.host} is one of {listed(patterns)} isn't judged")
            elif not _is_one_of(sent.host or "", hosts):
                yield Unmet(f"it is for host {listed(hosts)}, requests are for {sent.host or 'another'}")
        case "http-request-method":
            if not sent.methods:
                yield Unknown("the API's methods aren't known")
            elif missing := sent.methods - set(map(str, values)):
                told = f"it takes {listed(values)}, the route's methods are {listed(sorted(sent.methods))}"
                yield Unmet(told, by_all="ANY" not in sent.methods and missing == sent.methods)
        case "query-string":
            wanted = [str(fields(value).get("key") or "").lower() for value in values]
            if any(f"querystring.{key}" in sent.mapped for key in wanted):
                yield Unknown("what the integration sets in the query string isn't compared")
            else:
                told = listed(
                    f"{fields(value).get('key', '*')}={fields(value).get('value')}" for value in values
                )
                yield Unmet(f"it demands {told} in the query string, which API Gateway doesn't add")
        case _:  # the path is one of several then; the controller drops what it doesn't know
            return


def _header(
    name: str, values: Sequence[Value], patterns: Sequence[Value], request: Sent
) -> Iterator[Unmet | Unknown]:
    own = request.mapped.get(f"header.{name}")
    sent = f"'{request.route}'" if name == ROUTE_HEADER.lower() else own
    wanted = f"{name} {listed([*values, *patterns])}"
    if name == ROUTE_HEADER.lower() and (patterns or not values):
        return  # another rule says so
    if sent is None:
        if name in _OFTEN_SENT:
            if "*" not in values:
                yield Unknown(f"whether callers send the header {wanted} isn't known")
        else:
            yield Unmet(f"it demands the header {wanted}, which API Gateway doesn't send")
    elif isinstance(sent, Unknown) or not str(sent).startswith("'") or patterns:
        yield Unknown(f"whether the header {wanted} is sent isn't known: it is set from {sent}")
    elif not _is_one_of(str(sent)[1:-1], values):
        yield Unmet(f"it demands the header {wanted}, API Gateway sends {sent}")


def _is_one_of(sent: str, values: Iterable[Value]) -> bool:
    """Whether the ALB takes a text for one of a condition's, whatever the case."""
    return any(is_like(sent.lower(), str(value).lower()) for value in values)


def addresses_of(ingress: Node, rule: Value) -> Iterator[Sequence[Value]]:
    """The ranges of each condition on the address that a request comes from, which is the NLB's."""
    _, key = CONFIGS["source-ip"]
    for condition in conditions_of(ingress, rule):
        if condition.get("field") == "source-ip":
            yield items(fields(condition.get(key)).get("values"))


def listed(values: Iterable[Value]) -> str:
    """Alternatives, in words."""
    return " or ".join(map(str, values))
