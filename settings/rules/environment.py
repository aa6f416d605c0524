"""What is handed to containers fits into Linux, and into the objects of Kubernetes that carry it."""

from collections.abc import Iterator, Mapping

from pydantic import SecretStr

from settings.errors import Fault, key
from settings.rules.keys import Clusters
from settings.service import Service

MAX_STRING = 128 * 1024 - 1
"""Bytes of an argument, or of a variable with its name, without the NUL at its end
(https://man7.org/linux/man-pages/man2/execve.2.html, "Limits on size of arguments and environment")."""
MAX_ENVIRONMENT = 1024 * 1024
"""Bytes of a Secret (https://kubernetes.io/docs/concepts/configuration/secret/#restriction-data-size). What
is no secret is in a Deployment and its pods: etcd takes 1.5 MiB (https://etcd.io/docs/v3.5/dev-guide/limits/)."""
OVERHEAD = 100
"""Bytes that an object needs for a variable besides its text: its keys, and its place in `managedFields`."""


def environments_fit(clusters: Clusters) -> Iterator[Fault]:
    """Each text of a service, and all of them together."""
    for path, backend in clusters.items():
        for index, service in enumerate(backend.services):
            if isinstance(service, Service):
                yield from _fits(key(path, "services", index), service)


def _fits(path: str, service: Service) -> Iterator[Fault]:
    texts: Mapping[tuple[str, str | int], tuple[str, str | SecretStr]] = {
        **{("command", i): (text, text) for i, text in enumerate(service.command)},
        **{("args", i): (text, text) for i, text in enumerate(service.args)},
        **{("env", name): (f"{name}={_shown(value)}", value) for name, value in service.env.items()},
    }
    for place, (text, value) in texts.items():
        if "\0" in text:
            must = "must hold no NUL, which ends a text in Linux"
        elif len(text.encode()) > MAX_STRING:
            must = f"must have {MAX_STRING} bytes or less, with its name: Linux takes no longer text"
        else:
            continue
        yield Fault(path=key(path, *place), value=value, must=must, fix="# in a file of the image instead")
    size = sum(len(text.encode()) + OVERHEAD for text, _ in texts.values())
    if size > MAX_ENVIRONMENT:
        yield Fault(
            path=key(path, "env"),
            value=dict(service.env),
            must=f"must have {MAX_ENVIRONMENT} bytes or less together with args and command: "
            "no object of Kubernetes holds more",
            fix="# a part of it in Secrets and ConfigMaps of envFrom, or in files of the image",
        )


def _shown(value: str | SecretStr) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
