"""What the security standard of a namespace refuses of pods.

Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from collections.abc import Iterable, Iterator, Mapping

from crosslink.graph import tokens
from crosslink.graph.graph import Graph
from crosslink.graph.node import Node, Value, doubt, fields, items, number
from crosslink.graph.unknown import Fact, Unknown
from crosslink.path.ingress import object_named
from crosslink.path.pod_template import all_containers

ENFORCE = (
    "pod-security.kubernetes.io/enforce"  # label of a namespace: `privileged`, `baseline` or `restricted`
)
BASELINE, RESTRICTED = "baseline", "restricted"
CAPABILITIES = frozenset(
    (
        *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE"),
        *("SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
    )
)
_IPV4 = "net.ipv4."
SYSCTLS = frozenset(
    (
        "kernel.shm_rmid_forced",
        f"{_IPV4}ip_local_port_range",
        f"{_IPV4}ip_local_reserved_ports",
        f"{_IPV4}ip_unprivileged_port_start",
        f"{_IPV4}ping_group_range",
        f"{_IPV4}tcp_fin_timeout",
        f"{_IPV4}tcp_keepalive_intvl",
        f"{_IPV4}tcp_keepalive_probes",
        f"{_IPV4}tcp_keepalive_time",
        f"{_IPV4}tcp_syncookies",
    )
)
SELINUX = frozenset(("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"))
VOLUMES = frozenset(
    (
        *("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim"),
        *("projected", "secret"),
    )
)
OF_HOST = ("hostNetwork", "hostPID", "hostIPC")


def insecure_of(graph: Graph, deployment: Node) -> Fact[tuple[str, ...]]:
    """What the standard that a Deployment's namespace enforces refuses of its pods; of a namespace that
    isn't at hand nothing is known to be enforced."""
    namespace = object_named(
        graph, tokens.NAMESPACE, deployment, None, deployment.get("metadata", "namespace")
    )
    if not isinstance(namespace, Node):
        return ()
    level, pod = namespace.get("metadata", "labels", ENFORCE), deployment.get("spec", "template", "spec")
    if level not in (BASELINE, RESTRICTED):
        return doubt(level) or ()
    secured = [fields(pod).get("securityContext"), fields(pod).get("volumes")]
    secured += [container.get("securityContext") for container in all_containers(pod)]
    if unknown := doubt(secured):
        return unknown
    found = tuple(refused(fields(pod), strictly=level == RESTRICTED))
    silent = [str(each.get("name")) for each in all_containers(pod) if not each.get("securityContext")]
    if level == RESTRICTED and silent and not found:
        told = f"container {silent[0]} has no securityContext: whether an admission gives it one isn't known"
        return Unknown(f"{told}, and without the namespace refuses it")
    return found


def refused(pod: Mapping[str, Value], *, strictly: bool) -> Iterator[str]:
    """What the standard `baseline` refuses of a pod, or `restricted` with `strictly`."""
    of_pod = fields(pod.get("securityContext"))
    yield from (f"{name} is set" for name in OF_HOST if pod.get(name) is True)
    for sysctl in map(fields, items(of_pod.get("sysctls"))):
        if sysctl.get("name") not in SYSCTLS:
            yield f"sysctl {sysctl.get('name')} is set"
    for volume in map(fields, items(pod.get("volumes"))):
        kinds = volume.keys() - {"name"}
        if "hostPath" in kinds or (strictly and kinds - VOLUMES):
            yield f"volume {volume.get('name')} is a {', '.join(sorted(kinds))}"
    yield from _context("the pods'", of_pod, of_pod)
    for container in all_containers(pod):
        own, name = fields(container.get("securityContext")), f"container {container.get('name')}:"
        yield from _context(name, own, own)
        yield from _container(name, container, own)
        if strictly and own:
            yield from _strictly(name, {**of_pod, **own}, own)


def _context(name: str, found: Mapping[str, Value], own: Mapping[str, Value]) -> Iterator[str]:
    selinux = fields(found.get("seLinuxOptions"))
    if (selinux.get("type") or "") not in SELINUX or selinux.get("user") or selinux.get("role"):
        yield f"{name} seLinuxOptions are set"
    for profile in ("seccompProfile", "appArmorProfile"):
        if fields(own.get(profile)).get("type") == "Unconfined":
            yield f"{name} {profile} is Unconfined"
    if fields(own.get("windowsOptions")).get("hostProcess") is True:
        yield f"{name} hostProcess is set"


def _container(name: str, container: Mapping[str, Value], own: Mapping[str, Value]) -> Iterator[str]:
    if own.get("privileged") is True:
        yield f"{name} privileged is set"
    if extra := {*items(fields(own.get("capabilities")).get("add"))} - CAPABILITIES:
        yield f"{name} capability {min(map(str, extra))} is added"
    if own.get("procMount") not in (None, "Default"):
        yield f"{name} procMount is {own['procMount']}"
    if ports := [number(fields(port).get("hostPort")) for port in items(container.get("ports"))]:
        yield from (f"{name} hostPort {port} is taken" for port in ports if port)
    hosts = (fields(asked).get("host") for asked in _asking(container))
    yield from (f"{name} a probe or hook asks host {host}" for host in hosts if host)


def _asking(container: Mapping[str, Value]) -> Iterable[Value]:
    """The requests of probes and hooks: since version 1.34 they may ask the pod alone."""
    probes = [fields(container.get(f"{kind}Probe")) for kind in ("startup", "liveness", "readiness")]
    hooks = [fields(hook) for hook in fields(container.get("lifecycle")).values()]
    return [asker.get(way) for asker in (*probes, *hooks) for way in ("httpGet", "tcpSocket")]


def _strictly(name: str, both: Mapping[str, Value], own: Mapping[str, Value]) -> Iterator[str]:
    if own.get("allowPrivilegeEscalation") is not False:
        yield f"{name} allowPrivilegeEscalation isn't false"
    if both.get("runAsNonRoot") is not True:
        yield f"{name} runAsNonRoot isn't true"
    if number(both.get("runAsUser")) == 0:
        yield f"{name} runAsUser is 0"
    if fields(both.get("seccompProfile")).get("type") not in ("RuntimeDefault", "Localhost"):
        yield f"{name} seccompProfile isn't RuntimeDefault"
    capabilities = fields(own.get("capabilities"))
    if "ALL" not in items(capabilities.get("drop")):
        yield f"{name} capabilities.drop isn't ALL"
    if extra := {*items(capabilities.get("add"))} - {"NET_BIND_SERVICE"}:
        yield f"{name} capability {min(map(str, extra))} is added"
