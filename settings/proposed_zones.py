"""Examples of zones in the fixes of faults, told for the region that the file names."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from settings.decoding import listed
from settings.errors import Fault
from settings.fields import regions
from settings.rules.keys import BACKENDS, CONSUMER
from settings.zones import in_region


def in_its_region(fault: Fault, given: Mapping[str, object]) -> Fault:
    """A fault whose fix names zones of the region of its place, where that is known: a model's example has
    those of another.

    Args:
        fault: A fault of a single value.
        given: The keys of the file, decoded.
    """
    region = _region_of(fault.path, given)
    return replace(fault, fix=in_region(fault.fix, region)) if region in regions() else fault


def _region_of(path: str, given: Mapping[str, object]) -> str:
    if place := re.match(rf"{BACKENDS}\[(\d+)\]\.", path):
        return _region(listed(given[BACKENDS])[int(place[1])])
    if place := re.match(rf"{CONSUMER}\.landings\.([a-z0-9-]+)", path):
        return place[1]
    return _region(given[CONSUMER]) if path.startswith(f"{CONSUMER}.network") else ""


def _region(side: object) -> str:
    return str(cast("Mapping[str, Any]", side).get("region", "")) if isinstance(side, dict) else ""
