"""Faults of order: what is made before what it needs, and so deleted after it."""

from crosslink.graph import tokens
from tests.faults.change import spell_out, together, unwait, wait
from tests.faults.fault import ORDER, Fault
from tests.faults.names import PROVIDER

FAULTS = (
    Fault(
        name="deployment doesn't wait for the methods",
        change=unwait(tokens.API_DEPLOYMENT),
        rule="deployment-waits-for-methods",
        stack="existing-api",
        live=ORDER,
        source="https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html",
    ),
    Fault(
        name="targets don't wait for the endpoint",
        change=unwait(tokens.ATTACHMENT, "crosslink-apps-use1-*"),
        rule="target-waits-for-the-endpoint",
        live=ORDER,
    ),
    Fault(
        name="targets don't wait for acceptance",
        change=together(
            unwait(tokens.ATTACHMENT, "crosslink-apps-use1-*"),
            wait(tokens.ATTACHMENT, "crosslink-apps-use1-*", for_=(tokens.ENDPOINT, "crosslink-apps")),
        ),
        rule="target-waits-for-the-endpoint",
        stack="manual-acceptance",
        live=ORDER,
        source="https://github.com/hashicorp/terraform-provider-aws/issues/27761",
    ),
    Fault(
        name="ALB is attached before its listener is there",
        change=spell_out(tokens.ATTACHMENT, PROVIDER, "targetId"),
        rule="alb-target-waits-for-the-ingress",
        live=ORDER,
        source="https://github.com/hashicorp/terraform-provider-aws/issues/38987",
    ),
    Fault(
        name="endpoint waits for the cluster",
        change=wait(tokens.ENDPOINT, "*", for_=(tokens.INGRESS, "crosslink-apps")),
        rule="consumer-goes-ahead",
        live=ORDER,
    ),
    Fault(
        name="Ingress doesn't wait for its Services and class",
        change=unwait(tokens.INGRESS),
        rule="ingress-waits-for-its-parts",
        live=ORDER,
        source="https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/1629",
    ),
    Fault(
        name="cluster doesn't wait for its way out",
        change=unwait("eks:index:Cluster"),
        rule="cluster-waits-for-its-way-out",
        live=ORDER,
        source="https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2014",
    ),
)
