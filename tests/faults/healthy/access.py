"""Authorizers, resource policies and limits that let our callers in."""

from crosslink.graph import tokens
from tests.faults.access import scheme
from tests.faults.api import API_GUIDE
from tests.faults.change import Change, Nodes, add, document, drop, find, put, together
from tests.faults.healthy.variation import Variation

DEFAULT_POLICY = '{"Statement": [{"Action": "*", "Effect": "Allow", "Principal": "*", "Resource": "*"}]}'
ENDPOINT_POLICY = '{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]}'
ROLE = "arn:aws:iam::111111111111:role/invokes-the-authorizer"


def policy(**statement: object) -> Change:
    """A resource policy that allows the own account, with one more statement, a Deny by default."""
    everyone = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": "execute-api:/*",
    }
    own = {**everyone, "Effect": "Allow", "Principal": {"AWS": "111111111111"}}
    statements = {"Version": "2012-10-17", "Statement": [own, {**everyone, **statement}]}
    return document(lambda api: api.update({"x-amazon-apigateway-policy": statements}))


def whole_api(nodes: Nodes) -> Nodes:
    """API Gateway may invoke the function for all of the API; a preview doesn't know the ARN anyway."""
    arn = find(nodes, tokens.LAMBDA_PERMISSION, "*").get("sourceArn")
    known = isinstance(arn, str)
    wider = arn.replace("/authorizers/*", "/*") if known else arn
    return put(tokens.LAMBDA_PERMISSION, "*", "sourceArn", value=wider)(nodes) if known else nodes


AUTHORIZERS = (
    Variation(
        name="the function may be invoked for the API's account",
        change=put(tokens.LAMBDA_PERMISSION, "*", "sourceAccount", value="111111111111"),
        stack="mixed",
    ),
    Variation(
        name="the function may be invoked by an organization",
        change=put(tokens.LAMBDA_PERMISSION, "*", "principalOrgId", value="o-1a2b3c4d5e"),
        stack="mixed",
        unknown=("function-may-be-invoked",),
    ),
    Variation(
        name="a role invokes the authorizer's function",  # H41
        change=together(scheme("lambda", authorizerCredentials=ROLE), drop(tokens.LAMBDA_PERMISSION)),
        stack="mixed",
        not_judged="whether the role may invoke the function",
        source=f"{API_GUIDE}/configure-api-gateway-lambda-authorization.html",
    ),
    Variation(
        name="a role invokes the function of an existing API's authorizer",
        change=together(
            put(tokens.AUTHORIZER, "crosslink-lambda", "authorizerCredentials", value=ROLE),
            drop(tokens.LAMBDA_PERMISSION),
        ),
        stack="existing-mixed",
        not_judged="whether the role may invoke the function",
        source=f"{API_GUIDE}/configure-api-gateway-lambda-authorization.html",
    ),
    Variation(
        name="the function may be invoked for all of the API",  # H42
        change=together(
            put(tokens.LAMBDA_PERMISSION, "*", "statementId", value="AllowTheWholeApi"), whole_api
        ),
        stack="mixed",
    ),
)

POLICIES = (
    Variation(
        name="one principal is denied", change=policy(Principal={"AWS": "arn:aws:iam::999999999999:root"})
    ),
    Variation(name="another stage is denied", change=policy(Resource="execute-api:/test/*")),
    Variation(name="another path is denied", change=policy(Resource="execute-api:/v1/DELETE/foreign")),
    Variation(
        name="callers from a VPC are denied",
        change=policy(Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}}),
    ),
    Variation(
        name="all are denied but those of an endpoint or an office",
        change=policy(
            Condition={
                "StringNotEquals": {"aws:SourceVpce": "vpce-1"},
                "NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24"]},
            }
        ),
    ),
    Variation(
        name="one address is denied",  # H23
        change=policy(Condition={"IpAddress": {"aws:SourceIp": "198.51.100.7/32"}}),
    ),
    Variation(
        name="the endpoint's policy allows all",
        change=put(tokens.ENDPOINT, "*", "policy", value=DEFAULT_POLICY),
    ),
    Variation(
        name="an address that no caller has is denied",
        change=policy(Condition={"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "2001:db8::/32"]}}),
    ),
    Variation(
        name="what doesn't come over HTTPS is denied",
        change=policy(Condition={"Bool": {"aws:SecureTransport": "false"}}),
    ),
    Variation(
        name="a role of the own account is allowed",
        change=policy(Effect="Allow", Principal={"AWS": "arn:aws:iam::111111111111:role/team/batch"}),
    ),
    Variation(
        name="a program that callers name is denied",
        change=policy(Condition={"StringLike": {"aws:UserAgent": "*bot*"}}),
        unknown=("policy-lets-callers-in",),
    ),
    Variation(
        name="what comes later is denied",
        change=policy(Condition={"DateGreaterThan": {"aws:CurrentTime": "2040-01-01T00:00:00Z"}}),
        unknown=("policy-lets-callers-in",),
    ),
    Variation(
        name="another organization is denied",
        change=policy(Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-1a2b3c4d5e"}}),
        unknown=("policy-lets-callers-in",),
    ),
    Variation(
        name="another path of the API has no requests",
        change=add(
            (tokens.API_METHOD_SETTINGS, "*"),
            "foreign",
            {
                "methodPath": "foreign/GET",
                "settings": {"throttlingRateLimit": 0.0, "throttlingBurstLimit": 0.0},
            },
            stageName=(tokens.STAGE, "*", "stageName"),
            restApi=(tokens.REST_API, "*"),
        ),
    ),
)

VARIATIONS = AUTHORIZERS + POLICIES

UNREAD = (
    Variation(
        name="the endpoint has a policy of its own",
        change=put(tokens.ENDPOINT, "*", "policy", value=ENDPOINT_POLICY),
        unknown=("endpoint-policy-allows-all",),
        source="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
    ),
    Variation(
        name="the endpoint's policy is no policy",
        change=put(tokens.ENDPOINT, "*", "policy", value="{}"),
        unknown=("endpoint-policy-allows-all",),
    ),
)
