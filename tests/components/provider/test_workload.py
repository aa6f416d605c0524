"""Workload: a Deployment of restricted pods, its Secret, Service, disruption budget and network policy."""

from functools import cache

from pulumi import ResourceOptions
from pydantic import SecretStr

from components.provider.workload import Workload, WorkloadArgs
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import Run
from settings.pods import Health
from settings.service import Service
from tests.components.support import PROVIDER, children, counts, kubernetes, places
from tests.waiting import depends

REGION = "us-east-1"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
SERVICE = "kubernetes:core/v1:Service"
BUDGET = "kubernetes:policy/v1:PodDisruptionBudget"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
SECRET = "kubernetes:core/v1:Secret"  # noqa: S105 - a type
LABELS = {"app.kubernetes.io/name": "svc1"}
METADATA = {"name": "svc1", "namespace": "crosslink-apps", "labels": LABELS}


@cache
def built(*, port: int = 8080, hidden: str = "", preview: bool = False) -> Run:
    def program() -> None:
        args = WorkloadArgs(
            namespace="crosslink-apps",
            service=Service(
                name="svc1",
                path="/svc1",
                image="hashicorp/http-echo:1.0",
                args=("-text=svc1", "-listen=:8080"),
                env={"TOKEN": SecretStr(hidden) if hidden else "open", "LOG_LEVEL": "info"},
                port=port,
                replicas=3,
                health=Health(path="/ready"),
            ),
            client_cidrs=["10.20.48.64/26", "10.20.80.64/26"],
        )
        Workload("apps-svc1", args, ResourceOptions(providers=[kubernetes(PROVIDER, REGION)]))

    return run(program, preview=preview)


def test_creates_a_deployment_a_service_a_budget_and_a_network_policy():
    found = built()
    made = children(found, found.one("crosslink:provider:Workload"))
    assert counts(made) == {DEPLOYMENT: 1, SERVICE: 1, BUDGET: 1, POLICY: 1}
    assert places(made) == {(PROVIDER, REGION)}
    assert {resource.name for resource in made} == {"apps-svc1"}


def test_the_pods_are_restricted_probed_and_spread_over_zones():
    healthy = {"path": "/ready", "port": "http"}
    container = {
        "name": "svc1",
        "image": "hashicorp/http-echo:1.0",
        "args": ["-text=svc1", "-listen=:8080"],
        "env": [{"name": "LOG_LEVEL", "value": "info"}, {"name": "TOKEN", "value": "open"}],
        "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
        "readinessProbe": {"httpGet": healthy, "periodSeconds": 5, "failureThreshold": 2},
        "livenessProbe": {
            "httpGet": healthy,
            "initialDelaySeconds": 10,
            "periodSeconds": 10,
            "failureThreshold": 6,
        },
        "lifecycle": {"preStop": {"sleep": {"seconds": 15}}},
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],  # noqa: S108 - in the pod
    }
    pod = {
        "containers": [container],
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 65532,
            "runAsGroup": 65532,
            "fsGroup": 65532,
            "seccompProfile": {"type": "RuntimeDefault"},
            "sysctls": [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}],
        },
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": 45,
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "topology.kubernetes.io/zone",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": LABELS},
            }
        ],
        "volumes": [{"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}}],
    }
    assert built().one(DEPLOYMENT).inputs == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": METADATA,
        "spec": {
            "replicas": 3,
            "selector": {"matchLabels": LABELS},
            "template": {"metadata": {"labels": LABELS}, "spec": pod},
        },
    }


def test_the_service_leads_to_the_pods_port_and_tells_the_alb_its_health_path():
    assert built().one(SERVICE).inputs == {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {**METADATA, "annotations": {"alb.ingress.kubernetes.io/healthcheck-path": "/ready"}},
        "spec": {
            "type": "ClusterIP",
            "selector": LABELS,
            "ports": [{"name": "http", "port": 80, "targetPort": "http"}],
        },
    }


def test_a_disruption_takes_one_pod_at_a_time():
    assert built().one(BUDGET).inputs == {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": METADATA,
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": LABELS}},
    }


def test_a_port_under_1024_needs_no_capability():
    low, high = (built(port=port).one(DEPLOYMENT).inputs["spec"]["template"]["spec"] for port in (80, 8080))
    assert low["containers"][0]["ports"] == [{"name": "http", "containerPort": 80, "protocol": "TCP"}]
    assert low["containers"][0]["securityContext"] == high["containers"][0]["securityContext"]
    assert low["securityContext"]["sysctls"] == [
        {"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}
    ]


def test_the_service_does_not_depend_on_the_pods_port():
    assert built(port=80).one(SERVICE).inputs == built().one(SERVICE).inputs


def test_only_the_alb_reaches_the_pods_and_only_on_their_port():
    ranges = [{"ipBlock": {"cidr": cidr}} for cidr in ("10.20.48.64/26", "10.20.80.64/26")]
    assert built(port=9090).one(POLICY).inputs == {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": METADATA,
        "spec": {
            "podSelector": {"matchLabels": LABELS},
            "policyTypes": ["Ingress"],
            "ingress": [{"from": ranges, "ports": [{"port": 9090, "protocol": "TCP"}]}],
        },
    }


def test_secret_values_of_the_environment_are_in_a_secret():
    assert built().of_type(SECRET) == []
    found = built(hidden="s3cr3t")
    secret, deployment = found.one(SECRET), found.one(DEPLOYMENT)
    assert (secret.inputs["metadata"], secret.inputs["stringData"]) == (METADATA, {"TOKEN": "s3cr3t"})
    assert "stringData" in secret.secrets
    assert deployment.inputs["spec"]["template"]["spec"]["containers"][0]["env"] == [
        {"name": "LOG_LEVEL", "value": "info"},
        {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "svc1", "key": "TOKEN"}}},
    ]
    assert depends(found, deployment, on=secret)
    assert "s3cr3t" not in str(deployment.inputs)


def test_another_secret_value_makes_new_pods():
    assert "annotations" not in built().one(DEPLOYMENT).inputs["spec"]["template"]["metadata"]
    first, second = (
        built(hidden=text).one(DEPLOYMENT).inputs["spec"]["template"] for text in ("s3cr3t", "0th3r")
    )
    assert first["spec"] == second["spec"]
    assert first["metadata"]["annotations"] != second["metadata"]["annotations"]


def test_the_output_is_the_services_name():
    assert built().one("crosslink:provider:Workload").outputs == {"serviceName": "svc1"}


def test_a_preview_shows_every_object_whole():
    previewed, created = built(preview=True), built()
    assert {urn: resource.inputs for urn, resource in previewed.resources.items()} == {
        urn: resource.inputs for urn, resource in created.resources.items()
    }
