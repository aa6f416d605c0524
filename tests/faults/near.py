"""Faults that lie close to another rule's own words: only the second method, only a part of a subnet."""

from typing import Any

from components.consumer.openapi_keys import ANY_METHOD
from crosslink.graph import tokens
from crosslink.rules.grade import Grade
from tests.faults.api import integration
from tests.faults.change import add, document, put, together
from tests.faults.fault import CannotKnow, Fault
from tests.faults.names import LANDING
from tests.faults.provider import annotation

TRANSIT_GATEWAY = {"transitGatewayId": "tgw-0a1b2c3d4e5f60718"}


def get_alone(api: Any) -> None:
    """Have a route answer GET only."""
    for path in ("/svc1", "/svc1/{proxy+}"):
        api["paths"][path]["get"] = api["paths"][path].pop(ANY_METHOD)


FAULTS = (
    Fault(
        name="what is below the route is sent to another port",
        change=integration("/svc1/{proxy+}", uri="http://apps.crosslink.example.com:8001/svc1/{proxy}"),
        rule="uri-picks-a-listener",
        grade=Grade.STOPS_SOME,
    ),
    Fault(
        name="what is below the route is sent to another backend's port",
        change=integration("/svc1/{proxy+}", uri="http://apps.crosslink.example.com:8001/svc1/{proxy}"),
        rule="uri-picks-a-listener",
        stack="two-backends",
    ),
    Fault(name="route answers GET only", change=document(get_alone), rule="route-is-whole"),
    Fault(
        name="integration speaks HTTPS to an HTTP listener",
        change=integration("/svc1", uri="https://apps.crosslink.example.com:8000/svc1"),
        rule="integration-speaks-the-albs-protocol",
    ),
    Fault(
        name="integration speaks HTTP to an HTTPS listener",
        change=integration("/payments/cards", uri="http://payments.example.com:8000/payments/cards"),
        rule="integration-speaks-the-albs-protocol",
        stack="tls",
    ),
    Fault(
        name="integration asks for a name that the certificate hasn't got",
        change=integration(
            "/payments/cards", uri="https://payments.crosslink.example.com:8000/payments/cards"
        ),
        rule="integration-asks-for-the-domain",
        stack="tls",
    ),
    Fault(
        name="stage variable of the integrations holds another id than the link's",
        change=together(
            put(tokens.STAGE, "*", "variables", "other", value="p1dlvq"),
            put(tokens.STAGE, "*", "variables", "link", value="zzzzzz"),
        ),
        rule="integration-uses-the-link",
        preview=CannotKnow("the link has no id yet"),
    ),
    Fault(
        name="route of a single address leads it elsewhere",
        change=add(
            (tokens.ROUTE, f"{LANDING}-out-usw2-az1"),
            "host",
            {"destinationCidrBlock": "10.11.2.10/32", **TRANSIT_GATEWAY},
            routeTableId=(tokens.ROUTE_TABLE, "crosslink-gateway-nlb-usw2-az1"),
        ),
        rule="route-takes-the-peering",
    ),
    Fault(
        name="route of a part of the gateway's subnet leads answers elsewhere",
        change=add(
            (tokens.ROUTE, f"{LANDING}-back-use1-az1"),
            "part",
            {"destinationCidrBlock": "10.10.32.0/28", **TRANSIT_GATEWAY},
            routeTableId=(tokens.ROUTE_TABLE, f"{LANDING}-endpoints-use1-az1"),
        ),
        rule="route-takes-the-peering",
    ),
    Fault(
        name="ALB speaks HTTPS on the target group's port",
        change=together(
            annotation("listen-ports", '[{"HTTPS": 80}]'),
            annotation(
                "certificate-arn", "arn:aws:acm:us-east-1:222222222222:certificate/8d1c2f7e-0b5a-4c39-9c61"
            ),
        ),
        rule="integration-speaks-the-albs-protocol",
    ),
)
