"""Faults of endpoints in another region than their service."""

from typing import Any

from crosslink.graph import tokens
from crosslink.rules.grade import Grade
from tests.faults.change import drop, edit, in_aws, move, put
from tests.faults.fault import STATE, CannotKnow, Fault
from tests.faults.fault import THEIRS as BESIDE

GUIDE = "https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html"
NATIVE = "native"
ENDPOINT = (tokens.ENDPOINT, "crosslink-apps")
THEIRS = (tokens.ENDPOINT, "crosslink-shipping")
SERVICE = (tokens.ENDPOINT_SERVICE, "crosslink-apps")
LISTENER = (tokens.LISTENER, "222222222222/crosslink-apps")
NLB = (tokens.LOAD_BALANCER, "222222222222/crosslink-apps")
OFFERED, PUBLISHED = "offered", (tokens.ENDPOINT_SERVICE, "crosslink-ledger")
KEPT = CannotKnow("AWS keeps the access of an endpoint that is there")


def _first_subnet(balancer: Any) -> None:
    balancer["subnets"] = balancer["subnets"][:1]


OF_REGIONS = (
    Fault(
        name="native endpoint looks for its service in its own region",
        change=put(*ENDPOINT, "serviceRegion", value=None),
        rule="endpoint-asks-in-the-services-region",
        stack=NATIVE,
        source=GUIDE,
    ),
    Fault(
        name="native endpoint looks for another team's service in a wrong region",
        change=put(*THEIRS, "serviceRegion", value="us-east-1"),
        rule="endpoint-asks-in-the-services-region",
        stack=NATIVE,
    ),
    Fault(
        name="service supports no other region than its own",
        change=put(*SERVICE, "supportedRegions", value=None),
        rule="service-supports-the-endpoints-region",
        stack=NATIVE,
        live=KEPT,
        grade=Grade.STOPS,
        source=GUIDE,
    ),
    Fault(
        name="service supports other regions than the endpoint's",
        change=put(*SERVICE, "supportedRegions", value=["us-east-1", "eu-west-1"]),
        rule="service-supports-the-endpoints-region",
        stack=NATIVE,
        live=KEPT,
    ),
    Fault(
        name="service of a native endpoint is in another region than the settings say",
        change=move(*SERVICE, "222222222222", "eu-west-1"),
        rule="endpoint-asks-in-the-services-region",
        stack=NATIVE,
        live="endpoint-has-a-service",
    ),
    Fault(
        name="native endpoint is where a landing would be",
        change=move(*ENDPOINT, "111111111111", "us-east-1"),
        rule="endpoint-zones-are-the-services",
        stack=NATIVE,
        live="targets-are-the-endpoint",
    ),
)

OF_OFFERS = (
    Fault(
        name="published service doesn't support a declared region",
        change=put(*PUBLISHED, "supportedRegions", value=["us-east-1"]),
        rule="service-supports-the-endpoints-region",
        stack=OFFERED,
        grade=Grade.STOPS_SOME,
    ),
    Fault(
        name="published service isn't available in a declared region yet",
        change=put(*PUBLISHED, "regionStates", value={"us-west-2": "Pending"}),
        rule="service-supports-the-endpoints-region",
        stack=OFFERED,
        planned=STATE,
        source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SupportedRegionDetail.html",
    ),
    Fault(
        name="published service has failed in a declared region",
        change=put(*PUBLISHED, "regionStates", value={"us-west-2": "Failed"}),
        rule="service-supports-the-endpoints-region",
        stack=OFFERED,
        planned=STATE,
    ),
    Fault(
        name="published service takes no endpoints of other regions",
        change=put(*PUBLISHED, "remoteAccessEnabled", value=False),
        rule="service-supports-the-endpoints-region",
        stack=OFFERED,
        planned=STATE,
    ),
    Fault(
        name="published NLB has a TCP idle timeout of its own",
        change=in_aws(put(tokens.LISTENER, "*", "tcpIdleTimeoutSeconds", value=4000.0)),
        rule="crossing-leaves-the-idle-timeout",
        stack=OFFERED,
        planned=BESIDE,
    ),
    Fault(
        name="published NLB is in a zone across whose regions nobody gets",
        change=in_aws(put(tokens.SUBNET, "subnet-*", "availabilityZoneId", value="use1-az3")),
        rule="crossed-service-has-its-zones",
        stack=OFFERED,
        planned=BESIDE,
    ),
    Fault(
        name="published NLB for other regions is in one zone",
        change=in_aws(edit(tokens.LOAD_BALANCER, "*", _first_subnet)),
        rule="crossed-service-is-in-two-zones",
        stack=OFFERED,
        planned=BESIDE,
        grade=Grade.REDUNDANCY,
        source=GUIDE,
    ),
)

OF_BALANCERS = (
    Fault(
        name="provider NLB of a native backend has a TCP idle timeout of its own",
        change=put(*LISTENER, "tcpIdleTimeoutSeconds", value=4000.0),
        rule="crossing-leaves-the-idle-timeout",
        stack=NATIVE,
        source=GUIDE,
    ),
    Fault(
        name="one of the provider NLB's zones is excluded from native crossing",
        change=put(
            tokens.SUBNET, "crosslink-apps-load-balancers-use1-az2", "availabilityZoneId", value="use1-az3"
        ),
        rule="crossed-service-has-its-zones",
        stack=NATIVE,
        grade=Grade.STOPS_SOME,
        source=GUIDE,
    ),
    Fault(
        name="one of a native endpoint's zones is excluded from native crossing",
        change=put(
            tokens.SUBNET, "crosslink-gateway-endpoints-usw2-az2", "availabilityZoneId", value="usw1-az2"
        ),
        rule="crossing-endpoint-has-its-zones",
        stack=NATIVE,
        grade=Grade.STOPS_SOME,
        source=GUIDE,
    ),
)

AS_ANY = (
    Fault(
        name="native endpoint's address is registered in all zones, as a landing's",
        change=put(tokens.ATTACHMENT, "crosslink-apps-usw2-az1", "availabilityZone", value="all"),
        rule="target-has-its-zone",
        stack=NATIVE,
        source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html",
    ),
    Fault(
        name="native endpoint's security group leaves one zone out",
        change=drop(tokens.INGRESS_RULE, "crosslink-apps-usw2-az2"),
        rule="endpoint-lets-the-gateway-in",
        stack=NATIVE,
        grade=Grade.STOPS_SOME,
    ),
    Fault(
        name="gateway NLB may not connect to its own network's endpoints",
        change=drop(tokens.EGRESS_RULE, "crosslink-gateway-nlb-usw2-*"),
        rule="gateway-nlb-lets-out",
        stack=NATIVE,
    ),
    Fault(
        name="native endpoint isn't accepted",
        change=put(*SERVICE, "acceptanceRequired", value=True),
        rule="endpoint-is-accepted",
        stack=NATIVE,
        live="endpoint-is-available",
    ),
    Fault(
        name="service of a native endpoint allows nobody",
        change=put(*SERVICE, "allowedPrincipals", value=None),
        rule="service-allows-the-consumer",
        stack=NATIVE,
    ),
    Fault(
        name="native endpoint's service is gone, beside another team's that nobody can look at",
        change=drop(*SERVICE),
        rule="endpoint-has-a-service",
        stack=NATIVE,
    ),
)

FAULTS = OF_REGIONS + OF_BALANCERS + OF_OFFERS + AS_ANY
