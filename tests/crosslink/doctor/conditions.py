"""The table of bad conditions, with the exit status and the reason that each should have."""

import json
from typing import Any

from botocore import exceptions

from crosslink.graph import tokens
from crosslink.path.output import NOT_SHOWN
from tests.crosslink.doctor.bad_conditions import (
    LOGIN,
    Condition,
    cluster_items,
    cluster_says,
    exported,
    kubeconfig_for,
    raises,
    raw,
    refused,
    with_value,
)
from tests.crosslink.doctor.bad_conditions import without as less
from tests.crosslink.graph.from_aws.support import without
from tests.schemas import validator

SCHEMA = validator("crosslink/doctor/report.schema.json")
LONGEST = 400  # characters of one reason
EKS = exceptions.EndpointConnectionError(endpoint_url="https://eks.us-east-1.amazonaws.com/clusters/x")
HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: "
ITEMS = b'{"apiVersion": "v1", "items": []}'


def put(value: object, *path: str) -> Any:
    """Another value in the outputs."""

    def change(outputs: dict[str, Any]) -> None:
        holder = outputs
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = value

    return change


def drop(*path: str) -> Any:
    def change(outputs: dict[str, Any]) -> None:
        holder = outputs
        for key in path[:-1]:
            holder = holder[key]
        del holder[path[-1]]

    return change


def document(**members: object) -> bytes:
    return json.dumps({"openapi": "3.0.1", "paths": {}, **members}).encode()


