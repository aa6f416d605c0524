"""What users look for is answered by what there is of it, wherever they look."""

import pytest

from settings.backend import ServiceBackend
from settings.cluster import JoinedCluster
from settings.fields import Model
from settings.service import JoinedService
from settings.unknown_keys import meant_by
from settings.wanted import instead, wanted
from settings.wanted_names import OTHERS, OWN
from settings.wanted_names import PLACES as PLACES_OF
from tests.settings.stack_file import STACK_FILE, edited
from tests.settings.test_settings_faults import faults

NAMES = [
    *("serviceAccount", "resources", "vpcId", "stages", "mutualTls", "minReplicas", "hpa", "nodeSelector"),
    *("subnetIds", "securityGroupIds", "certificate", "cors", "rateLimit", "apiKeys", "waf", "ingress"),
    *(
        "namespace",
        "helm",
        "domainName",
        "timeout",
        "customDomain",
        "authorizer",
        "cognitoUserPool",
        "openapi",
    ),
    *("cache", "logging", "alarms", "vpcLink", "crossing"),
]
PLACES = [
    "crosslink:",
    "crosslink:consumer.",
    "crosslink:api.",
    'crosslink:api.routes["/svc1"].',
    "crosslink:backends[0].",
    "crosslink:backends[0].cluster.",
    "crosslink:backends[0].services[0].",
]


@pytest.mark.parametrize("place", PLACES)
def test_what_users_look_for_is_answered_everywhere(place: str) -> None:
    unknown = {f"{place}{name}": [7] for name in NAMES}
    found = {fault.path.rpartition(".")[2]: fault for fault in faults(edited(STACK_FILE, unknown))}
    told = [found.get(name) or found.get(f"{place}{name}") for name in NAMES]
    unknown_to_it = [fault for fault in told if fault and fault.must.startswith("is unknown: ")]
    assert len(unknown_to_it) > len(NAMES) - 3  # a service has resources and a serviceAccount of its own
    for fault in unknown_to_it:
        assert "the keys" not in fault.must
        assert "nearest" not in fault.must, fault


def test_what_is_proposed_elsewhere_is_right_there() -> None:
    for name, found in {**OWN, **OTHERS}.items():
        if found.model is None:
            assert instead("asked", None, found) == "# without asked"
            continue
        keys = {str(field.alias) for field in found.model.model_fields.values()}
        assert {found.key, *found.beside} <= keys, name
        assert instead("asked", [None], found).startswith(f"# without asked; in {PLACES_OF[found.model]}: ")


@pytest.mark.parametrize(
    ("name", "model"), [("network", ServiceBackend), ("version", JoinedCluster), ("image", JoinedService)]
)
def test_a_key_of_another_kind_has_no_other_place(name: str, model: type[Model]) -> None:
    assert wanted(name) is not None
    assert wanted(name, model) is None


def test_a_key_of_the_file_that_is_misspelt_is_that_key() -> None:
    given = {
        "crosslink:backend": "[]",
        "crosslink:tag": "{}",
        "crosslink:stages": "[]",
        "crosslink:waf": "true",
    }
    assert meant_by(given, "crosslink") == {
        "crosslink:backend": "crosslink:backends",
        "crosslink:tag": "crosslink:tags",
        "crosslink:stages": "",
        "crosslink:waf": "",
    }
