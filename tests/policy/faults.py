"""Faults of security: what is open, unencrypted, unrecorded or too powerful, though requests get through."""

from crosslink.graph import tokens
from policy.security.accounts import ATTACHED, DOCUMENTS, ROLE
from policy.security.endpoint_services import ALLOWED_PRINCIPAL
from policy.security.exposure import FUNCTION_URL, HTTP_ROUTE, SCHEME, SECURITY_GROUPS
from policy.security.records import KEY, LOG_GROUP
from tests.faults.change import move, put, together, unpoint
from tests.faults.fault import Fault
from tests.policy import faults_beside, faults_cluster, faults_network
from tests.policy.planting import GROUP, LIKE, NLB, allowing, also, fault

ANYWHERE = ["0.0.0.0/0"]
DEPLOY_ROLE, STRANGER = "arn:aws:iam::111111111111:role/crosslink-deploy", "arn:aws:iam::333333333333:root"
SOMEBODYS_NLB = (
    "arn:aws:elasticloadbalancing:us-east-1:222222222222:loadbalancer/net/payroll/50dc6c495c0c9188"
)
_, ATTACHMENT, *_, EXCLUSIVE = ATTACHED
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
LOAD_BALANCERS = (
    fault(
        "no-public-load-balancer",
        "provider NLB doesn't say that it is internal",
        put(tokens.LOAD_BALANCER, "crosslink-apps", "internal", value=None),
    ),
    fault(
        "no-public-load-balancer",
        "NLB in front of an existing ALB faces the internet",
        put(tokens.LOAD_BALANCER, "222222222222/*", "internal", value=None),
        stack="load-balancer",
    ),
    fault(
        "no-public-load-balancer",
        "another load balancer faces the internet",
        also("aws:alb/loadBalancer:LoadBalancer", {"internal": False}),
    ),
    fault(
        "no-public-load-balancer",
        "Service asks for a public load balancer",
        also(
            tokens.KUBERNETES_SERVICE,
            {
                "metadata": {"name": "more", "annotations": {SCHEME: "internet-facing"}},
                "spec": {"type": "LoadBalancer", "selector": {"app": "more"}},
            },
            beside=LIKE,
        ),
    ),
)
INGRESS = (
    *(
        fault(
            "no-ingress-from-anywhere",
            f"security group rule admits {cidr}",
            also(tokens.INGRESS_RULE, {property_: cidr, "ipProtocol": "tcp"}),
        )
        for property_, cidr in (
            ("cidrIpv4", "0.0.0.0/0"),
            ("cidrIpv4", "10.1.2.3/0"),
            ("cidrIpv4", "128.0.0.0/1"),
            ("cidrIpv6", "::/0"),
            ("cidrIpv6", "2000::/3"),
        )
    ),
    fault(
        "no-ingress-from-anywhere",
        "security group rule admits everybody by a prefix list",
        together(
            also(
                tokens.PREFIX_LIST, {"entries": [{"cidr": "10.0.0.0/8"}, {"cidr": "0.0.0.0/0"}]}, beside=NLB
            ),
            also(tokens.INGRESS_RULE, {}, prefixListId=(tokens.PREFIX_LIST, "more")),
        ),
    ),
    fault(
        "no-ingress-from-anywhere",
        "rule in SecurityGroup admits everybody by an entry of a prefix list",
        together(
            also(tokens.PREFIX_LIST, {}, beside=NLB),
            also(
                tokens.PREFIX_LIST_ENTRY,
                {"cidr": "::/0"},
                beside=LIKE,
                prefixListId=(tokens.PREFIX_LIST, "more"),
            ),
            also(tokens.SECURITY_GROUP, {}, ingress=(tokens.PREFIX_LIST, "more")),
        ),
    ),
    fault(
        "no-ingress-from-anywhere",
        "security group rule of the old kind admits everybody",
        also(tokens.SECURITY_GROUP_RULE, {"type": "ingress", "cidrBlocks": ["10.0.0.0/8", *ANYWHERE]}),
    ),
    *(
        fault(
            "no-ingress-from-anywhere",
            f"rule in {type_.rpartition(':')[2]} admits everybody",
            also(type_, {"ingress": [{"cidrBlocks": ["10.0.0.0/8"]}, {"ipv6CidrBlocks": ["::/0"]}]}),
        )
        for type_ in SECURITY_GROUPS
    ),
    fault(
        "no-ingress-from-anywhere",
        "cluster's API answers everybody",
        put(tokens.EKS_CLUSTER, "*", "vpcConfig", "publicAccessCidrs", value=ANYWHERE),
    ),
    fault(
        "no-ingress-from-anywhere",
        "cluster doesn't say whom its API answers",
        put(tokens.EKS_CLUSTER, "*", "vpcConfig", "publicAccessCidrs", value=None),
    ),
)
SERVICES = (
    fault(
        "no-open-endpoint-service",
        "everybody is allowed to connect to the endpoint service beside it",
        also(ALLOWED_PRINCIPAL, {"principalArn": "*"}),
    ),
    fault(
        "no-open-endpoint-service",
        "endpoint service is open to any account by its ARN",
        also(tokens.ENDPOINT_SERVICE, {"allowedPrincipals": ["arn:aws:iam::*:root"]}),
    ),
    *(
        fault(
            "only-declared-principals",
            f"{who} is allowed beside the role that a stack without an API names",
            put(tokens.ENDPOINT_SERVICE, "*", "allowedPrincipals", value=[DEPLOY_ROLE, principal]),
            stack="provider-only",
        )
        for who, principal in (
            ("a stranger", STRANGER),
            ("the whole account", "arn:aws:iam::111111111111:root"),
        )
    ),
    *(
        fault(
            "only-declared-principals",
            f"a stranger is allowed by a resource beside the endpoint service of {stack}",
            also(
                ALLOWED_PRINCIPAL,
                {"principalArn": STRANGER},
                vpcEndpointServiceId=(tokens.ENDPOINT_SERVICE, "*"),
            ),
            stack=stack,
        )
        for stack in ("dev", "provider-only")
    ),
    fault(
        "only-declared-balancers",
        "an endpoint service offers a load balancer that nobody declares",
        also(
            tokens.ENDPOINT_SERVICE,
            {"networkLoadBalancerArns": [SOMEBODYS_NLB]},
            beside=(tokens.LOAD_BALANCER, "crosslink-gateway"),
        ),
    ),
    fault(
        "only-declared-balancers",
        "the endpoint service offers another existing load balancer than the declared one",
        put(tokens.ENDPOINT_SERVICE, "*", "networkLoadBalancerArns", value=[SOMEBODYS_NLB]),
        stack="network-load-balancer",
    ),
)
CALLERS = (
    fault(
        "no-unauthenticated-method",
        "method beside the API's document is open to everybody",
        also(tokens.METHOD, {"httpMethod": "GET", "authorization": "NONE"}, restApi=(tokens.REST_API, "*")),
    ),
    fault(
        "no-unauthenticated-method",
        "route of an HTTP API is open to everybody",
        also(HTTP_ROUTE, {"routeKey": "GET /more"}),
    ),
    fault(
        "no-unauthenticated-method",
        "function's own URL is open to everybody",
        also(FUNCTION_URL, {"authorizationType": "NONE"}),
    ),
)
RECORDS = (
    fault(
        "cluster-encrypts-secrets",
        "cluster names no key for its secrets",
        unpoint(tokens.EKS_CLUSTER, "*", "encryptionConfig"),
    ),
    fault("keys-rotate", "key is never rotated", put(KEY, "*", "enableKeyRotation", value=None)),
    fault(
        "cluster-writes-logs",
        "cluster doesn't log who did what",
        put(tokens.EKS_CLUSTER, "*", "enabledClusterLogTypes", value=["api", "authenticator"]),
    ),
    fault(
        "logs-are-kept-for-a-time",
        "logs are kept for ever",
        put(LOG_GROUP, "*", "retentionInDays", value=None),
    ),
    fault(
        "stage-writes-access-logs",
        "stage writes no access logs",
        put(tokens.STAGE, "*", "accessLogSettings", value=None),
        stack="logs",
    ),
)
ACCOUNTS = (
    fault("no-default-provider", "security group is left to a default provider", move(*GROUP, None, None)),
    fault(
        "no-default-provider",
        "disruption budget is left to a default provider",
        move("kubernetes:policy/v1:PodDisruptionBudget", "crosslink-apps-svc1", None, None),
    ),
    fault(
        "required-tags",
        "account sets no tags",
        put(tokens.AWS_ACCOUNT, "account-222222222222-us-east-1", "defaultTags", value=None),
    ),
    fault(
        "required-tags",
        "ALB of a cluster gets no tags",
        put(tokens.INGRESS_CLASS_PARAMS, "*", "spec", "tags", value=None),
    ),
    fault("required-tags", "nodes get no tags", put(tokens.NODE_CLASS, "*", "spec", "tags", value=None)),
    *(
        fault(
            "pods-have-roles-of-their-own",
            f"pods have {whose}",
            also(tokens.POD_IDENTITY, {"serviceAccount": "more", key: role}),
        )
        for whose, key, role in (
            ("the role that deploys them", "roleArn", DEPLOY_ROLE.replace("1" * 12, "2" * 12)),
            ("a role of another account", "targetRoleArn", "arn:aws:iam::333333333333:role/orders"),
        )
    ),
    *(
        fault("no-wildcard-actions", f"role's policy allows {told}", also(type_, allowing(**statement)))
        for type_, told, statement in (
            (DOCUMENTS[0], "everything", {"Action": "*"}),
            (DOCUMENTS[1], "all of a service", {"Action": ["logs:PutLogEvents", "s3:*"]}),
            (DOCUMENTS[1], "all of a service in other words", {"Action": "iam:?*"}),
            (DOCUMENTS[1], "all of all services", {"Action": "*:*"}),
            (DOCUMENTS[1], "all but one service", {"NotAction": "iam:*"}),
        )
    ),
    fault(
        "no-wildcard-actions",
        "role's policy inside it allows everything",
        also(ROLE, {"inlinePolicies": [allowing(Action=["*"])]}),
    ),
    fault("no-wildcard-actions", "role is an administrator", also(ATTACHMENT, {"policyArn": ADMINISTRATOR})),
    fault(
        "no-wildcard-actions",
        "role is an administrator by its own list",
        also(ROLE, {"managedPolicyArns": [ADMINISTRATOR]}),
    ),
    fault(
        "no-wildcard-actions",
        "role has all of a service by a list of all that it has",
        also(EXCLUSIVE, {"policyArns": ["arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess_v2"]}),
    ),
)

FAULTS: tuple[Fault, ...] = (
    *LOAD_BALANCERS,
    *INGRESS,
    *SERVICES,
    *CALLERS,
    *RECORDS,
    *ACCOUNTS,
    *faults_network.FAULTS,
    *faults_beside.FAULTS,
    *faults_cluster.FAULTS,
)
