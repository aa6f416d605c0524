"""What the settings of each shape and kind tell the rest of the program."""

import pytest

from settings.route import RouteSettings
from tests.settings.joined_files import CONSUMER, EXISTING, PROVIDER, outputs_of
from tests.settings.stack_file import DROP, STACK_FILE, api_of, consumer_of, edited, parsed


def test_a_stack_of_the_provider_side_alone_has_neither_consumer_nor_api() -> None:
    settings = parsed(PROVIDER)
    assert (settings.consumer, settings.api, settings.endpoint_creator) == (None, None, None)
    assert [settings.may_connect(backend) for backend in settings.provided] == [
        ("arn:aws:iam::111111111111:role/crosslink-deploy",),
        ("arn:aws:iam::111111111111:root",),
    ]


def test_a_stack_of_the_consumer_side_alone_provides_nothing() -> None:
    settings = parsed(CONSUMER, outputs=outputs_of)
    assert [backend.kind for backend in settings.backends] == ["service", "service"]
    assert settings.provided == ()


def test_of_all_kinds_only_published_services_are_not_provided() -> None:
    settings = parsed(EXISTING)
    assert [backend.kind for backend in settings.backends] == [
        "cluster",
        "loadBalancer",
        "networkLoadBalancer",
        "service",
    ]
    assert settings.provided == settings.backends[:3]
    assert [(backend.port, backend.health_path, backend.tls_domain) for backend in settings.backends] == [
        (80, "/healthz", None),
        (80, "/health", None),
        (443, None, "legacy.example.com"),
        (80, "/up", None),
    ]
    assert [path.sent_as for backend in settings.backends for path in backend.served] == [
        *("/svc1", "/"),
        *("/", "/find"),
        "/",
        "/partner",
    ]
    consumer = consumer_of(settings)
    assert [consumer.endpoint_zones(backend) for backend in settings.backends] == [
        ("use1-az1", "use1-az2"),
        ("use1-az1", "use1-az2"),
        ("use1-az1",),
        ("usw2-az3",),
    ]


@pytest.mark.parametrize(
    ("role", "creator"),
    [
        ("arn:aws:iam::111111111111:role/deploy", "arn:aws:iam::111111111111:role/deploy"),
        ("arn:aws:iam::111111111111:role/team/deploy", "arn:aws:iam::111111111111:root"),
        (DROP, "arn:aws:iam::111111111111:root"),
    ],
    ids=["a role", "a role with a path", "ambient credentials"],
)
@pytest.mark.parametrize("as_preview", ["", "true"])
def test_the_one_who_makes_the_endpoint_may_connect_in_a_preview_too(
    role: object, creator: str, as_preview: str
) -> None:
    preview = (
        {} if role is DROP else {"crosslink:consumer.previewRoleArn": "arn:aws:iam::111111111111:role/look"}
    )
    backend = {"crosslink:backends[0].previewRoleArn": "arn:aws:iam::222222222222:role/look"}
    edits = {"crosslink:consumer.roleArn": role, **preview, **backend}
    settings = parsed(edited(STACK_FILE, edits), as_preview=as_preview)
    assert {settings.may_connect(backend) for backend in settings.provided} == {(creator,)}


def test_the_root_has_settings_as_any_path() -> None:
    route = {"auth": "iam", "methods": ["GET"], "cors": {"origins": ["*"]}, "timeoutSeconds": 5}
    edits = {"crosslink:backends[0].services[0].path": "/", "crosslink:api.routes": {"/": route}}
    api = api_of(parsed(edited(STACK_FILE, edits)))
    assert api.route("/").model_dump(by_alias=True, exclude_unset=True, mode="json") == route
    assert api.route("/svc2") == RouteSettings()
