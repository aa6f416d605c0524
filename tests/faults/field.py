"""The field test: twenty faults from pages about troubleshooting, written without a look at the rules.

Each is what somebody met in AWS, in Kubernetes or in a program like this one, moved to the path of this one.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from crosslink.graph import tokens
from crosslink.path.methods import BINDING
from crosslink.rules.grade import Grade
from tests.faults.change import Change, Nodes, add, document, drop, move, point, put, together, unpoint
from tests.faults.fault import PLAIN_ID, CannotKnow, Fault
from tests.faults.provider import annotation

CONSUMER = "111111111111"
CONTROLLER_ISSUES = "https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues"
OTHER_ALB = (
    "arn:aws:elasticloadbalancing:us-east-1:222222222222:"
    "loadbalancer/app/k8s-crosslin-crosslin-0b7e55d1c9/50dc6c495c0c9188"
)
OTHER_NLB = (
    "arn:aws:elasticloadbalancing:us-west-2:111111111111:"
    "loadbalancer/net/crosslink-gateway-9d1f0c2/2f8f1b7c3d6a4e50"
)


def _only_from_a_vpc_endpoint(definition: dict[str, Any]) -> None:
    """AWS's example of a policy for private APIs; a call of a regional one comes through no endpoint."""
    everybody = {"Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    definition["x-amazon-apigateway-policy"] = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", **everybody},
            {
                "Effect": "Deny",
                **everybody,
                "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b3c4d5e6f70819"}},
            },
        ],
    }


def _route_to_the_hub(zone: str) -> Change:
    return add(
        (tokens.ROUTE, f"crosslink-landing-us-east-1-out-{zone}"),
        f"hub-{zone}",
        {"destinationCidrBlock": "10.11.0.0/21", "transitGatewayId": "tgw-0a1b2c3d4e5f60718"},
        routeTableId=(tokens.ROUTE_TABLE, f"crosslink-gateway-nlb-{zone}"),
    )


def _acl_without_answers(zone: str) -> Change:
    """It lets the listener's port in and everything out, and forgets that an ACL remembers no connection."""
    subnet = (tokens.SUBNET, f"crosslink-gateway-nlb-{zone}")
    name = f"gateway-{zone}"
    properties = {
        "ingress": [_allow("tcp", 8000, "10.10.0.0/16")],
        "egress": [_allow("-1", 0, "0.0.0.0/0")],
        "subnetIds": list[str](),
    }

    def added(nodes: Nodes) -> Nodes:
        *others, new = add(subnet, name, properties, vpcId=(tokens.VPC, "crosslink-gateway"))(nodes)
        urn = new.urn.replace(tokens.SUBNET, tokens.NETWORK_ACL)
        return [*others, replace(new, type=tokens.NETWORK_ACL, urn=urn)]

    return together(added, point(tokens.NETWORK_ACL, name, "subnetIds", to=subnet))


def _allow(protocol: str, port: int, cidr: str) -> Mapping[str, object]:
    ports = {"fromPort": port, "toPort": port}
    return {"ruleNo": 100, "action": "allow", "protocol": protocol, "cidrBlock": cidr, **ports}


