"""The commands by which an operator looks at a hop in AWS or in its cluster, and mends it.

They are format strings over what a hop says of itself, given with a rule's fix or, to look, with the type of
a resource. `{subnet.id}` goes from a hop to another one. Besides its fields a hop has

- of the id `A|B`, as targets and routes have it, `{parent}`: the target group's ARN, the route table's id;
- of the id `namespace/name` of an object in a cluster, `{namespace}` and `{name}`;
- of its walk `{api}`, the API's id, and `{stage}`, the stage's name.
"""

import shlex
from collections.abc import Mapping
from string import Formatter

from crosslink.graph import tokens
from crosslink.path import steps
from crosslink.path.hop import Hop
from crosslink.path.walk import Walk

# What several rules have an operator look at, or run
API_POLICY = "aws apigateway get-rest-api --rest-api-id {id} --query policy --region {region}"
ATTRIBUTES = "aws elbv2 describe-load-balancer-attributes --load-balancer-arn {id} --region {region}"
AUTHORIZERS = "aws apigateway get-authorizers --rest-api-id {api} --region {region}"
CONNECTIONS = (
    "aws ec2 describe-vpc-endpoint-connections --filters Name=service-id,Values={id} --region {region}"
)
DEPLOY = "aws apigateway create-deployment --rest-api-id {api} --stage-name {stage} --region {region}"
GROUP_ATTRIBUTES = "aws elbv2 describe-target-group-attributes --target-group-arn {id} --region {region}"
INGRESSES = "kubectl get ingress --all-namespaces --output yaml"
LISTENERS = "aws elbv2 describe-listeners --load-balancer-arn {id} --region {region}"
METHODS = "aws apigateway get-resources --rest-api-id {api} --embed methods --region {region}"
PRINCIPALS = "aws ec2 describe-vpc-endpoint-service-permissions --service-id {id} --region {region}"
TARGETS = "aws elbv2 describe-target-health --target-group-arn {id} --region {region}"

# Type of a resource → what tells an operator how it is: the AWS CLI in its account, or kubectl in its cluster
_AWS: Mapping[str, str] = {
    tokens.REST_API: "apigateway get-export --rest-api-id {api} --stage-name {stage} --export-type oas30 "
    "--parameters extensions=apigateway /dev/stdout",
    tokens.STAGE: "apigateway get-stage --rest-api-id {api} --stage-name {stage}",
    tokens.API_METHOD_SETTINGS: "apigateway get-stage --rest-api-id {api} --stage-name {stage}",
    tokens.API_DEPLOYMENT: "apigateway get-deployment --rest-api-id {api} --deployment-id {id}",
    tokens.API_ACCOUNT: "apigateway get-account",
    tokens.USAGE_PLAN: "apigateway get-usage-plan --usage-plan-id {id}",
    tokens.DOMAIN_NAME: "apigateway get-domain-name --domain-name {id}",
    tokens.VPC_LINK: "apigateway get-vpc-link --vpc-link-id {id}",
    tokens.VPC_LINK_V2: "apigatewayv2 get-vpc-link --vpc-link-id {id}",
    tokens.LOAD_BALANCER: "elbv2 describe-load-balancers --load-balancer-arns {id}",
    tokens.LISTENER: "elbv2 describe-listeners --listener-arns {id}",
    tokens.LISTENER_RULE: "elbv2 describe-rules --rule-arns {id}",
    tokens.TARGET_GROUP: "elbv2 describe-target-groups --target-group-arns {id}",
    tokens.ATTACHMENT: "elbv2 describe-target-health --target-group-arn {parent}",
    tokens.ROUTE: "ec2 describe-route-tables --route-table-ids {parent}",
    tokens.ROUTE_TABLE: "ec2 describe-route-tables --route-table-ids {id}",
    tokens.SUBNET: "ec2 describe-route-tables --filters Name=association.subnet-id,Values={id}",
    tokens.PEERING: "ec2 describe-vpc-peering-connections --vpc-peering-connection-ids {id}",
    tokens.ENDPOINT: "ec2 describe-vpc-endpoints --vpc-endpoint-ids {id}",
    tokens.ENDPOINT_SERVICE: "ec2 describe-vpc-endpoint-service-configurations --service-ids {id}",
}
_KUBECTL: Mapping[str, str] = {
    tokens.INGRESS: "describe ingress {name} --namespace {namespace}",
    tokens.KUBERNETES_DEPLOYMENT: "describe deployment {name} --namespace {namespace}",
    tokens.KUBERNETES_SERVICE: "describe service {name} --namespace {namespace}",
}
LOOKS: Mapping[str, str] = {
    **{token: f"aws {told} --region {{region}}" for token, told in _AWS.items()},
    **{token: f"kubectl {told}" for token, told in _KUBECTL.items()},
}


def look_at(hop: Hop) -> str | None:
    """The command to look at a hop, before it is filled; None if there is none for its type."""
    return LOOKS.get(hop.resource_type)


def filled(command: str, hop: Hop, walk: Walk) -> str:
    """A command for a shell, with `'<name>'` for what can't be known."""
    return _Filler().vformat(command, (), {**_of_the_walk(walk), **_of_the_id(hop), **vars(hop)})


def unfilled(command: str) -> str:
    """A command for any hop, with `'<name>'` for all that it has of its hop."""
    return _Filler().vformat(command, (), {})


def _of_the_walk(walk: Walk) -> dict[str, object]:
    apis, stages = walk.seen(steps.REST_API), walk.seen(steps.STAGE)
    return {
        "api": next((api.id for api in apis), None),
        "stage": next((stage.name for stage in stages), None),
    }


def _of_the_id(hop: Hop) -> dict[str, object]:
    id_ = str(hop.id)
    if hop.resource.startswith("kubernetes:"):
        namespace, _slash, name = id_.rpartition("/")
        return {"namespace": namespace or None, "name": name}
    parent, bar, _rest = id_.partition("|")
    return {"parent": parent if bar else None}


class _Filler(Formatter):
    """Writes each value as one word of a shell."""

    def get_field(self, field_name: str, args: object, kwargs: Mapping[str, object]) -> tuple[str, str]:
        del args  # fields have names
        first, *rest = field_name.split(".")
        value = kwargs.get(first)
        for name in rest:
            value = getattr(value, name, None)
        told = str(value) if isinstance(value, str | int) else f"<{rest[-1] if rest else first}>"
        return shlex.quote(told), first
