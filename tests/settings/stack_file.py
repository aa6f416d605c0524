"""A stack file as plain data, and edits to it in Pulumi's own notation."""

import copy
import json
import re
from collections.abc import Mapping
from typing import Any

from settings import Api, ClusterBackend, Consumer, Settings, parse
from settings.reference import OutputsOf, outputs_of

DROP = object()
"""As a new value, it removes the key."""

StackFile = dict[str, Any]

STACK_FILE: StackFile = {
    "pulumi:disable-default-providers": ["aws", "kubernetes"],
    "crosslink:consumer": {
        "accountId": "111111111111",
        "region": "us-west-2",
        "roleArn": "arn:aws:iam::111111111111:role/deploy",
        "network": {"cidr": "10.10.0.0/16", "zoneIds": ["usw2-az1", "usw2-az2"]},
        "landings": {"us-east-1": {"cidr": "10.11.0.0/20"}},
    },
    "crosslink:backends": [
        {
            "name": "apps",
            "accountId": "222222222222",
            "region": "us-east-1",
            "roleArn": "arn:aws:iam::222222222222:role/deploy",
            "network": {"cidr": "10.20.0.0/16", "zoneIds": ["use1-az1", "use1-az2"]},
            "cluster": {"publicAccessCidrs": ["203.0.113.0/24"]},
            "services": [
                {"name": "svc1", "path": "/svc1", "image": "echo:1.0", "port": 8080},
                {"name": "svc2", "path": "/svc2", "image": "echo:1.0", "port": 8080},
            ],
        },
        {
            "name": "tools",
            "slot": 1,
            "accountId": "333333333333",
            "region": "us-west-2",
            "network": {"cidr": "10.20.0.0/16", "zoneIds": ["usw2-az1", "usw2-az3"]},
            "cluster": {"publicAccessCidrs": ["203.0.113.0/24"]},
            "services": [{"name": "svc1", "path": "/tools", "image": "echo:1.0", "port": 8080}],
        },
    ],
    "crosslink:api": {"name": "crosslink"},
    "crosslink:tags": {"owner": "platform"},
    "crosslink:allowPlaceholders": True,
}
"""One backend in another region, one in the API's."""


def tokens(path: str) -> list[str | int]:
    """The steps of a path: `crosslink:backends`, 0, `network`, `cidr`."""
    return [
        int(index) if index else (json.loads(quoted) if quoted else name)
        for index, quoted, name in re.findall(r'\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.\[\]]+)', path)
    ]


def edited(file: StackFile, edits: Mapping[str, Any]) -> StackFile:
    """A copy of a stack file with new values at some paths."""
    file = copy.deepcopy(file)
    for path, value in edits.items():
        *parents, last = tokens(path)
        place: Any = file
        for part in parents:
            place = place.setdefault(part, {}) if isinstance(place, dict) else place[part]
        if value is DROP:
            del place[last]
        elif isinstance(last, int) and last == len(place):
            place.append(value)
        else:
            place[last] = value
    return file


def as_config(file: StackFile) -> dict[str, str | None]:
    """The file's values as the CLI passes them: text as it is, everything else as JSON."""
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in file.items()}


def consumer_of(settings: Settings) -> Consumer:
    """The consumer of a stack that has one."""
    assert settings.consumer
    return settings.consumer


def api_of(settings: Settings) -> Api:
    """The API of a stack that has one."""
    assert settings.api
    return settings.api


def clusters_of(settings: Settings) -> tuple[ClusterBackend, ...]:
    """The backends in a cluster, made or existing."""
    return tuple(backend for backend in settings.backends if isinstance(backend, ClusterBackend))


def parsed(
    file: StackFile, stack: str = "dev", outputs: OutputsOf = outputs_of, *, as_preview: str = ""
) -> Settings:
    """The settings of a valid file."""
    return parse(as_config(file), stack, outputs=outputs, as_preview=as_preview)
