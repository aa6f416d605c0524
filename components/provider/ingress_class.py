"""The IngressClass of an Ingress, for the controller that makes its ALB."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi import ResourceOptions
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs
from pulumi_kubernetes.networking import v1 as networking

DROP_INVALID_HEADERS = "routing.http.drop_invalid_header_fields.enabled"
"""Header names with other characters than A-Za-z0-9- reach no pod: some servers take `X_Crosslink_Route` for
`X-Crosslink-Route` (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html)."""


IDLE_TIMEOUT = "idle_timeout.timeout_seconds"
DEFAULT_IDLE = 60
"""How many seconds an ALB waits for the next byte: it answers 504 if a pod sends none
(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html).
NLBs wait for 350, longer than API Gateway does
(https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html)."""
MARGIN = 5


@dataclass(frozen=True, kw_only=True)
class Controller:
    """Who makes the ALB of a cluster's Ingresses.

    Args:
        name: its name in an IngressClass.
        api_version: the version of its IngressClassParams.
        certificates: the field of the IngressClassParams that lists ARNs of certificates.
        group_in_parameters: whether the group of an Ingress is told there, or else by an annotation.
        readiness_label: the label of a namespace whose new pods become ready only when the ALB finds them
            healthy.
    """

    name: str
    api_version: str
    certificates: str
    group_in_parameters: bool
    readiness_label: str

    @property
    def api_group(self) -> str:
        return self.api_version.partition("/")[0]


AUTO_MODE = Controller(
    name="eks.amazonaws.com/alb",
    api_version="eks.amazonaws.com/v1",
    certificates="certificateARNs",
    group_in_parameters=True,
    readiness_label="eks.amazonaws.com/pod-readiness-gate-inject",
)
"""EKS Auto Mode (https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html)."""
CONTROLLERS: Mapping[str, Controller] = {
    "auto": AUTO_MODE,
    # https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/ingress_class/
    "alb": Controller(
        name="ingress.k8s.aws/alb",
        api_version="elbv2.k8s.aws/v1beta1",
        certificates="certificateArn",
        group_in_parameters=False,
        readiness_label="elbv2.k8s.aws/pod-readiness-gate-inject",
    ),
}
"""`controller` of an existing cluster → the controller."""


@dataclass(frozen=True, kw_only=True)
class IngressClassArgs:
    """Arguments of an IngressClass.

    Args:
        class_name: name of the class and of its parameters.
        group: name of the group of its Ingresses, which share an ALB.
        controller: who makes the ALB.
        namespace: the namespace whose Ingresses may be of this class.
        subnet_ids: ids of the ALB's subnets.
        certificate_arn: ARN of the certificate for HTTPS; None for HTTP.
        longest_wait: how many seconds at most API Gateway waits for a byte.
        tags: tags of the ALB, its listeners, rules, target groups and security groups.
    """

    class_name: str
    group: str
    controller: Controller
    namespace: str
    subnet_ids: Sequence[pulumi.Input[str]]
    certificate_arn: str | None
    longest_wait: int
    tags: Mapping[str, str]


def ingress_class(
    name: str, args: IngressClassArgs, parent: pulumi.Resource, may_tag: pulumi.Resource | None
) -> networking.IngressClass:
    """A class whose Ingresses get an internal ALB, and its parameters, which hold what is the ALB's.

    Args:
        name: the logical name of both.
        args: what is in them.
        parent: their parent.
        may_tag: what must exist before the controller can give the tags; None for nothing.
    """
    controller = args.controller
    parameters = CustomResource(
        name,
        api_version=controller.api_version,
        kind="IngressClassParams",
        metadata=ObjectMetaArgs(name=args.class_name),
        spec={
            "scheme": "internal",
            "subnets": {"ids": list(args.subnet_ids)},
            "loadBalancerAttributes": [
                {"key": name, "value": value} for name, value in _attributes(args.longest_wait).items()
            ],
            # An Ingress of another namespace would add rules to the ALB. A class for all namespaces of the
            # group would cease to admit one before its Ingress is deleted, and the controller makes nothing
            # for a group as long as a member has an invalid class
            # (https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2731).
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": args.namespace}},
            **({"group": {"name": args.group}} if controller.group_in_parameters else {}),
            **({controller.certificates: [args.certificate_arn]} if args.certificate_arn else {}),
            # All classes of a group have the same: the controller refuses a tag with two values.
            **({"tags": [{"key": k, "value": v} for k, v in sorted(args.tags.items())]} if args.tags else {}),
        },
        opts=ResourceOptions(parent=parent, depends_on=[may_tag] if may_tag else None),
    )
    return networking.IngressClass(
        name,
        metadata=ObjectMetaArgs(name=args.class_name),
        spec=networking.IngressClassSpecArgs(
            controller=controller.name,
            parameters=networking.IngressClassParametersReferenceArgs(
                api_group=controller.api_group, kind="IngressClassParams", name=args.class_name
            ),
        ),
        opts=ResourceOptions(parent=parent, depends_on=[parameters]),
    )


def _attributes(longest_wait: int) -> Mapping[str, str]:
    """Attributes of the ALB, which waits a little longer than API Gateway: that one tells its callers why.

    It waits no longer than it must: it would send requests into connections that a pod has closed meanwhile.
    """
    attributes = {DROP_INVALID_HEADERS: "true"}
    if longest_wait >= DEFAULT_IDLE:
        attributes[IDLE_TIMEOUT] = str(longest_wait + MARGIN)
    return attributes
