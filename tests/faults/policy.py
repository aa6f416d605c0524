"""Faults of the API's resource policy."""

from collections.abc import Callable
from typing import Any

from tests.faults.api import API_GUIDE
from tests.faults.change import Change, document
from tests.faults.fault import Fault

FLOW = f"{API_GUIDE}/apigateway-authorization-flow.html"
POLICY = "x-amazon-apigateway-policy"
ALL = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
"""What many examples begin with."""
OWN = {**ALL, "Principal": {"AWS": "111111111111"}}


def statements_of(*all_: object) -> Change:
    """Give the document a policy of these statements."""
    return document(lambda api: api.update({POLICY: {"Version": "2012-10-17", "Statement": list(all_)}}))


def statements(how: Callable[[list[Any]], None]) -> Change:
    """Change the statements of the policy in the document."""
    return document(lambda api: how(api[POLICY]["Statement"]))


def without(effect: str, *, word: str) -> Change:
    """Take the statements of an effect away that have a word in them."""

    def how(all_: list[Any]) -> None:
        all_[:] = [
            statement for statement in all_ if statement["Effect"] != effect or word not in str(statement)
        ]

    return statements(how)


def ranges(*cidrs: str) -> Change:
    """Let the policy have other ranges of callers."""
    return statements(lambda all_: all_[0]["Condition"]["NotIpAddress"].update({"aws:SourceIp": list(cidrs)}))


def left_out(word: str) -> Change:
    """Take ARNs with a word in them out of every `Allow`."""

    def how(all_: list[Any]) -> None:
        for statement in all_:
            if statement["Effect"] == "Allow":
                statement["Resource"] = [arn for arn in statement["Resource"] if word not in arn]

    return statements(how)


def not_below(all_: list[Any]) -> None:
    """Deny a route itself, and nothing below it."""
    for statement in all_:
        if "ArnNotLike" in statement.get("Condition", {}):
            statement["Resource"] = [arn for arn in statement["Resource"] if not arn.endswith("/*")]


def one_principal_less(all_: list[Any]) -> None:
    """Spare but one of the principals in the `Deny`."""
    for statement in all_:
        if principals := statement.get("Condition", {}).get("ArnNotLike", {}).get("aws:PrincipalArn"):
            principals.pop()


def only(**statement: object) -> Change:
    """Give the document a policy that allows the own account, and denies what a statement says."""
    deny = {**ALL, "Effect": "Deny", **statement}
    return statements_of(OWN, {key: value for key, value in deny.items() if value is not None})


TROUBLE = "https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden"
IMPOSSIBLE = (
    Fault(
        name="policy denies all but a private network, where no caller of a public API is",  # F12
        change=only(Condition={"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
        rule="policy-lets-callers-in",
        source=TROUBLE,
    ),
    Fault(
        name="policy denies all but private networks and the addresses behind a provider's NAT",
        change=only(
            Condition={"NotIpAddress": {"aws:SourceIp": ["172.16.0.0/12", "192.168.7.4", "100.64.0.0/10"]}}
        ),
        rule="policy-lets-callers-in",
        stack="cognito",
    ),
    Fault(
        name="policy denies all but callers from a VPC",
        change=only(Condition={"StringNotEquals": {"aws:SourceVpc": "vpc-0a1b2c3d"}}),
        rule="policy-lets-callers-in",
        source=TROUBLE,
    ),
    Fault(
        name="policy denies all but callers of one VPC endpoint, if they tell one",
        change=only(Condition={"StringNotEqualsIfExists": {"aws:SourceVpce": ["vpce-0a1b2c3d"]}}),
        rule="policy-lets-callers-in",
    ),
    Fault(
        name="policy denies all that come without a VPC endpoint",
        change=only(Condition={"Null": {"aws:SourceVpce": "true"}}),
        rule="policy-lets-callers-in",
    ),
    Fault(
        name="policy denies all but IPv6",
        change=only(Condition={"NotIpAddress": {"aws:SourceIp": "2001:db8::/32"}}),
        rule="policy-lets-callers-in",
    ),
    Fault(
        name="policy denies what comes over HTTPS",
        change=only(Condition={"Bool": {"aws:SecureTransport": "true"}}),
        rule="policy-lets-callers-in",
    ),
    Fault(
        name="policy denies a route to all but one of its methods",
        change=only(NotResource="execute-api:/v1/GET/svc1", Resource=None),
        rule="policy-lets-callers-in",
    ),
    Fault(
        name="policy allows a stranger's account",
        change=statements_of(ALL | {"Principal": {"AWS": "arn:aws:iam::999999999999:root"}}),
        rule="policy-lets-nobody-else-in",
    ),
)

FAULTS = (
    *IMPOSSIBLE,
    Fault(
        name="policy leaves out a route that asks for no signature",
        change=left_out("/status"),
        rule="policy-lets-callers-in",
        stack="mixed",
        source=FLOW,
    ),
    Fault(
        name="policy leaves out the preflights of a route",
        change=left_out("/OPTIONS/"),
        rule="policy-lets-callers-in",
        stack="principals",
        source=FLOW,
    ),
    Fault(
        name="policy denies one of a route's principals",
        change=statements(one_principal_less),
        rule="policy-lets-callers-in",
        stack="principals",
    ),
    Fault(
        name="policy knows but a half of the range of callers",
        change=ranges("203.0.113.0/25", "198.51.100.7/32"),
        rule="policy-lets-callers-in",
        stack="principals",
    ),
    Fault(
        name="policy with an Allow for principals and no Deny",
        change=without("Deny", word="ArnNotLike"),
        rule="policy-lets-nobody-else-in",
        stack="principals",
        source=FLOW,
    ),
    Fault(
        name="policy denies others a route, and nothing below it",
        change=statements(not_below),
        rule="policy-lets-nobody-else-in",
        stack="principals",
    ),
    Fault(
        name="policy is gone",
        change=document(lambda api: api.pop(POLICY)),
        rule="policy-lets-nobody-else-in",
        stack="principals",
    ),
    Fault(
        name="policy allows the accounts of all the world",
        change=document(lambda api: api.update({POLICY: {"Version": "2012-10-17", "Statement": [ALL]}})),
        rule="policy-lets-nobody-else-in",
        source=FLOW,
    ),
    Fault(
        name="policy allows what a function should decide",
        change=statements(lambda all_: all_.append(ALL)),
        rule="policy-lets-nobody-else-in",
        stack="mixed",
        source=FLOW,
    ),
    Fault(
        name="policy denies no address",
        change=without("Deny", word="NotIpAddress"),
        rule="policy-keeps-addresses-out",
        stack="principals",
    ),
    Fault(
        name="policy lets the neighbours of the callers in",
        change=ranges("203.0.112.0/23", "198.51.100.7/32"),
        rule="policy-keeps-addresses-out",
        stack="principals",
    ),
)
