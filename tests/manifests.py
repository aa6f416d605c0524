"""`python -m tests.manifests FOLDER`: the Kubernetes objects of the stack dev as YAML, for scanners."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.runs import DEV, run_stack


def manifests() -> list[Mapping[str, Any]]:
    """What an up sends to the cluster's API."""
    return [
        _whole(resource.inputs)
        for resource in run_stack(DEV, preview=False).resources.values()
        if resource.package == "kubernetes" and not resource.is_provider
    ]


def _whole(value: Any) -> Any:
    """Whole numbers, which Pulumi's protocol has as floats and the cluster's API takes as integers."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case Mapping():
            return {key: _whole(item) for key, item in value.items()}
        case list() | tuple():
            return [_whole(item) for item in value]
        case _:
            return value


def write(folder: Path) -> None:
    """Write them to a file that has the stack's name."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "dev.yaml").open("w") as file:
        YAML(typ="safe", pure=True).dump_all(manifests(), file)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
