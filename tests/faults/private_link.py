"""Faults of both ends of PrivateLink: the interface endpoint and the endpoint service."""

from crosslink.graph import tokens
from crosslink.rules.grade import Grade
from tests.faults.change import Change, add, drop, move, point, put, spell_out, together, unpoint
from tests.faults.fault import ORDER, PLAIN_ID, STATE, CannotKnow, Fault
from tests.faults.names import FIRST_TARGET

PRIVATELINK_GUIDE = "https://docs.aws.amazon.com/vpc/latest/privatelink"
NO_IDS = CannotKnow("subnets have no ids yet, and each address fits one of them")


def at_the_service(name: str) -> Change:
    """Add an endpoint that connects to the endpoint service."""
    return add(
        (tokens.ENDPOINT, "crosslink-apps"),
        name,
        {"vpcEndpointType": "Interface", "subnetIds": [], "state": "available"},
        serviceName=(tokens.ENDPOINT_SERVICE, "*", "serviceName"),
        vpcId=(tokens.VPC, "crosslink-landing-us-east-1"),
    )


ENDPOINT = (
    Fault(
        name="endpoint of the default type",
        change=put(tokens.ENDPOINT, "*", "vpcEndpointType", value=None),
        rule="endpoint-is-an-interface",
    ),
    Fault(
        name="endpoint's addresses in each other's subnets",
        change=together(
            put(tokens.ENDPOINT, "*", "subnetConfigurations", 0, "ipv4", value="10.11.4.10"),
            put(tokens.ENDPOINT, "*", "subnetConfigurations", 1, "ipv4", value="10.11.2.10"),
        ),
        rule="addresses-fit-their-subnets",
        preview=NO_IDS,
    ),
    Fault(
        name="endpoint with an address that AWS keeps",
        change=together(
            put(tokens.ENDPOINT, "*", "subnetConfigurations", 0, "ipv4", value="10.11.2.2"),
            put(tokens.ATTACHMENT, FIRST_TARGET, "targetId", value="10.11.2.2"),
        ),
        rule="addresses-fit-their-subnets",
    ),
    Fault(
        name="endpoint with two addresses in one subnet",
        change=together(
            put(tokens.ENDPOINT, "*", "subnetConfigurations", 0, "ipv4", value="10.11.4.11"),
            put(tokens.ATTACHMENT, FIRST_TARGET, "targetId", value="10.11.4.11"),
        ),
        rule="addresses-fit-their-subnets",
    ),
    Fault(
        name="endpoint's security group leaves one zone out",
        grade=Grade.STOPS_SOME,
        change=drop(tokens.INGRESS_RULE, "crosslink-apps-usw2-az2"),
        rule="endpoint-lets-the-gateway-in",
    ),
    Fault(
        name="endpoint's security group for another port",
        change=together(
            put(tokens.INGRESS_RULE, "crosslink-apps-usw2-*", "fromPort", value=443.0),
            put(tokens.INGRESS_RULE, "crosslink-apps-usw2-*", "toPort", value=443.0),
        ),
        rule="endpoint-lets-the-gateway-in",
    ),
    Fault(
        name="endpoint of a service that isn't there",
        change=unpoint(
            tokens.ENDPOINT,
            "*",
            "serviceName",
            value="com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",
        ),
        rule="endpoint-has-a-service",
        planned=PLAIN_ID,
    ),
    Fault(
        name="endpoint has the service's name as a text, so that the service would be deleted first",
        change=spell_out(tokens.ENDPOINT, "*", "serviceName"),
        rule="endpoint-has-a-service",
        preview=PLAIN_ID,
        live=ORDER,
        source="https://docs.aws.amazon.com/vpc/latest/privatelink/delete-endpoint-service.html",
    ),
    Fault(
        name="endpoint was rejected",
        change=put(tokens.ENDPOINT, "*", "state", value="rejected"),
        rule="endpoint-is-available",
        planned=STATE,
    ),
)