EXPORT = [
    Condition(name=name, status=3, said=rf"GetExport in \d+ us-west-2: .*{said}", aws={"GetExport": reply})
    for name, reply, said in [
        ("export cut off", exported(b'{"paths": {', 5000), "the answer was cut off"),
        ("export ends early", exported(b'{"paths": {'), "not JSON"),
        ("export is HTML", exported(LOGIN), "HTML, not JSON"),
        ("export is empty", exported(b""), "an empty answer"),
        ("export is no text", exported(b"\xff\xfe\x00"), "not JSON"),
        ("export is a list", exported(b"[]"), "not an OpenAPI document"),
        ("export is null", exported(b"null"), "not an OpenAPI document"),
        ("export is a message", exported(b'{"message": "Forbidden"}'), "not an OpenAPI document"),
        ("export's paths are a list", exported(document(paths=[])), "not an OpenAPI document"),
        ("export's path is null", exported(document(paths={"/svc1": None})), "not an OpenAPI document"),
        ("export's method is text", exported(document(paths={"/svc1": {"get": "x"}})), "not an OpenAPI doc"),
        (
            "export's integration is a list",
            exported(document(paths={"/svc1": {"get": {"x-amazon-apigateway-integration": []}}})),
            "not an OpenAPI document",
        ),
        (
            "export's security is text",
            exported(document(paths={"/svc1": {"get": {"security": "all"}}})),
            "not an OpenAPI document",
        ),
        (
            "export's schemes are a list",
            exported(document(components={"securitySchemes": []})),
            "not an OpenAPI document",
        ),
    ]
]
DENIED = "AccessDeniedException"
AWS = [
    Condition(name=name, status=status, said=said, aws=replies)
    for name, status, replies, said in [
        ("every call denied", 3, {"*": refused("AccessDenied")}, "no permission for apigateway:GET"),
        ("one call denied", 3, {"DescribeListeners": refused("AccessDenied")}, "elasticloadbalancing:Desc"),
        ("stage denied", 3, {"GetStage": refused(DENIED)}, "no permission for apigateway:GET"),
        ("cluster denied", 3, {"DescribeCluster": refused(DENIED)}, "no permission for eks:DescribeCluster"),
        ("everything throttled", 3, {"*": refused("Throttling")}, r"failed: Throttling: no"),
        ("EC2 throttled", 3, {"DescribeVpcs": refused("RequestLimitExceeded")}, "failed: RequestLimitExceed"),
        ("everything fails", 3, {"*": refused("InternalFailure")}, "failed: InternalFailure"),
        ("a service is down", 3, {"GetRestApi": refused("ServiceUnavailable")}, "failed: ServiceUnavailable"),
        ("no name resolves", 3, {"*": raises(EKS)}, "Could not connect to the endpoint URL"),
        ("a proxy refuses", 3, {"*": raises(exceptions.ProxyConnectionError(proxy_url="p"))}, "proxy"),
        (
            "wrong TLS",
            3,
            {"*": raises(exceptions.SSLError(endpoint_url="x", error=ValueError("bad")))},
            "SSL validation",
        ),
        ("no answer in time", 3, {"*": raises(exceptions.ReadTimeoutError(endpoint_url="x"))}, "timeout"),
        (
            "a closed connection",
            3,
            {"*": raises(exceptions.ConnectionClosedError(endpoint_url="x"))},
            "close",
        ),
        ("HTML 200 of all", 3, {"*": raw(LOGIN)}, "GetStage .* failed: what answers isn't AWS"),
        ("HTML 500 of all", 3, {"*": raw(LOGIN, 500)}, "failed: "),
        ("HTML 200, unclosed", 3, {"*": raw(b"<html><br></html>")}, "failed: what answers isn't AWS"),
        (
            "HTML 200 of EC2",
            3,
            {"DescribeVpcs": raw(LOGIN)},
            "DescribeVpcs .* failed: what answers isn't AWS",
        ),
        ("HTML 200 of the API", 3, {"GetRestApi": raw(LOGIN)}, "GetRestApi .* isn't AWS"),
        ("HTML 200 of EKS", 3, {"DescribeCluster": raw(LOGIN)}, "DescribeCluster .* isn't AWS"),
        ("HTML 200 of the stage", 3, {"GetStage": raw(LOGIN)}, "GetStage .* isn't AWS"),
        ("empty body of EC2", 3, {"DescribeVpcEndpoints": raw(b"")}, "DescribeVpcEndpoints .* isn't AWS"),
        ("empty body of ELB", 3, {"DescribeListeners": raw(b"")}, "DescribeListeners .* isn't AWS"),
        ("empty body of the API", 3, {"GetRestApi": raw(b"")}, "GetRestApi .* isn't AWS"),
        ("a list of the API", 3, {"GetRestApi": raw(b"[]")}, "GetRestApi .* isn't AWS"),
        ("null of the API", 3, {"GetRestApi": raw(b"null")}, "GetRestApi .* isn't AWS"),
        ("a number of EKS", 3, {"DescribeCluster": raw(b'{"cluster": 7}')}, "DescribeCluster .*"),
        ("a message of EKS", 3, {"DescribeCluster": raw(b'{"message": null}')}, "DescribeCluster .* isn't"),
        ("an error of no shape", 3, {"*": lambda *_: (400, {"Error": {}})}, "failed: "),
        ("token expires", 1, {"*": refused("ExpiredToken")}, r"\(ExpiredToken\): sign in"),
        (
            "token expires later",
            1,
            {"DescribeVpcs": refused("RequestExpired")},
            r"\(RequestExpired\): sign in",
        ),
        ("API token expires", 1, {"GetStage": refused("ExpiredTokenException")}, r"sign in"),
        ("credentials vanish", 1, {"*": raises(exceptions.NoCredentialsError())}, "sign in"),
        (
            "SSO session ends",
            1,
            {"*": raises(exceptions.UnauthorizedSSOTokenError())},
            "sign in",
        ),
        ("clock skew", 1, {"*": refused("RequestTimeTooSkewed")}, "clock"),
        ("clock skew of API", 1, {"*": refused("InvalidSignatureException", "Signature expired")}, "clock"),
        (
            "cluster deleted",
            2,
            {"DescribeCluster": refused("ResourceNotFoundException")},
            "there is no cluster crosslink-dev-apps in",
        ),
        ("API deleted", 2, {n: refused("NotFoundException") for n in ("GetRestApi", "GetStage")}, "stage"),
        ("API deleted in mid-walk", 3, {"GetExport": refused("NotFoundException")}, "GetExport .* gone"),
        ("endpoint deleted", 2, {"DescribeVpcEndpoints": with_value([], "VpcEndpoints")}, "endpoint"),
        ("VPC deleted", 3, {"DescribeVpcs": with_value([], "Vpcs")}, "."),
        (
            "service deleted",
            2,
            {"DescribeVpcEndpointServiceConfigurations": with_value([], "ServiceConfigurations")},
            r"vpce-svc-\w+ isn't there",
        ),
        ("VPC link deleted", 2, {"GetVpcLink": refused("NotFoundException")}, "VPC link"),
        (
            "NLB deleted",
            2,
            {"DescribeLoadBalancers": refused("LoadBalancerNotFound")},
            "load balancer isn't there",
        ),
        (
            "NLB attributes gone",
            3,
            {"DescribeLoadBalancerAttributes": refused("LoadBalancerNotFound")},
            "gone",
        ),
        (
            "group attributes gone",
            3,
            {"DescribeTargetGroupAttributes": refused("TargetGroupNotFound")},
            "gone",
        ),
        ("no attributes", 3, {"DescribeTargetGroupAttributes": with_value([], "Attributes")}, "gone"),
        (
            "health gone",
            3,
            {"DescribeTargetHealth": refused("TargetGroupNotFound")},
            "DescribeTargetHealth .* gone",
        ),
        ("listeners gone", 3, {"DescribeListeners": refused("LoadBalancerNotFound")}, "Listeners .* gone"),
        ("groups gone", 3, {"DescribeTargetGroups": refused("LoadBalancerNotFound")}, "Groups .* gone"),
        ("no targets", 2, {"DescribeTargetHealth": with_value([], "TargetHealthDescriptions")}, "target"),
        ("no target groups", 2, {"DescribeTargetGroups": with_value([], "TargetGroups")}, "target group"),
        ("no listeners", 2, {"DescribeListeners": with_value([], "Listeners")}, "listener"),
        (
            "no listener actions",
            2,
            {"DescribeListeners": less("Listeners", "*", "DefaultActions")},
            "target group",
        ),
        ("deployment gone", 2, {"GetDeployment": refused("NotFoundException")}, "deployment isn't there"),
        ("no subnets", 2, {"DescribeSubnets": with_value([], "Subnets")}, "."),
        ("no route tables", 2, {"DescribeRouteTables": with_value([], "RouteTables")}, "."),
        (
            "no security group rules",
            2,
            {"DescribeSecurityGroupRules": with_value([], "SecurityGroupRules")},
            ".",
        ),
        ("no interfaces", 3, {"DescribeNetworkInterfaces": with_value([], "NetworkInterfaces")}, "."),
        (
            "API policy is no JSON",
            3,
            {"GetRestApi": with_value('{\\"Version', "policy")},
            "GetRestApi|policy",
        ),
        ("API policy is plain text", 3, {"GetRestApi": with_value("nonsense", "policy")}, "policy"),
    ]
]
MISSING_KEYS = [
    Condition(
        name=f"{call} without {path[-1]}",
        status=3,
        said=f"{call} in .*: answer not understood",
        aws={call: less(*path)},
    )
    for call, path in [
        ("DescribeLoadBalancers", ("LoadBalancers", "*", "Scheme")),
        ("DescribeLoadBalancers", ("LoadBalancers", "*", "State")),
        ("DescribeLoadBalancers", ("LoadBalancers", "*", "VpcId")),
        ("DescribeListeners", ("Listeners", "*", "Protocol")),
        ("DescribeTargetGroups", ("TargetGroups", "*", "TargetGroupArn")),
        ("DescribeTargetHealth", ("TargetHealthDescriptions", "*", "Target")),
        ("DescribeTargetHealth", ("TargetHealthDescriptions", "*", "TargetHealth")),
        ("DescribeVpcs", ("Vpcs", "*", "CidrBlock")),
        ("DescribeNetworkAcls", ("NetworkAcls", "*", "Entries", "*", "Egress")),
        ("DescribeVpcEndpoints", ("VpcEndpoints", "*", "State")),
        ("DescribeNetworkInterfaces", ("NetworkInterfaces", "*", "SubnetId")),
        ("DescribeVpcEndpointServiceConfigurations", ("ServiceConfigurations", "*", "ServiceId")),
        ("DescribeVpcEndpointServicePermissions", ("AllowedPrincipals", "*", "Principal")),
        ("DescribeVpcEndpointConnections", ("VpcEndpointConnections", "*", "VpcEndpointId")),
        ("DescribeSecurityGroupRules", ("SecurityGroupRules", "*", "IpProtocol")),
        ("DescribeVpcPeeringConnections", ("VpcPeeringConnections", "*", "Status")),
        ("GetRestApi", ("endpointConfiguration",)),
        ("GetStage", ("deploymentId",)),
        ("DescribeRouteTables", ("RouteTables", "*", "RouteTableId")),
    ]
]


