"""The controllers that make an ALB of an Ingress, by their names in an IngressClass.

Sources:
    https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html
    https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/ingress_class/
"""

from collections.abc import Mapping

from crosslink.graph import tokens

AUTO_MODE, ALB = "eks.amazonaws.com/alb", "ingress.k8s.aws/alb"
# Controller → the API group and the type of the parameters that a class of it may name
PARAMETERS: Mapping[str | None, tuple[str, str]] = {
    AUTO_MODE: ("eks.amazonaws.com", tokens.INGRESS_CLASS_PARAMS),
    ALB: ("elbv2.k8s.aws", tokens.CONTROLLER_CLASS_PARAMS),
}
