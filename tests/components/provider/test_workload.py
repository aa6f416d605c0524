"""Workload: a Deployment of restricted pods, its Secret, Service, disruption budget and network policy."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from pulumi import ResourceOptions
from pydantic import SecretStr

from components.provider.workload import Workload, WorkloadArgs
from crosslink.sandbox.engine import run
from crosslink.sandbox.record import Run
from settings.pods import Autoscaling, EnvFrom, Health, Resources, ServiceAccount
from settings.service import Service
from tests.components.support import PROVIDER, account, children, counts, kubernetes, places
from tests.waiting import depends

REGION = "us-east-1"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
SERVICE = "kubernetes:core/v1:Service"
BUDGET = "kubernetes:policy/v1:PodDisruptionBudget"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
SECRET = "kubernetes:core/v1:Secret"  # noqa: S105 - a type
AUTOSCALER = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
ACCOUNT = "kubernetes:core/v1:ServiceAccount"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
LABELS = {"app.kubernetes.io/name": "svc1"}
ROLE = f"arn:aws:iam::{PROVIDER}:role/orders"
ADDRESS = {"name": "POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}
METADATA = {"name": "svc1", "namespace": "crosslink-apps", "labels": LABELS}


@cache
def built(
    *,
    port: int = 8080,
    hidden: str = "",
    host: str | None = "apps.crosslink.example.com",
    longest_request: int = 29,
    more: str = "",
    preview: bool = False,
) -> Run:
    """A service with settings of its own; `more` names some of the table below."""

    def program() -> None:
        given: dict[str, Any] = {
            "name": "svc1",
            "path": "/svc1",
            "image": "hashicorp/http-echo:1.0",
            "args": ("-text=svc1", "-listen=:8080"),
            "env": {"TOKEN": SecretStr(hidden) if hidden else "open", "LOG_LEVEL": "info"},
            "port": port,
            "replicas": 3,
            "health": Health(path="/live"),
        }
        args = WorkloadArgs(
            namespace="crosslink-apps",
            service=Service(**{**given, **(MORE[more] if more else {})}),
            client_cidrs=["10.20.48.64/26", "10.20.80.64/26"],
            cluster_name="crosslink-dev-apps",
            host=host,
            longest_request=longest_request,
        )
        providers = [account(PROVIDER, REGION), kubernetes(PROVIDER, REGION)]
        Workload("apps-svc1", args, ResourceOptions(providers=providers))

    return run(program, preview=preview)


MORE: Mapping[str, Mapping[str, Any]] = {
    "scaling": {"replicas": Autoscaling(max=6, cpu_percent=50)},
    "health": {
        "health": Health(path="/live", readiness_path="/ready", port=8081, timeout_seconds=3),
        "startup_seconds": 92,
    },
    "one port": {"health": Health(port=8080)},
    "one pod": {"replicas": 1, "startup_seconds": 900},
    "image": {
        "command": ("/app/serve", "--all"),
        "image_pull_secret": "registry",
        "architecture": "arm64",
        "run_as_user": 1000,
        "resources": Resources(cpu="250m", memory="512Mi"),
    },
    "env": {"env_from": EnvFrom(secrets=("orders-db",), config_maps=("orders", "shared"))},
    "folders": {"writable_paths": ("/var/cache", "/Var/cache", "/._")},
    "role": {"service_account": ServiceAccount(role_arn=ROLE)},
}


def spec(found: Run) -> Any:
    return found.one(DEPLOYMENT).inputs["spec"]


def pod(found: Run) -> Any:
    return spec(found)["template"]["spec"]


def container(found: Run) -> Any:
    return pod(found)["containers"][0]


def test_creates_a_deployment_a_service_a_budget_and_a_network_policy():
    found = built()
    made = children(found, found.one("crosslink:provider:Workload"))
    assert counts(made) == {DEPLOYMENT: 1, SERVICE: 1, BUDGET: 1, POLICY: 1}
    assert places(made) == {(PROVIDER, REGION)}
    assert {resource.name for resource in made} == {"apps-svc1"}


def test_the_pods_are_restricted_probed_and_spread_over_zones():
    host = {"name": "Host", "value": "apps.crosslink.example.com"}
    healthy = {"path": "/live", "port": "http", "httpHeaders": [host]}
    container = {
        "name": "svc1",
        "image": "hashicorp/http-echo:1.0",
        "args": ["-text=svc1", "-listen=:8080"],
        "env": [ADDRESS, {"name": "LOG_LEVEL", "value": "info"}, {"name": "TOKEN", "value": "open"}],
        "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "256Mi"}},
        "startupProbe": {
            "httpGet": healthy,
            "periodSeconds": 5,
            "timeoutSeconds": 5,
            "failureThreshold": 12,
            "terminationGracePeriodSeconds": 30,
        },
        "readinessProbe": {
            "httpGet": healthy,
            "periodSeconds": 5,
            "timeoutSeconds": 5,
            "failureThreshold": 2,
        },
        "livenessProbe": {
            "httpGet": healthy,
            "periodSeconds": 10,
            "timeoutSeconds": 5,
            "failureThreshold": 6,
            "terminationGracePeriodSeconds": 30,
        },
        "lifecycle": {"preStop": {"sleep": {"seconds": 44}}},
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
        "nodeSelector": {"kubernetes.io/arch": "amd64"},
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": 74,
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
        "metadata": {**METADATA, "annotations": {"pulumi.com/patchForce": "true"}},
        "spec": {
            "replicas": 3,
            "progressDeadlineSeconds": 660,
            "selector": {"matchLabels": LABELS},
            "template": {"metadata": {"labels": LABELS}, "spec": pod},
        },
    }


def test_the_service_leads_to_the_pods_port_and_tells_the_alb_its_health_checks():
    assert built().one(SERVICE).inputs == {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            **METADATA,
            "annotations": {
                "alb.ingress.kubernetes.io/healthcheck-path": "/live",
                "alb.ingress.kubernetes.io/healthcheck-interval-seconds": "15",
                "alb.ingress.kubernetes.io/healthcheck-timeout-seconds": "5",
            },
        },
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
        "spec": {
            "maxUnavailable": 1,
            "selector": {"matchLabels": LABELS},
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
        },
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
        ADDRESS,
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


def test_an_autoscaler_sets_the_number_of_pods_and_the_deployment_does_not():
    found = built(more="scaling")
    assert found.one(AUTOSCALER).inputs == {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": METADATA,
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "svc1"},
            "minReplicas": 2,
            "maxReplicas": 6,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}},
                }
            ],
        },
    }
    assert "replicas" not in spec(found)
    # Otherwise an up would take the number from the autoscaler.
    assert "annotations" not in found.one(DEPLOYMENT).inputs["metadata"]
    assert built().of_type(AUTOSCALER) == []


def test_pods_stay_when_an_autoscaler_takes_over_their_number():
    # Kubernetes makes it 1 if nobody applies it any more.
    assert built(more="scaling").one(DEPLOYMENT).options.ignore_changes == ("spec.replicas",)
    assert built().one(DEPLOYMENT).options.ignore_changes == ()


def test_what_restarts_a_pod_and_what_the_alb_asks_are_two_things():
    found = built(more="health")
    asked = {
        name: (probe["httpGet"]["path"], probe["httpGet"]["port"], probe["timeoutSeconds"])
        for name, probe in container(found).items()
        if name.endswith("Probe")
    }
    assert asked == {
        "startupProbe": ("/live", "health", 3),
        "livenessProbe": ("/live", "health", 3),
        "readinessProbe": ("/ready", "health", 3),
    }
    assert container(found)["startupProbe"]["failureThreshold"] == 19
    assert found.one(SERVICE).inputs["metadata"]["annotations"] == {
        "alb.ingress.kubernetes.io/healthcheck-path": "/ready",
        "alb.ingress.kubernetes.io/healthcheck-port": "8081",
        "alb.ingress.kubernetes.io/healthcheck-interval-seconds": "15",
        "alb.ingress.kubernetes.io/healthcheck-timeout-seconds": "3",
    }


def test_another_port_for_health_is_one_of_the_container_and_is_admitted():
    found = built(more="health")
    assert container(found)["ports"] == [
        {"name": "http", "containerPort": 8080, "protocol": "TCP"},
        {"name": "health", "containerPort": 8081, "protocol": "TCP"},
    ]
    [rule] = found.one(POLICY).inputs["spec"]["ingress"]
    assert [port["port"] for port in rule["ports"]] == [8080, 8081]


def test_the_same_port_for_health_is_no_other():
    found = built(more="one port")
    assert [port["name"] for port in container(found)["ports"]] == ["http"]
    assert container(found)["readinessProbe"]["httpGet"]["port"] == "http"
    annotations = found.one(SERVICE).inputs["metadata"]["annotations"]
    assert "alb.ingress.kubernetes.io/healthcheck-port" not in annotations


def test_probes_name_no_host_that_is_not_known():
    assert "httpHeaders" not in container(built(host=None))["readinessProbe"]["httpGet"]


@pytest.mark.parametrize(
    ("more", "deadline", "seconds"), [("", 660, 780), ("one pod", 1500, 1500), ("scaling", 660, 840)]
)
def test_as_long_as_pods_may_take_to_start_nobody_gives_up(more: str, deadline: int, seconds: int):
    found = built(more=more)
    assert spec(found)["progressDeadlineSeconds"] == deadline
    for type_ in (DEPLOYMENT, SERVICE):
        assert found.one(type_).options.custom_timeouts == {
            "create": f"{seconds}s",
            "update": f"{seconds}s",
            "delete": "374s",
        }


def test_a_pod_that_stops_answers_the_longest_request_first():
    found = built(longest_request=900)
    assert container(found)["lifecycle"] == {"preStop": {"sleep": {"seconds": 915}}}
    assert pod(found)["terminationGracePeriodSeconds"] == 945
    assert found.one(DEPLOYMENT).options.custom_timeouts["delete"] == "1245s"
    for probe in ("startupProbe", "livenessProbe"):
        assert container(found)[probe]["terminationGracePeriodSeconds"] == 30
    assert "terminationGracePeriodSeconds" not in container(found)["readinessProbe"]


def test_the_pods_have_the_size_place_and_user_of_the_settings():
    made = pod(built(more="image"))
    [its] = made["containers"]
    assert its["command"] == ["/app/serve", "--all"]
    assert its["resources"] == {
        "requests": {"cpu": "250m", "memory": "512Mi"},
        "limits": {"memory": "512Mi"},
    }
    assert made["imagePullSecrets"] == [{"name": "registry"}]
    assert made["nodeSelector"] == {"kubernetes.io/arch": "arm64"}
    user = made["securityContext"]
    assert (user["runAsUser"], user["runAsGroup"], user["fsGroup"]) == (1000, 1000, 1000)


def test_more_of_the_environment_is_named():
    assert container(built(more="env"))["envFrom"] == [
        {"configMapRef": {"name": "orders"}},
        {"configMapRef": {"name": "shared"}},
        {"secretRef": {"name": "orders-db"}},
    ]
    assert "envFrom" not in container(built())


def test_each_writable_folder_is_a_volume_with_a_limit():
    made = pod(built(more="folders"))
    mounts = {mount["name"]: mount["mountPath"] for mount in made["containers"][0]["volumeMounts"]}
    assert mounts == {
        "tmp": "/tmp",  # noqa: S108 - in the pod
        "var-cache-b79f7b1a": "/var/cache",
        "var-cache-63f5a0da": "/Var/cache",
        "e962477d": "/._",
    }
    limits = {volume["name"]: volume["emptyDir"]["sizeLimit"] for volume in made["volumes"]}
    assert limits == {name: "64Mi" if name == "tmp" else "1Gi" for name in mounts}


def test_pods_have_their_role_before_they_start():
    found = built(more="role")
    deployment, its, association = (found.one(type_) for type_ in (DEPLOYMENT, ACCOUNT, ASSOCIATION))
    assert its.inputs == {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": METADATA,
        "automountServiceAccountToken": False,
    }
    assert association.inputs == {
        "clusterName": "crosslink-dev-apps",
        "namespace": "crosslink-apps",
        "serviceAccount": "svc1",
        "roleArn": ROLE,
    }
    assert places([association]) == {(PROVIDER, REGION)}
    assert depends(found, deployment, on=association)
    assert depends(found, deployment, on=its)
    assert (pod(found)["serviceAccountName"], pod(found)["automountServiceAccountToken"]) == ("svc1", False)
    assert "serviceAccountName" not in pod(built())


def test_the_output_is_the_services_name():
    assert built().one("crosslink:provider:Workload").outputs == {"serviceName": "svc1"}


def test_a_preview_shows_every_object_whole():
    previewed, created = built(preview=True), built()
    assert {urn: resource.inputs for urn, resource in previewed.resources.items()} == {
        urn: resource.inputs for urn, resource in created.resources.items()
    }