def spec(value: object, *path: str) -> Any:
    def change(item: dict[str, Any]) -> None:
        holder = item
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = value

    return change


CLUSTER = [
    Condition(name=f"cluster: {name}", status=status, said=said, cluster=reply)
    for name, status, reply, said in [
        ("HTML", 3, cluster_says(LOGIN), "answered /api\\S+ with HTML, not JSON"),
        ("nothing", 3, cluster_says(b""), "answered /api\\S+ with an empty answer"),
        ("no text", 3, cluster_says(b"\xff\xfe"), "not JSON"),
        ("cut off", 3, cluster_says(b'{"items": ['), "not JSON"),
        ("null", 3, cluster_says(None), "no list of objects|no object"),
        ("a list", 3, cluster_says([]), "answered /api"),
        ("a number", 3, cluster_says(7), "answered /api"),
        ("an empty object", 3, cluster_says({}), "answered /api"),
        ("items null", 3, cluster_says({"apiVersion": "v1", "items": None}), "answered /api"),
        ("items a mapping", 3, cluster_says({"apiVersion": "v1", "items": {}}), "answered /api"),
        ("items of numbers", 3, cluster_says({"apiVersion": "v1", "items": [1]}), "answered /api"),
        ("items of nulls", 3, cluster_says({"apiVersion": "v1", "items": [None]}), "answered /api"),
        ("items without metadata", 3, cluster_says({"apiVersion": "v1", "items": [{}]}), "answered /api"),
        (
            "names null",
            3,
            cluster_says({"apiVersion": "v1", "items": [{"metadata": {"name": None}}]}),
            "answered",
        ),
        ("no version", 3, cluster_says({"items": [{"metadata": {"name": "x"}}]}), "answered /api"),
        ("nothing of ingresses", 3, cluster_says(b"", of="/ingresses"), "ingresses with an empty answer"),
        ("401", 3, cluster_says(b"", 401), "doesn't know the identity"),
        ("403", 3, cluster_says(b"", 403), "no permission to list ingresses"),
        ("500", 3, cluster_says(LOGIN, 500), "with 500"),
        ("301", 3, cluster_says(LOGIN, 301), "with 301"),
        ("429", 3, cluster_says(b"", 429), "with 429"),
        ("specs null", 3, cluster_items(spec(None, "spec"), "ingresses"), "answered .*ingresses"),
        ("specs text", 3, cluster_items(spec("x", "spec"), "ingresses"), "answered .*ingresses"),
        ("rules null", 2, cluster_items(spec(None, "spec", "rules"), "ingresses"), "no rule takes"),
        ("rules text", 2, cluster_items(spec("x", "spec", "rules"), "ingresses"), "no rule takes"),
        ("rules of nulls", 2, cluster_items(spec([None], "spec", "rules"), "ingresses"), "no rule takes"),
        ("status null", 2, cluster_items(spec(None, "status"), "ingresses"), "."),
        ("annotations null", 2, cluster_items(spec(None, "metadata", "annotations"), "ingresses"), "."),
        ("ports null", 2, cluster_items(spec(None, "spec", "ports"), "services"), "."),
        ("ports of nulls", 2, cluster_items(spec([None], "spec", "ports"), "services"), "."),
        ("selector null", 2, cluster_items(spec(None, "spec", "selector"), "services"), "."),
        ("template null", 3, cluster_items(spec(None, "spec", "template"), "deployments"), "."),
        (
            "containers null",
            3,
            cluster_items(spec(None, "spec", "template", "spec", "containers"), "deployments"),
            ".",
        ),
        (
            "containers of nulls",
            3,
            cluster_items(spec([None], "spec", "template", "spec", "containers"), "deployments"),
            ".",
        ),
        (
            "containers of texts",
            3,
            cluster_items(spec(["x"], "spec", "template", "spec", "containers"), "deployments"),
            ".",
        ),
        ("replicas text", 3, cluster_items(spec("two", "spec", "replicas"), "deployments"), "."),
        ("Deployment's status null", 2, cluster_items(spec(None, "status"), "deployments"), "."),
    ]
]
WIRE = [
    Condition(name=f"wire: {name}", status=3, said=said, wire=sent)
    for name, sent, said in [
        ("closes", b"", "doesn't answer: the connection was closed"),
        ("no HTTP", b"SSH-2.0-OpenSSH_9.6\r\n", "doesn't answer: "),
        (
            "HTML",
            HTTP + b"text/html\r\nContent-Length: %d\r\n\r\n" % len(LOGIN) + LOGIN,
            "with HTML, not JSON",
        ),
        ("nothing", HTTP + b"text/plain\r\nContent-Length: 0\r\n\r\n", "an empty answer"),
        (
            "short",
            HTTP + b"application/json\r\nContent-Length: 999\r\n\r\n" + ITEMS,
            "the answer was cut off",
        ),
        (
            "chunk cut off",
            HTTP + b"text/plain\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n{",
            "the answer was cut",
        ),
        (
            "bad chunk",
            HTTP + b"text/plain\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{",
            "the answer was cut",
        ),
        (
            "bad gzip",
            HTTP + b"text/plain\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
            "doesn't answer: ",
        ),
        (
            "redirect to a login page",
            b"HTTP/1.1 301 Moved\r\nLocation: http://login.invalid/\r\nContent-Length: 0\r\n\r\n",
            "with 301",
        ),
    ]
]
NODES = [
    Condition(
        name="Ingress deleted",
        status=2,
        said="no Ingress has made",
        nodes=lambda n: without(n, tokens.INGRESS),
    ),
    Condition(
        name="cluster's all deleted",
        status=2,
        said="there is no cluster crosslink-dev-apps in",
        nodes=lambda n: without(n, tokens.EKS_CLUSTER),
    ),
    Condition(name="nothing left", status=2, said="stage", nodes=lambda _: []),
]
OUTPUTS = [
    Condition(name=f"outputs: {name}", status=status, said=said, outputs=change, probe=probe)
    for name, status, change, said, probe in [
        ("kubeconfigs null", 3, put(None, "kubeconfigs"), "`kubeconfigs` has none", False),
        ("kubeconfigs a list", 1, put([], "kubeconfigs"), "output kubeconfigs: ", False),
        ("kubeconfigs a text", 1, put("x", "kubeconfigs"), "output kubeconfigs", False),
        ("kubeconfigs missing", 3, drop("kubeconfigs"), "`kubeconfigs` has none", False),
        ("a kubeconfig null", 3, put({"apps": None}, "kubeconfigs"), "`kubeconfigs` has none", False),
        ("a kubeconfig masked", 3, put({"apps": NOT_SHOWN}, "kubeconfigs"), "--show-secrets", False),
        ("a kubeconfig a number", 1, put({"apps": 7}, "kubeconfigs"), "output kubeconfigs.apps", False),
        ("apiKeys null", 0, put(None, "apiKeys"), "", False),
        ("apiKeys a list", 1, put(["x"], "apiKeys"), "output apiKeys", False),
        ("apiKey a number", 1, put(7, "apiKey"), "output apiKey", False),
        ("URLs null", 0, put(None, "routes"), "", False),
        ("URLs null, to be asked", 1, put(None, "routes"), "there is no URL of /svc1", True),
        ("URLs a list", 1, put([], "routes"), "output routes", False),
        (
            "a URL masked",
            1,
            put({"/svc1": NOT_SHOWN, "/svc2": NOT_SHOWN}, "routes"),
            "there is no URL of /svc1",
            True,
        ),
        (
            "a URL that is none",
            1,
            put({"/svc1": "http://[", "/svc2": "x"}, "routes"),
            "there is no URL of /svc1",
            True,
        ),
        (
            "an absent backend",
            1,
            put("other", "path", "routes", "/svc1", "backend"),
            "backend: .*other",
            False,
        ),
        ("no routes", 1, put({}, "path", "routes"), "the stack has no routes", False),
        ("routes null", 1, put(None, "path", "routes"), "output path.routes", False),
        ("a route null", 1, put(None, "path", "routes", "/svc1"), "output path.routes./svc1", False),
        ("no backends", 1, put({}, "path", "backends"), "backend", False),
        ("path null", 1, put(None, "path"), "output path", False),
        ("path masked", 1, put(NOT_SHOWN, "path"), "--show-secrets", False),
        ("path a list", 1, put([], "path"), "output path", False),
        ("path missing", 1, drop("path"), "there is no output `path`", False),
        ("older version", 1, drop("path", "backends", "apps", "kind"), "run `pulumi up`", False),
        ("API's id null", 1, put(None, "path", "api", "id"), "output path.api.id", False),
        ("API's id missing", 1, drop("path", "api", "id"), "output path.api.id", False),
        ("account a number", 1, put(7, "path", "consumer", "accountId"), "accountId", False),
        ("consumer null", 1, put(None, "path", "consumer"), "output path", False),
        (
            "endpoint's id null",
            3,
            put(None, "path", "backends", "apps", "endpointId"),
            "no endpointId",
            False,
        ),
        ("service's id null", 3, put(None, "path", "backends", "apps", "serviceId"), "no serviceId", False),
        ("auth of a newer version", 1, put("mtls", "path", "routes", "/svc1", "auth"), "auth", False),
        ("controller null", 1, put(None, "path", "backends", "apps", "controller"), ".", False),
    ]
]
TEXTS = [
    Condition(name=f"outputs are {name}", status=1, said=said, text=text)
    for name, text, said in [
        ("empty", "", "not JSON"),
        ("HTML", LOGIN.decode(), "not JSON"),
        ("a list", "[]", "there is no output `path`"),
        ("null", "null", "there is no output `path`"),
        ("cut off", '{"path": {', "not JSON"),
        ("too deep", "[" * 100_000, "not JSON"),
    ]
]
KUBECONFIGS = [
    Condition(
        name=f"kubeconfig {text}",
        status=3,
        said="the kubeconfig can't be used",
        outputs=put({"apps": text}, "kubeconfigs"),
        wire=None,
    )
    for text in (
        *("null", "[]", "7", "x", '{"clusters": null, "current-context": "x"}'),
        '{"current-context": "x", "contexts": [null], "clusters": [], "users": []}',
        kubeconfig_for("https://[bad"),
    )
]
CONDITIONS = [*EXPORT, *AWS, *MISSING_KEYS, *CLUSTER, *NODES, *OUTPUTS, *TEXTS]
