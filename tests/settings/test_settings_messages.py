"""The messages of faults: never pydantic's own, always with YAML, whatever a file holds."""

import json
import re
import string
from typing import Annotated, Any

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from settings import Api, ClusterBackend, Consumer, SettingsError
from settings.errors import as_yaml, key
from settings.fields import Model, regions
from settings.zones import zone_prefix
from tests.settings.stack_file import STACK_FILE, edited, parsed, tokens

BACKENDS = "crosslink:backends"
ENV = "crosslink:backends[0].services[0].env"


def models(model: type[Model]) -> set[type[Model]]:
    return {model}.union(*(models(inner) for inner in model.__subclasses__()))


MODELS = {model.__name__: model for model in models(Model) - {Model}}


@pytest.mark.parametrize("name", sorted(MODELS))
def test_examples_of_fields_are_right(name: str) -> None:
    for field in MODELS[name].model_fields.values():
        right = field.examples[0] if field.examples else field.get_default()
        annotated: Any = (
            Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
        )
        TypeAdapter(annotated).validate_json(json.dumps(right), by_alias=True, by_name=False)
        assert right is not None


def test_examples_of_keys_are_right() -> None:
    keys = {
        "crosslink:consumer": Consumer.example,
        BACKENDS: [ClusterBackend.example],
        "crosslink:api": Api.example,
    }
    assert parsed(edited(STACK_FILE, keys)).backends[0].name == "apps"


TEXT = st.text(string.printable, max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=4,
)
PLACES = [
    *(
        f"crosslink:backends[0].{name}"
        for name in ("service", "paths", "loadBalancer", "networkLoadBalancer")
    ),
    *(
        "crosslink:backends[0].network",
        "crosslink:backends[0].network.existing",
        "crosslink:backends[0].stack",
    ),
    *("crosslink:backends[0].endpointAddresses", "crosslink:backends[0].services[0].existing"),
    "crosslink:consumer.network.existing",
    *(
        "crosslink:consumer",
        "crosslink:consumer.region",
        "crosslink:consumer.network",
        "crosslink:consumer.landings",
    ),
    *("crosslink:tags", "crosslink:consumer.network.zoneIds", "crosslink:consumer.network.cidr"),
    *(BACKENDS, "crosslink:backends[0]", "crosslink:backends[0].slot", "crosslink:backends[0].cluster"),
    *("crosslink:backends[0].cluster.version", "crosslink:backends[0].services", ENV, f"{ENV}.A"),
    *("crosslink:api", "crosslink:api.throttle.rate", "crosslink:api.existing", "crosslink:api.auth"),
    *("crosslink:api.routes", "crosslink:api.routes./svc1", "crosslink:api.routes./svc1.auth"),
    *("crosslink:api.routes./svc1.methods", "crosslink:api.routes./svc1.cors", "crosslink:api.clients"),
    *("crosslink:api.lambda", "crosslink:api.sourceIps", "crosslink:api.domain", "crosslink:protect"),
    *("crosslink:api.logs", "crosslink:flowLogs", "crosslink:flowLogs.retentionDays"),
    *("crosslink:quotas", "crosslink:quotas.albRules", "crosslink:api.routes./svc1.streaming"),
]


def message(place: str, value: object) -> str:
    try:
        parsed(edited(STACK_FILE, {place: value}))
    except SettingsError as error:
        return str(error)
    return ""


@hypothesis.settings(max_examples=100)
@given(st.sampled_from(PLACES), JSON)
def test_no_message_is_pydantics_own(place: str, value: object) -> None:
    assert re.search(r"pydantic|validat|Input should|type=|typing\.", message(place, value)) is None


@hypothesis.settings(max_examples=50)
@given(JSON)
def test_values_are_shown_as_yaml(value: object) -> None:
    assert YAML(typ="safe", pure=True).load(as_yaml(value)) == value


@given(
    st.lists(TEXT.filter(bool) | st.integers(0, 99), min_size=1, max_size=4).filter(
        lambda parts: parts[0] != ""
    )
)
def test_paths_are_in_pulumi_s_notation(parts: list[str | int]) -> None:
    assert tokens(key("crosslink:backends", *parts)) == ["crosslink:backends", *parts]


@pytest.mark.parametrize(
    ("region", "prefix"),
    [
        *(("us-east-1", "use1"), ("us-west-2", "usw2"), ("ap-south-1", "aps1"), ("ap-southeast-2", "apse2")),
        *(
            ("ap-northeast-3", "apne3"),
            ("ap-east-1", "ape1"),
            ("eu-central-1", "euc1"),
            ("eu-north-1", "eun1"),
        ),
        *(("ca-west-1", "caw1"), ("me-south-1", "mes1"), ("il-central-1", "ilc1"), ("mx-central-1", "mxc1")),
    ],
)
def test_zone_ids_begin_with_their_region_s_short_name(region: str, prefix: str) -> None:
    assert zone_prefix(region) == prefix
    assert region in regions()


def test_no_two_regions_share_a_short_name() -> None:
    assert len({zone_prefix(region) for region in regions()}) == len(regions())