SERVICE = (
    Fault(
        name="provider NLB isn't in the endpoint's zones",
        change=put(
            tokens.SUBNET, "crosslink-apps-load-balancers-use1-az2", "availabilityZoneId", value="use1-az4"
        ),
        rule="endpoint-zones-are-the-services",
        source="https://github.com/terraform-aws-modules/terraform-aws-vpc/issues/785",
    ),
    Fault(
        name="acceptance required and nobody accepting",
        change=put(tokens.ENDPOINT_SERVICE, "*", "acceptanceRequired", value=True),
        rule="endpoint-is-accepted",
        source=f"{PRIVATELINK_GUIDE}/configure-endpoint-service.html",
    ),
    Fault(
        name="manual acceptance without an accepter",
        change=drop(tokens.ACCEPTER),
        rule="endpoint-is-accepted",
        stack="manual-acceptance",
        source=f"{PRIVATELINK_GUIDE}/configure-endpoint-service.html",
    ),
    Fault(
        name="accepter of a service that accepts by itself",
        change=put(tokens.ENDPOINT_SERVICE, "*", "acceptanceRequired", value=False),
        rule="endpoint-is-accepted",
        stack="manual-acceptance",
        live=CannotKnow("AWS shows accepted connections, not who accepts them"),
        source="https://github.com/hashicorp/terraform-provider-aws/issues/27761",
    ),
    Fault(
        name="connection was rejected",
        change=put(tokens.ACCEPTER, "*", "vpcEndpointState", value="rejected"),
        rule="endpoint-is-accepted",
        stack="manual-acceptance",
        planned=STATE,
    ),
    Fault(
        name="service allows nobody",
        grade=Grade.STOPS,
        change=put(tokens.ENDPOINT_SERVICE, "*", "allowedPrincipals", value=None),
        rule="service-allows-the-consumer",
        source="https://github.com/aws/aws-cdk/issues/28851",
    ),
    Fault(
        name="service allows a stranger, too",
        grade=Grade.LETS_IN,
        change=put(
            tokens.ENDPOINT_SERVICE,
            "*",
            "allowedPrincipals",
            value=["arn:aws:iam::111111111111:root", "arn:aws:iam::333333333333:root"],
        ),
        rule="service-allows-the-consumer",
    ),
    Fault(
        name="service has failed",
        change=put(tokens.ENDPOINT_SERVICE, "*", "state", value="Failed"),
        rule="service-is-available",
        planned=STATE,
    ),
    Fault(
        name="service in another region than its endpoint",
        change=move(tokens.ENDPOINT_SERVICE, "*", "222222222222", "us-west-2"),
        rule="endpoint-asks-in-the-services-region",
        live="endpoint-has-a-service",
        source="https://github.com/aws/aws-cdk/issues/28851",
    ),
    Fault(
        name="service allows the whole account beside the role",
        change=put(
            tokens.ENDPOINT_SERVICE,
            "*",
            "allowedPrincipals",
            value=["arn:aws:iam::111111111111:role/crosslink-deploy", "arn:aws:iam::111111111111:root"],
        ),
        rule="service-allows-one-principal",
    ),
    Fault(
        name="somebody else's endpoint is connected",
        change=together(
            at_the_service("stranger"), move(tokens.ENDPOINT, "stranger", "333333333333", "us-east-1")
        ),
        rule="service-connects-our-endpoints-only",
        source=f"{PRIVATELINK_GUIDE}/configure-endpoint-service.html",
    ),
    Fault(
        name="another endpoint of the consumer's passes the API by",
        change=at_the_service("second"),
        rule="service-has-one-endpoint",
    ),
    Fault(
        name="another endpoint service offers the NLB",
        change=together(
            add(
                (tokens.ENDPOINT_SERVICE, "*"),
                "second",
                {"allowedPrincipals": ["arn:aws:iam::333333333333:root"], "networkLoadBalancerArns": [None]},
            ),
            point(
                tokens.ENDPOINT_SERVICE,
                "second",
                "networkLoadBalancerArns",
                0,
                to=(tokens.LOAD_BALANCER, "crosslink-apps"),
            ),
        ),
        rule="service-connects-our-endpoints-only",
    ),
    Fault(
        name="service offers a load balancer that isn't there",
        change=drop(tokens.LOAD_BALANCER, "crosslink-apps"),
        rule="service-offers-an-nlb",
    ),
)

FAULTS = ENDPOINT + SERVICE
