"""The API's own settings."""

import math
from collections.abc import Iterator

from settings.api import Api
from settings.errors import ABSENT, Fault, as_yaml, key
from settings.rules.sides import API


def new_or_existing(api: Api) -> Iterator[Fault]:
    """The API is made by this stack or is somebody else's."""
    if api.name is None and api.existing is None:
        yield Fault(
            path=key(API, "name"),
            value=ABSENT,
            must="is required: exactly one of name | existing",
            fix="name: crosslink",
        )
    if api.name is not None and api.existing is not None:
        yield Fault(
            path=key(API, "name"),
            value=api.name,
            must="must not stand beside existing: exactly one of name | existing",
            fix=f"existing: {as_yaml(api.existing)}   # without name",
        )


def open_on_purpose(api: Api) -> Iterator[Fault]:
    """An API that anybody may call says so twice, and no other API says so at all."""
    if (api.auth == "none") != api.allow_unauthenticated:
        given = "allow_unauthenticated" in api.model_fields_set
        yield Fault(
            path=key(API, "allowUnauthenticated"),
            value=api.allow_unauthenticated if given else ABSENT,
            must="must be true with auth: none, which lets anybody call, and with nothing else",
            fix=f"allowUnauthenticated: {as_yaml(api.auth == 'none')}",
        )


def burst_covers_rate(api: Api) -> Iterator[Fault]:
    """A burst is taken from the bucket that the rate fills."""
    if api.throttle.burst < api.throttle.rate:
        yield Fault(
            path=key(API, "throttle", "burst"),
            value=api.throttle.burst,
            must="must not be less than the rate (the default is 200)",
            fix=f"burst: {math.ceil(api.throttle.rate)}",
        )
