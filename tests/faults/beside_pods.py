"""Faults of what pods need to be reached, to start, to stay, and to be themselves."""

from typing import Any

from crosslink.graph import tokens
from crosslink.path.ingress_rules import ANNOTATIONS
from crosslink.rules.grade import Grade
from tests.faults.change import annotate, drop, edit, in_aws, put, together, unpoint, unwait
from tests.faults.cluster import SVC1, container
from tests.faults.fault import MADE_BEFORE, ORDER, THEIRS, CannotKnow, Fault
from tests.faults.healthy.pods import SCALER, of_the_namespace

DEPLOYMENT = (tokens.KUBERNETES_DEPLOYMENT, SVC1)
POLICY = (tokens.NETWORK_POLICY, SVC1)
UNASKED = CannotKnow("the doctor doesn't ask EKS whose rights pods have: requests get through without")
SCALED = CannotKnow("the autoscaler itself sets the number in the cluster")


def _one_subnet_less(policy: Any) -> None:
    policy["spec"]["ingress"][0]["from"].pop()


def _metrics(deployment: Any) -> None:
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    container["ports"].append({"name": "metrics", "containerPort": 9090.0})


def _liveness(**probe: float) -> dict[str, object]:
    return {"httpGet": {"path": "/", "port": "http"}, **probe}


REACHED = (
    Fault(
        name="ALB asks the pods a path that no probe asks",
        change=annotate(tokens.KUBERNETES_SERVICE, SVC1, f"{ANNOTATIONS}/healthcheck-path", "/status"),
        rule="alb-asks-what-is-ready",
    ),
    Fault(
        name="ALB asks the pods' port for metrics, which no probe asks",
        change=together(
            edit(*DEPLOYMENT, _metrics),
            annotate(tokens.KUBERNETES_SERVICE, SVC1, f"{ANNOTATIONS}/healthcheck-port", "9090"),
        ),
        rule="alb-asks-what-is-ready",
    ),
    Fault(
        name="readiness is asked elsewhere than the ALB asks",
        change=container(readinessProbe={"httpGet": {"path": "/ready", "port": "http"}}),
        rule="alb-asks-what-is-ready",
    ),
    Fault(
        name="network policy admits another port",
        change=put(*POLICY, "spec", "ingress", 0, "ports", 0, "port", value=9090.0),
        rule="pods-admit-the-alb",
    ),
    Fault(
        name="network policy leaves one of the ALB's subnets out",
        grade=Grade.STOPS_SOME,
        change=edit(*POLICY, _one_subnet_less),
        rule="pods-admit-the-alb",
    ),
    Fault(
        name="network policy that denies all is alone",
        grade=Grade.STOPS,
        change=drop(*POLICY),
        rule="pods-admit-the-alb",
    ),
)
STAY = (
    Fault(
        name="liveness gives a pod half a minute to start",
        change=container(startupProbe=None, livenessProbe=_liveness()),
        rule="pods-have-time-to-start",
    ),
    Fault(
        name="number of pods is fixed beside an autoscaler",
        change=of_the_namespace(tokens.AUTOSCALER, SCALER),
        rule="autoscaler-alone-counts",
        live=SCALED,
    ),
    Fault(
        name="autoscaler counts the pods of another Deployment",
        change=together(
            put(*DEPLOYMENT, "spec", "replicas", value=None),
            of_the_namespace(
                tokens.AUTOSCALER, {**SCALER, "scaleTargetRef": {"kind": "Deployment", "name": "api"}}
            ),
        ),
        rule="two-pods-are-wanted",
    ),
    Fault(
        name="one pod is enough for the autoscaler",
        change=together(
            put(*DEPLOYMENT, "spec", "replicas", value=None),
            of_the_namespace(tokens.AUTOSCALER, {**SCALER, "minReplicas": 1.0}),
        ),
        rule="two-pods-are-wanted",
    ),
    Fault(
        name="one pod is enough for the autoscaler beside a number of pods",
        change=of_the_namespace(tokens.AUTOSCALER, {**SCALER, "minReplicas": 1.0}),
        rule="two-pods-are-wanted",
        grade=Grade.REDUNDANCY,
    ),
    Fault(
        name="there is one pod",
        change=put(*DEPLOYMENT, "spec", "replicas", value=1.0),
        rule="two-pods-are-wanted",
    ),
)
START = (
    Fault(
        name="pods name a ServiceAccount that isn't there",
        change=put(*DEPLOYMENT, "spec", "template", "spec", "serviceAccountName", value="svc1"),
        rule="service-account-is-there",
    ),
    Fault(
        name="pods read a ConfigMap that isn't there",
        change=container(envFrom=[{"configMapRef": {"name": "settings"}}]),
        rule="pods-find-what-they-read",
        planned=MADE_BEFORE,
    ),
    Fault(
        name="somebody deletes the ConfigMap that pods read",
        change=in_aws(drop(tokens.CONFIG_MAP, "shop")),
        rule="pods-find-what-they-read",
        stack="django",
        planned=THEIRS,
    ),
    Fault(
        name="pods name a ServiceAccount of another namespace",
        change=put(tokens.SERVICE_ACCOUNT, "*", "metadata", "namespace", value="default"),
        rule="service-account-is-there",
        stack="arm64",
    ),
)
IDENTITY = (
    *(
        Fault(
            name=f"Pod Identity association is for another {what}",
            change=unpoint(tokens.POD_IDENTITY, "*", key, value=value),
            rule="identity-is-the-pods",
            stack="arm64",
            live=UNASKED,
        )
        for what, key, value in (
            ("cluster", "clusterName", "crosslink-dev-apps"),
            ("namespace", "namespace", "default"),
            ("ServiceAccount", "serviceAccount", "default"),
        )
    ),
    Fault(
        name="pods don't wait for their Pod Identity association",
        change=unwait(tokens.KUBERNETES_DEPLOYMENT, "crosslink-apps-search"),
        rule="pods-wait-for-their-identity",
        stack="arm64",
        live=ORDER,
    ),
)

FAULTS = REACHED + STAY + START + IDENTITY
