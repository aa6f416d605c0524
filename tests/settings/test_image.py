"""The name of an image: what the container runtime takes, and what it doesn't."""

import pytest
from pydantic import TypeAdapter, ValidationError

from settings.image import Image

IMAGE = TypeAdapter[str](Image)
DIGEST = f"sha256:{'0123456789abcdef' * 4}"


@pytest.mark.parametrize(
    "name",
    [
        "echo",
        f"team/echo:1.0@{DIGEST}",
        "localhost/echo",
        "registry.example.com:5000/a/b__c/d--e.f:V1_x-y",
        "registry:5000/echo",
        "REGISTRY.example.com/echo",
        "482917360514.dkr.ecr.us-east-1.amazonaws.com/svc1:1.0",
    ],
)
def test_a_name_is_taken(name: str) -> None:
    assert IMAGE.validate_python(name) == name


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("oci://registry.example.com/echo", "registry.example.com/echo"),
        ("https://Echo", None),
        ("Echo:V1", "echo:V1"),
        (f"Team/Echo@{DIGEST}", f"team/echo@{DIGEST}"),
        *(
            (name, None)
            for name in ("echo:", "echo:-x", "/echo", "a//b", "a..b/c", "echo ", "echo@sha256:abc", "")
        ),
    ],
)
def test_what_is_none_is_refused(name: str, right: str | None) -> None:
    with pytest.raises(ValidationError) as error:
        IMAGE.validate_python(name)
    assert error.value.errors()[0].get("ctx", {}).get("right", ...) == right
