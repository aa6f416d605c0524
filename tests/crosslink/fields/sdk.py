"""The fields of a type of resource: those that Pulumi's SDK takes, and those that AWS answers with."""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from typing import Any, TypeAlias, get_args, get_origin

import botocore.session
import yaml
from botocore.model import ListShape, Shape, StructureShape
from pulumi._types import input_type_types, is_input_type, resource_types
from pydantic import BaseModel, ConfigDict

from crosslink.fields.lists import FieldPath
from crosslink.graph import tokens
from crosslink.graph.from_aws.attributes import BALANCER_ATTRIBUTES, GROUP_ATTRIBUTES, LISTENER_ATTRIBUTES
from crosslink.graph.from_aws.property_names import RENAMED, camel_case
from tests.crosslink.fields.openapi import DOCUMENTS

# Type → service and shape of botocore that the live reader reads it from; of the others it makes the
# properties itself, or Kubernetes answers.
ANSWERS: Mapping[str, tuple[str, str]] = {
    tokens.ACCEPTER: ("ec2", "VpcEndpointConnection"),
    tokens.API_ACCOUNT: ("apigateway", "Account"),
    tokens.API_DEPLOYMENT: ("apigateway", "Deployment"),
    tokens.API_KEY: ("apigateway", "ApiKey"),
    tokens.BASE_PATH_MAPPING: ("apigateway", "BasePathMapping"),
    tokens.DOMAIN_NAME: ("apigateway", "DomainName"),
    tokens.EKS_CLUSTER: ("eks", "Cluster"),
    tokens.EGRESS_RULE: ("ec2", "SecurityGroupRule"),
    tokens.ENDPOINT: ("ec2", "VpcEndpoint"),
    tokens.ENDPOINT_SERVICE: ("ec2", "ServiceConfiguration"),
    tokens.INGRESS_RULE: ("ec2", "SecurityGroupRule"),
    tokens.LISTENER: ("elbv2", "Listener"),
    tokens.LISTENER_RULE: ("elbv2", "Rule"),
    tokens.LOAD_BALANCER: ("elbv2", "LoadBalancer"),
    tokens.NAT_GATEWAY: ("ec2", "NatGateway"),
    tokens.NETWORK_ACL: ("ec2", "NetworkAcl"),
    tokens.PEERING: ("ec2", "VpcPeeringConnection"),
    tokens.PEERING_ACCEPTER: ("ec2", "VpcPeeringConnection"),
    tokens.POD_IDENTITY: ("eks", "PodIdentityAssociation"),
    tokens.REST_API: ("apigateway", "RestApi"),
    tokens.ROUTE: ("ec2", "Route"),
    tokens.ROUTE_TABLE: ("ec2", "RouteTable"),
    tokens.STAGE: ("apigateway", "Stage"),
    tokens.SUBNET: ("ec2", "Subnet"),
    tokens.TARGET_GROUP: ("elbv2", "TargetGroup"),
    tokens.USAGE_PLAN: ("apigateway", "UsagePlan"),
    tokens.USAGE_PLAN_KEY: ("apigateway", "UsagePlanKey"),
    tokens.VPC: ("ec2", "Vpc"),
    tokens.VPC_CIDR: ("ec2", "VpcCidrBlockAssociation"),
    tokens.VPC_LINK: ("apigateway", "VpcLink"),
    tokens.VPC_LINK_V2: ("apigatewayv2", "GetVpcLinkResponse"),
}
# Type → what AWS tells of it as attributes, as the live reader names them.
ATTRIBUTES: Mapping[str, Mapping[str, str]] = {
    tokens.LISTENER: LISTENER_ATTRIBUTES,
    tokens.LOAD_BALANCER: BALANCER_ATTRIBUTES,
    tokens.TARGET_GROUP: GROUP_ATTRIBUTES,
}
# Type → what the live reader makes of AWS's answers besides.
MADE: Mapping[str, tuple[str, ...]] = {
    tokens.ATTACHMENT: ("health", "healthReason"),
    tokens.ENDPOINT_SERVICE: ("regionStates",),
    tokens.VPC: ("nameServers",),
    tokens.VPC_LINK_V2: ("vpcId",),
}
_METADATA = "kubernetes:core/v1:Namespace"  # has metadata as every object of Kubernetes
_Session: Any = botocore.session.get_session()
Seen: TypeAlias = tuple[type, ...]
ValuePath: TypeAlias = tuple[str | int, ...]


