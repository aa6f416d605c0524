"""Openings by what is left of a default: alternatives, conditions, groups, modes."""

import json

from crosslink.graph import tokens
from policy.security.isolation import ADDON
from tests.faults.change import document, edit, put
from tests.policy.beside.in_cluster import object_, role
from tests.policy.beside.opening import OBJECT, Opening, added, altered, named, policy

FOREIGN_GROUP = "sg-0a1b2c3d4e5f60718"
CLUSTER = "crosslink-apps-eksCluster"
ADDONS, GROUPS = "addons-take-no-rights", "groups-are-the-stacks"


def _asks_nothing_of(path: str, **method: object):
    def change(definition) -> None:
        definition["paths"][path]["x-amazon-apigateway-any-method"].update(method)

    return document(change)


def trusting(id_: str, what: str, condition: dict[str, object]) -> Opening:
    """A role that everybody may become who meets a condition."""
    trust = json.loads(policy(Action="sts:AssumeRole", Principal={"AWS": "*"}, Condition=condition))
    del trust["Statement"][0]["Resource"]
    return added(id_, what, "no-open-policy", "aws:iam/role:Role", {"assumeRolePolicy": json.dumps(trust)})


def addon(id_: str, what: str, **properties: object) -> Opening:
    """An add-on of the cluster."""
    return added(
        id_, what, ADDONS, ADDON, {"clusterName": "crosslink-dev-apps", "addonName": "more", **properties}
    )


AT_THE_API: tuple[Opening, ...] = (
    altered(
        "either-or-nothing",
        "a method takes callers by one of two ways, of which the other asks nothing",
        "no-unauthenticated-method",
        "crosslink",
        _asks_nothing_of("/svc1", security=[{"sigv4": []}, {}]),
    ),
    altered(
        "auth-none",
        "a method has another key that turns its authorization off",
        "no-unauthenticated-method",
        "crosslink",
        _asks_nothing_of("/svc2", **{"x-amazon-apigateway-auth": {"type": "NONE"}}),
    ),
)
IN_ACCOUNTS: tuple[Opening, ...] = (
    trusting("whoever-has-an-arn", "everybody whose ARN there is", {"Null": {"aws:PrincipalArn": "false"}}),
    trusting(
        "of-no-organization",
        "whoever is of an organization, or of none",
        {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
    ),
    trusting(
        "of-any-organization",
        "whoever is of any organization",
        {"StringLike": {"aws:PrincipalOrgID": "o-*"}},
    ),
    added(
        "other-endpoints",
        "a provider shows its credentials to a stranger",
        "providers-ask-aws",
        tokens.AWS_ACCOUNT,
        {"region": "us-east-1", "endpoints": json.dumps([{"sts": "https://sts.example.com"}])},
    ),
)
IN_NETWORKS: tuple[Opening, ...] = (
    altered(
        "foreign-group-of-endpoint",
        "the endpoint has a security group of somebody else, too",
        GROUPS,
        "crosslink-apps",
        edit(
            tokens.ENDPOINT,
            "crosslink-apps",
            lambda properties: properties["securityGroupIds"].append(FOREIGN_GROUP),
        ),
    ),
    altered(
        "foreign-group-of-cluster",
        "the cluster has a security group of somebody else",
        GROUPS,
        CLUSTER,
        put(tokens.EKS_CLUSTER, "*", "vpcConfig", "securityGroupIds", value=[FOREIGN_GROUP]),
    ),
    altered(
        "public-range",
        "the provider's network has a range of IPv6",
        "no-public-addresses",
        "crosslink-apps",
        put(tokens.VPC, "crosslink-apps", "assignGeneratedIpv6CidrBlock", value=True),
    ),
)
AT_THE_CLUSTER: tuple[Opening, ...] = (
    altered(
        "map-of-access",
        "the cluster asks aws-auth who comes, too",
        "access-entries-alone",
        CLUSTER,
        put(tokens.EKS_CLUSTER, "*", "accessConfig", "authenticationMode", value="API_AND_CONFIG_MAP"),
    ),
    altered(
        "open-by-default",
        "the policy that is for all pods is for some",
        "namespaces-deny-by-default",
        "crosslink-apps",
        put(
            tokens.NETWORK_POLICY,
            "crosslink-apps",
            "spec",
            "podSelector",
            value={"matchLabels": {"app": "x"}},
        ),
    ),
    addon("addon-role", "an add-on has a role", serviceAccountRoleArn="arn:aws:iam::222222222222:role/admin"),
    addon(
        "addon-identity",
        "an add-on has a role by pod identity",
        podIdentityAssociations=[
            {"serviceAccount": "more", "roleArn": "arn:aws:iam::222222222222:role/admin"}
        ],
    ),
    addon(
        "addon-without-policies",
        "an add-on doesn't enforce network policies",
        configurationValues=json.dumps({"enableNetworkPolicy": "false"}),
    ),
    role(
        "writes-config-maps",
        "a role writes the ConfigMaps of all namespaces, CoreDNS's too",
        {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["update"]},
    ),
    role(
        "leads-services",
        "a role has Services lead elsewhere",
        {"apiGroups": [""], "resources": ["services"], "verbs": ["patch"]},
    ),
    added(
        "other-controller",
        "a class is of a controller of which nobody knows what it opens",
        "classes-have-our-controllers",
        tokens.INGRESS_CLASS,
        {"metadata": named("other-controller", None), "spec": {"controller": "k8s.io/ingress-nginx"}},
        near=OBJECT,
    ),
    object_(
        "internal-for-all",
        "an internal load balancer lets the whole private world in",
        "services-stay-inside",
        tokens.KUBERNETES_SERVICE,
        {
            "type": "LoadBalancer",
            "selector": {"app.kubernetes.io/name": "svc1"},
            "loadBalancerSourceRanges": ["10.0.0.0/8"],
        },
        annotations={"service.beta.kubernetes.io/aws-load-balancer-scheme": "internal"},
    ),
)
BY_DEFAULT: tuple[Opening, ...] = (*AT_THE_API, *IN_ACCOUNTS, *IN_NETWORKS, *AT_THE_CLUSTER)
