"""Faults of stacks with one side: what one team has published, and what another one joins."""

from crosslink.graph import tokens
from tests.faults.change import Change, move, put, register, together, unpoint
from tests.faults.fault import STATE, Fault
from tests.faults.private_link import PRIVATELINK_GUIDE

PROVIDER, CONSUMER, PUBLISHED = "provider-only", "consumer-only", "published"
SERVICE = (tokens.ENDPOINT_SERVICE, "crosslink-*")
ROLE = "arn:aws:iam::111111111111:role/crosslink-deploy"
STRANGER = "333333333333"


def endpoint_of(account: str, state: str, *, name: str = "theirs") -> Change:
    """An endpoint of another account's at the service."""
    return together(
        register(
            tokens.ENDPOINT,
            name,
            {"vpcEndpointType": "Interface", "subnetIds": [], "state": state},
            beside=SERVICE,
            serviceName=(*SERVICE, "serviceName"),
        ),
        move(tokens.ENDPOINT, name, account, "us-east-1"),
    )


def accepted() -> Change:
    """The service's owner has accepted the endpoint by hand."""
    ids = {"vpcEndpointServiceId": SERVICE, "vpcEndpointId": (tokens.ENDPOINT, "theirs")}
    return register(tokens.ACCEPTER, "theirs", {}, beside=SERVICE, **ids)


def allows(*principals: str) -> Change:
    """Others than the declared principals may connect."""
    return put(*SERVICE, "allowedPrincipals", value=list(principals) or None)


OF_A_PROVIDER = (
    Fault(
        name="published service allows a stranger beside the declared principal",
        change=allows(ROLE, f"arn:aws:iam::{STRANGER}:root"),
        rule="service-allows-the-consumer",
        stack=PROVIDER,
        source=f"{PRIVATELINK_GUIDE}/configure-endpoint-service.html",
    ),
    Fault(
        name="published service allows the whole account beside the declared role",
        change=allows(ROLE, "arn:aws:iam::111111111111:root"),
        rule="service-allows-the-consumer",
        stack=PROVIDER,
    ),
    Fault(
        name="published service allows another role than the declared one",
        change=allows("arn:aws:iam::111111111111:role/other"),
        rule="service-allows-the-consumer",
        stack=PROVIDER,
    ),
    Fault(
        name="published service allows nobody",
        change=allows(),
        rule="service-allows-the-consumer",
        stack=PROVIDER,
    ),
    Fault(
        name="a stranger's endpoint is connected to a published service",
        change=together(endpoint_of(STRANGER, "available"), accepted()),
        rule="service-connects-our-endpoints-only",
        stack=PROVIDER,
    ),
    Fault(
        name="published service has failed",
        change=put(*SERVICE, "state", value="Failed"),
        rule="service-is-available",
        stack=PROVIDER,
        planned=STATE,
    ),
)

OF_A_CONSUMER = (
    *(
        Fault(
            name=f"endpoint at another stack's service is {state}",
            change=put(tokens.ENDPOINT, "crosslink-apps", "state", value=state),
            rule="endpoint-is-available",
            stack=CONSUMER,
            planned=STATE,
            source=f"{PRIVATELINK_GUIDE}/concepts.html",
        )
        for state in ("rejected", "failed")
    ),
    Fault(
        name="endpoint names another service than the published one",
        change=unpoint(
            tokens.ENDPOINT,
            "crosslink-payments",
            "serviceName",
            value="com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",
        ),
        rule="endpoint-has-a-service",
        stack=PUBLISHED,
    ),
    Fault(
        name="endpoint's group leaves one zone of the gateway NLB out, in front of a published service",
        change=put(tokens.INGRESS_RULE, "crosslink-payments-usw2-az2", "cidrIpv4", value="10.10.0.0/28"),
        rule="endpoint-lets-the-gateway-in",
        stack=PUBLISHED,
    ),
    Fault(
        name="published service answers no health check",
        change=put(tokens.ATTACHMENT, "crosslink-payments-*", "health", value="unhealthy"),
        rule="target-is-healthy",
        stack=PUBLISHED,
        planned=STATE,
    ),
)

FAULTS = OF_A_PROVIDER + OF_A_CONSUMER
