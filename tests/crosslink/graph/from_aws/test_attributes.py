"""The attributes of load balancers, listeners and target groups: the tables hold all that AWS documents."""

import re
from collections.abc import Mapping

import botocore.session
import pytest
from botocore.model import StructureShape

from crosslink.graph import tokens
from crosslink.graph.from_aws.attributes import BALANCER_ATTRIBUTES, GROUP_ATTRIBUTES, LISTENER_ATTRIBUTES
from tests.crosslink.graph.from_aws import reads, support
from tests.fake_aws import FakeAws

MODEL = botocore.session.get_session().get_service_model("elbv2")
STATES = {"unhealthy.draining"}
"""What the pages name beside the keys, which is written as they are."""


def documented(shape: str) -> set[str]:
    """The keys in AWS's own description of an attribute."""
    described = MODEL.shape_for(shape)
    assert isinstance(described, StructureShape)
    page = described.members["Key"].documentation
    return {*re.findall(r"<code>([a-z0-9_]+(?:\.[a-z0-9_]+)+)</code>", page)} - STATES


@pytest.mark.parametrize(
    ("shape", "names"),
    [
        ("ListenerAttribute", LISTENER_ATTRIBUTES),
        ("LoadBalancerAttribute", BALANCER_ATTRIBUTES),
        ("TargetGroupAttribute", GROUP_ATTRIBUTES),
    ],
)
def test_each_documented_attribute_has_a_property(shape: str, names: Mapping[str, str]) -> None:
    assert documented(shape) == set(names)


def test_an_attribute_that_is_new_to_the_reader_is_handed_on() -> None:
    nodes = support.changed(support.up(), tokens.LOAD_BALANCER, attributes={"routing.new.enabled": True})

    [first, *_others] = reads.read(FakeAws(nodes)).of_type(tokens.LOAD_BALANCER)

    assert first.get("routing.new.enabled") is True


def test_what_is_in_another_property_is_read_into_that() -> None:
    nodes = support.changed(support.up(), tokens.TARGET_GROUP, stickiness={"enabled": True})

    [first, *_others] = reads.read(FakeAws(nodes)).of_type(tokens.TARGET_GROUP)

    assert first.get("stickiness", "enabled") is True
