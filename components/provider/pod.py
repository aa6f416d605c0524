"""The pods of a service: restricted, with the size, place and environment that the settings give."""

import hashlib
import re
from collections.abc import Mapping

from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs
from pydantic import SecretStr

from components.provider.probes import liveness_probe, ports, readiness_probe, startup_probe
from settings.pods import POD_IP, TMP
from settings.service import Service

DRAIN_SECONDS = 15
"""Seconds that a pod continues to serve after it is told to stop, while the ALB deregisters it."""
TMP_SIZE, WRITABLE_SIZE = "64Mi", "1Gi"
"""The most that the files in a writable folder may take; a pod with more is evicted
(https://kubernetes.io/docs/concepts/storage/volumes/#emptydir)."""


def pod(service: Service, selector: LabelSelectorArgs, host: str | None) -> core.PodSpecArgs:
    """The pods' specification.

    Args:
        service: the service; its name is that of its Secret and its ServiceAccount.
        selector: the labels of its pods.
        host: the host that requests are for; None if it isn't known.

    Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    """
    user, folders = service.run_as_user, _folders(service)
    return core.PodSpecArgs(
        containers=[_container(service, host, folders)],
        security_context=core.PodSecurityContextArgs(
            # A numeric user id: `runAsNonRoot` can't be verified for an image that names its user.
            run_as_non_root=True,
            run_as_user=user,
            run_as_group=user,
            fs_group=user,
            seccomp_profile=core.SeccompProfileArgs(type="RuntimeDefault"),
            # A "safe" sysctl that allows low ports such as 80 without the capability to bind them
            # (https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/).
            sysctls=[core.SysctlArgs(name="net.ipv4.ip_unprivileged_port_start", value="0")],
        ),
        node_selector={"kubernetes.io/arch": service.architecture},
        image_pull_secrets=[core.LocalObjectReferenceArgs(name=service.image_pull_secret)]
        if service.image_pull_secret
        else None,
        service_account_name=service.name if service.service_account else None,
        # Nothing here asks the cluster's API. EKS adds a volume of its own for the token of Pod Identity
        # (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html).
        automount_service_account_token=False,
        enable_service_links=False,
        termination_grace_period_seconds=DRAIN_SECONDS + 30,
        topology_spread_constraints=[
            core.TopologySpreadConstraintArgs(
                max_skew=1,
                topology_key="topology.kubernetes.io/zone",
                when_unsatisfiable="ScheduleAnyway",
                label_selector=selector,
            )
        ],
        volumes=[
            core.VolumeArgs(
                name=name,
                empty_dir=core.EmptyDirVolumeSourceArgs(
                    size_limit=TMP_SIZE if path == TMP else WRITABLE_SIZE
                ),
            )
            for name, path in folders.items()
        ],
    )


def _container(service: Service, host: str | None, folders: Mapping[str, str]) -> core.ContainerArgs:
    return core.ContainerArgs(
        name=service.name,
        image=service.image,
        command=list(service.command) or None,
        args=list(service.args),
        env=_environment(service),
        env_from=_more_environment(service) or None,
        ports=[
            core.ContainerPortArgs(name=name, container_port=port, protocol="TCP")
            for name, port in ports(service).items()
        ],
        security_context=core.SecurityContextArgs(
            allow_privilege_escalation=False,
            read_only_root_filesystem=True,
            capabilities=core.CapabilitiesArgs(drop=["ALL"]),
        ),
        # Memory can't be taken back: a limit beyond the request is a pod that a full node kills.
        resources=core.ResourceRequirementsArgs(
            requests={"cpu": service.resources.cpu, "memory": service.resources.memory},
            limits={"memory": service.resources.memory},
        ),
        startup_probe=startup_probe(service, host),
        readiness_probe=readiness_probe(service, host),
        liveness_probe=liveness_probe(service, host),
        # Endpoints and ALB targets are removed some seconds after the pod is told to stop: it must serve
        # until then. This handler needs no shell in the image.
        lifecycle=core.LifecycleArgs(
            pre_stop=core.LifecycleHandlerArgs(sleep=core.SleepActionArgs(seconds=DRAIN_SECONDS))
        ),
        volume_mounts=[core.VolumeMountArgs(name=name, mount_path=path) for name, path in folders.items()],
    )


def _environment(service: Service) -> list[core.EnvVarArgs]:
    address = core.EnvVarSourceArgs(field_ref=core.ObjectFieldSelectorArgs(field_path="status.podIP"))
    own = [_variable(service.name, name, value) for name, value in sorted(service.env.items())]
    # Only variables that come later can hold `$(POD_IP)`.
    return [core.EnvVarArgs(name=POD_IP, value_from=address), *own]


def _variable(secret: str, name: str, value: str | SecretStr) -> core.EnvVarArgs:
    if isinstance(value, str):
        return core.EnvVarArgs(name=name, value=value)
    reference = core.SecretKeySelectorArgs(name=secret, key=name)
    return core.EnvVarArgs(name=name, value_from=core.EnvVarSourceArgs(secret_key_ref=reference))


def _more_environment(service: Service) -> list[core.EnvFromSourceArgs]:
    given = service.env_from
    return [
        *(
            core.EnvFromSourceArgs(config_map_ref=core.ConfigMapEnvSourceArgs(name=n))
            for n in given.config_maps
        ),
        *(core.EnvFromSourceArgs(secret_ref=core.SecretEnvSourceArgs(name=name)) for name in given.secrets),
    ]


def _folders(service: Service) -> Mapping[str, str]:
    """Name of a volume → the folder where it is mounted. Another folder renames none."""
    return {"tmp": TMP, **{_volume_name(path): path for path in service.writable_paths}}


def _volume_name(path: str) -> str:
    """A DNS label that begins with what the path says, and differs from that of each other path."""
    readable = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-")[:40].strip("-")
    digest = hashlib.sha256(path.encode()).hexdigest()[:8]
    return f"{readable}-{digest}" if readable else digest