FIELD: tuple[Fault, ...] = (
    Fault(
        name="resource policy of a private API on the regional REST API",
        change=document(_only_from_a_vpc_endpoint),
        rule="policy-lets-callers-in",
        source="https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden",
    ),
    Fault(
        name="usage plan of the API key throttled to nothing",
        change=put(tokens.USAGE_PLAN, "*", "throttleSettings", value={"rateLimit": 0, "burstLimit": 0}),
        rule="limit-lets-requests-through",
        stack="api-key",
        source="https://repost.aws/knowledge-center/api-gateway-429-limit",
    ),
    Fault(
        name="greedy integration sends the letters {proxy} instead of the path",
        change=put(
            tokens.INTEGRATION, "*/svc1/{proxy+}", "requestParameters", value={BINDING: "'/team/svc1'"}
        ),
        rule="path-below-is-passed-on",
        stack="existing-api",
        source="https://openillumi.com/en/en-terraform-api-gateway-proxy-fix-2",
    ),
    Fault(
        name="VPC link left on an NLB that was replaced",
        change=unpoint(tokens.VPC_LINK, "*", "targetArn", value=OTHER_NLB),
        rule="link-goes-to-an-nlb",
        planned=PLAIN_ID,
        source="https://repost.aws/knowledge-center/api-gateway-500-error-vpc",
    ),
    Fault(
        name="network ACLs of the gateway NLB's subnets let no answers in",
        grade=Grade.STOPS,
        change=together(_acl_without_answers("usw2-az1"), _acl_without_answers("usw2-az2")),
        rule="acls-let-pass",
        source="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-troubleshooting.html",
    ),
    Fault(
        name="gateway target group puts a proxy protocol header before each request",
        change=put(tokens.TARGET_GROUP, f"{CONSUMER}/crosslink-apps", "proxyProtocolV2", value=True),
        rule="no-proxy-protocol",
        source="https://aws.amazon.com/blogs/networking-and-content-delivery/"
        "preserving-client-ip-address-with-proxy-protocol-v2-and-network-load-balancer",
    ),
    Fault(
        name="narrower route out, to a transit gateway, wins over the peering",
        change=together(_route_to_the_hub("usw2-az1"), _route_to_the_hub("usw2-az2")),
        rule="route-takes-the-peering",
        source="https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html",
    ),
    Fault(
        name="peering accepted in the requester's region",
        change=move(tokens.PEERING_ACCEPTER, "*", CONSUMER, "us-west-2"),
        rule="peering-is-accepted-where-it-is-asked",
        live="peering-is-accepted",
        source="https://github.com/hashicorp/terraform-provider-aws/pull/2508",
    ),
    Fault(
        name="endpoint subnets fell back to the main route table, which has no route back",
        change=drop(tokens.ASSOCIATION, "crosslink-landing-us-east-1-endpoints-*"),
        rule="subnet-has-a-route",
        source="https://docs.aws.amazon.com/vpc/latest/peering/troubleshoot-vpc-peering-connections.html",
    ),
    Fault(
        name="interface endpoint lets in a security group of another region",
        change=together(
            put(tokens.INGRESS_RULE, "crosslink-apps-usw2-*", "cidrIpv4", value=None),
            point(
                tokens.INGRESS_RULE,
                "crosslink-apps-usw2-*",
                "referencedSecurityGroupId",
                to=(tokens.SECURITY_GROUP, "crosslink-gateway-nlb"),
            ),
        ),
        rule="endpoint-lets-the-gateway-in",
        source="https://oneuptime.com/blog/post/2026-02-23-reference-security-groups-across-vpcs-in-terraform/view",
    ),
    Fault(
        name="interface endpoint in a zone that the endpoint service isn't in",
        change=together(
            put(tokens.SUBNET, "*-endpoints-use1-az1", "availabilityZoneId", value="use1-az3"),
            put(tokens.SUBNET, "*-endpoints-use1-az1", "availabilityZone", value="us-east-1a"),
        ),
        rule="endpoint-zones-are-the-services",
        source="https://www.jmoney.dev/til/aws/privatelink-alignment/",
    ),
    Fault(
        name="endpoint service open to every AWS account",
        change=put(
            tokens.ENDPOINT_SERVICE, "*", "allowedPrincipals", value=[f"arn:aws:iam::{CONSUMER}:root", "*"]
        ),
        rule="service-allows-the-consumer",
        source="https://hub.prowler.com/check/vpc_endpoint_services_allowed_principals_trust_boundaries",
    ),
    Fault(
        name="provider NLB's security group applied to PrivateLink",
        change=put(
            tokens.LOAD_BALANCER,
            "crosslink-apps",
            "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
            value="on",
        ),
        rule="groups-leave-private-link-alone",
        source="https://github.com/jmoney/aws-privatelink-poc",
    ),
    Fault(
        name="provider target group still holds the Ingress's former ALB",
        change=put(tokens.ATTACHMENT, "crosslink-apps", "targetId", value=OTHER_ALB),
        rule="target-is-an-alb",
        planned=CannotKnow("the ALB's ARN is looked up, and no resource has it"),
        source=f"{CONTROLLER_ISSUES}/1435",
    ),
    Fault(
        name="Ingress names its class in the old annotation, and no controller makes an ALB",
        change=together(
            put(tokens.INGRESS, "*", "spec", "ingressClassName", value=None),
            put(tokens.INGRESS, "*", "metadata", "annotations", "kubernetes.io/ingress.class", value="alb"),
        ),
        rule="ingress-class-is-the-controllers",
        source="https://github.com/reportportal/kubernetes/issues/521",
    ),
    Fault(
        name="ALB redirects port 80 to HTTPS",
        change=together(
            annotation("listen-ports", '[{"HTTP": 80}, {"HTTPS": 443}]'),
            annotation(
                "certificate-arn", "arn:aws:acm:us-east-1:222222222222:certificate/8d1c2f7e-0b5a-4c39-9c61"
            ),
            annotation("ssl-redirect", "443"),
        ),
        rule="alb-does-not-redirect",
        source="https://github.com/kubernetes-sigs/aws-load-balancer-controller/pull/1837",
    ),
    Fault(
        name="Ingress rules for a host that the integrations don't send",
        change=put(tokens.INGRESS, "*", "spec", "rules", 0, "host", value="apps.example.com"),
        rule="health-check-reaches-the-alb",
        source=f"{CONTROLLER_ISSUES}/1671",
    ),
    Fault(
        name="ALB targets nodes, but the Services have no node port",
        change=annotation("target-type", "instance"),
        rule="pods-are-targets",
        source=f"{CONTROLLER_ISSUES}/4014",
    ),
    Fault(
        name="NAT gateway of the node subnets deleted, and no image comes in for the Deployments",
        change=drop(tokens.NAT_GATEWAY),
        rule="nodes-reach-the-internet",
        source="https://docs.aws.amazon.com/eks/latest/userguide/troubleshooting.html",
    ),
    Fault(
        name="provider's account reached with a role of the consumer's",
        change=put(
            tokens.AWS_ACCOUNT,
            "account-222222222222-us-east-1",
            "assumeRoles",
            value=json.dumps([{"roleArn": f"arn:aws:iam::{CONSUMER}:role/crosslink-deploy"}]),
        ),
        rule="account-is-guarded",
        live=CannotKnow("AWS doesn't know by which role it was asked"),
        source="https://github.com/hashicorp/terraform/issues/8923",
    ),
)