class Recorded(BaseModel):
    """A file of `recorded/`: fields that no SDK has, of a custom resource or of a part of its properties."""

    model_config = ConfigDict(extra="forbid")

    type: str
    at: tuple[str, ...] = ()
    source: str
    fields: tuple[str, ...]  # with dots between the keys, or as they are in a part


RECORDS = [
    Recorded.model_validate(yaml.safe_load(file.read_bytes()))
    for file in sorted(Path(__file__).with_name("recorded").glob("*.yaml"))
]
RECORDED: Mapping[str, list[FieldPath]] = {
    record.type: [tuple(name.split(".")) for name in record.fields] for record in RECORDS if not record.at
}


def taken(type_: str) -> Iterator[FieldPath]:
    """The fields that the SDK takes for a type of resource, down to those that hold no others."""
    return (tuple(key for key in place if isinstance(key, str)) for place, _type in typed(type_))


def typed(type_: str) -> Iterator[tuple[ValuePath, Any]]:
    """The same, each with the type of its value; its place has a 0 for the first item of a list."""
    if type_ in DOCUMENTS:
        yield from ((path, str) for path in DOCUMENTS[type_])
        return
    if type_ in RECORDED:
        yield from ((path, str) for path in RECORDED[type_])
        yield from ((path, kind) for path, kind in typed(_METADATA) if path[0] == "metadata")
        return
    package, _module, name = type_.split(":")
    found = import_module(_package(type_))
    # Where a part of a resource of AWS has the name of its arguments, these are called otherwise.
    names = [f"{name}Args", f"{name}InitArgs"]
    own = names[::-1] if package == "aws" else names
    arguments = next(filter(None, (getattr(found, name, None) for name in own)))
    yield from _fields(arguments, (), ())


def is_typed(type_: str) -> bool:
    """Whether the fields of a type of resource are known: those of most custom resources aren't."""
    if type_ in DOCUMENTS or type_ in RECORDED:
        return True
    try:
        import_module(_package(type_))
    except ModuleNotFoundError:
        return False
    return True


def _package(type_: str) -> str:
    """The package of the SDK that has a type of resource."""
    package, module, _name = type_.split(":")
    parts = [f"{part}_" if iskeyword(part) else part for part in module.split("/")]
    parts = (
        parts[:1] if package == "aws" else [parts[0].removesuffix(".k8s.io").partition(".")[0], *parts[1:]]
    )
    return ".".join([f"pulumi_{package}", *parts])


def told(type_: str) -> Iterator[FieldPath]:
    """The properties that a resource of AWS has after an up, by their first keys."""
    package, module, name = type_.split(":")
    if package == "aws":
        part = module.partition("/")[0]
        found = import_module(f"pulumi_aws.{part}_" if iskeyword(part) else f"pulumi_aws.{part}")
        yield from ((property_,) for property_ in resource_types(getattr(found, name)))


def _fields(arguments: type, path: ValuePath, seen: Seen) -> Iterator[tuple[ValuePath, Any]]:
    for name, type_ in input_type_types(arguments).items():
        inner = _input_type(type_)
        if inner and inner not in seen:
            place = (name, 0) if _is_list(type_) else (name,)
            yield from _fields(inner, (*path, *place), (*seen, inner))
        else:
            yield (*path, name), type_


def _input_type(type_: Any) -> type | None:
    """The type of a field's own fields, which may be in a list; None if it has none."""
    if isinstance(type_, type) and is_input_type(type_):
        return type_
    return next(filter(None, map(_input_type, get_args(type_))), None)


def _is_list(type_: Any) -> bool:
    return get_origin(type_) is Sequence or any(map(_is_list, get_args(type_)))


def answered(type_: str) -> Iterator[FieldPath]:
    """The fields that AWS answers with, as the live reader names them."""
    if type_ in ANSWERS:
        service, shape = ANSWERS[type_]
        model, renamed = _Session.get_service_model(service), RENAMED.get(type_, {})
        for first, *inner in _members(model.shape_for(shape), ()):
            yield (renamed.get(first, first), *inner)
    yield from ((name,) for name in MADE.get(type_, ()))
    yield from (tuple(name.split(".")) for name in ATTRIBUTES.get(type_, {}).values())


def _members(shape: Shape, path: FieldPath) -> Iterator[FieldPath]:
    match shape:
        case StructureShape():
            for name, member in shape.members.items():
                yield from _members(member, (*path, camel_case(name)))
        case ListShape():
            yield from _members(shape.member, path)
        case _:
            yield path
