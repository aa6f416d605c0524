"""What takes a new deployment of the API: all that it says and nothing else, proved for each setting."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

import pytest

from crosslink.sandbox.record import Run
from settings import Api, Consumer, FlowLogs, SettingsError
from settings.backend import KINDS
from settings.fields import Model
from settings.quotas import Quotas
from settings.reference import Reference
from tests import joined_redeployments
from tests.joined_redeployments import joined, joined_base
from tests.redeployments import (
    API_NOT_REDEPLOYED,
    API_REDEPLOYED,
    EXISTING_NOT_REDEPLOYED,
    EXISTING_REDEPLOYED,
    MORE_OR_LESS,
    NOT_REDEPLOYED,
    REDEPLOYED,
    REFUSED,
    REFUSED_WITH_EXISTING,
    api_alone,
    api_base,
    base,
    program,
    redeployed,
    whole,
    with_api,
)
from tests.settings.stack_file import DROP, parsed

TLS = "backends.tls.domain"

each_api = pytest.mark.parametrize("existing", [False, True], ids=["new", "existing"])


@pytest.mark.parametrize("what", [*MORE_OR_LESS, *REDEPLOYED])
def test_what_the_api_says_is_redeployed(what: str) -> None:
    assert _deployed_by(redeployed(what)) != _deployed_by(base())


@pytest.mark.parametrize("what", joined_redeployments.REDEPLOYED)
def test_so_it_is_of_what_exists(what: str) -> None:
    changed = joined(joined_redeployments.REDEPLOYED[what])
    assert _deployed_by(changed) != _deployed_by(joined_base())


@pytest.mark.parametrize("what", API_REDEPLOYED)
def test_who_may_call_and_how_is_redeployed(what: str) -> None:
    assert _deployed_by(api_alone(API_REDEPLOYED[what])) != _deployed_by(api_base(existing=False))


@pytest.mark.parametrize("what", EXISTING_REDEPLOYED)
def test_so_it_is_on_an_existing_api(what: str) -> None:
    changed = api_alone(EXISTING_REDEPLOYED[what], existing=True)
    assert _deployed_by(changed) != _deployed_by(api_base(existing=True))


def test_switching_the_default_endpoint_off_is_redeployed_where_the_api_is_ours() -> None:
    opened = {"domain": DROP}
    assert _deployed_by(api_alone(opened)) != _deployed_by(api_base(existing=False))
    assert _deployed_by(api_alone(opened, existing=True)) == _deployed_by(api_base(existing=True))


@each_api
def test_nothing_else_is_redeployed(existing: bool) -> None:
    # The base has TLS, since one of these settings is about it.
    before = whole(REDEPLOYED[TLS], existing=True) if existing else redeployed(TLS)
    assert _deployed_by(whole(_together(NOT_REDEPLOYED), existing=existing)) == _deployed_by(before)


def test_nor_is_what_exists() -> None:
    changed = joined(_together(joined_redeployments.NOT_REDEPLOYED))
    assert _deployed_by(changed) == _deployed_by(joined_base())


@each_api
def test_nor_is_anything_else_of_the_api(existing: bool) -> None:
    edits = _together(API_NOT_REDEPLOYED)
    if existing:
        edits |= API_REDEPLOYED["api.stage"]  # there is no policy that could name it
        edits |= _together(EXISTING_NOT_REDEPLOYED)
    assert _deployed_by(api_alone(edits, existing=existing)) == _deployed_by(api_base(existing=existing))


def test_without_a_policy_the_stages_name_is_not_in_the_document() -> None:
    open_to_all = {"sourceIps": DROP, 'routes["/admin"].principals': DROP}
    renamed = open_to_all | API_REDEPLOYED["api.stage"]
    assert _deployed_by(api_alone(renamed)) == _deployed_by(api_alone(open_to_all))


@pytest.mark.parametrize("what", REFUSED_WITH_EXISTING)
def test_what_is_not_tried_with_an_existing_api_is_refused_with_it(what: str) -> None:
    edits = {'routes["/orders"].cors': {"origins": ["*"]}} if "cors" in what else {}
    with pytest.raises(SettingsError, match="existing"):
        parsed(with_api(edits | API_REDEPLOYED[what], existing=True))


@each_api
def test_the_api_alone_is_deployed_as_in_the_whole_program(existing: bool) -> None:
    found = program(with_api({}, existing=existing))
    assert _deployed_by(found) == _deployed_by(api_base(existing=existing))


def test_every_setting_is_tried_once() -> None:
    tried = [*REDEPLOYED, *NOT_REDEPLOYED, *API_REDEPLOYED, *API_NOT_REDEPLOYED, *REFUSED]
    tried += EXISTING_NOT_REDEPLOYED
    tried += [*joined_redeployments.REDEPLOYED, *joined_redeployments.NOT_REDEPLOYED]
    tried += [key for key in EXISTING_REDEPLOYED if key not in API_REDEPLOYED]
    backends = {key for model in KINDS.values() for key in _keys(model, "backends")}
    others = {"consumer": Consumer, "backends.service": Reference, "api": Api, "flowLogs": FlowLogs}
    others |= {"quotas": Quotas}
    settings = {key for name, model in others.items() for key in _keys(model, name)} | backends
    assert sorted(tried) == sorted([*settings, "tags", "protect", "allowPlaceholders"])


def _deployed_by(run: Run) -> Mapping[str, Any]:
    """What of a deployment makes a new one when it changes: its API, and its triggers."""
    return run.one("aws:apigateway/deployment:Deployment").inputs


def _together(changes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """All changes as one."""
    return {path: value for edits in changes.values() for path, value in edits.items()}


def _keys(model: type[Model], path: str) -> Iterator[str]:
    """The settings of a model and of the models in it: `backends.services.path`."""
    for field in model.model_fields.values():
        inner = [*_models_in(field.annotation)]
        name = f"{path}.{field.alias}"
        if not inner:
            yield name
        for found in inner:
            yield from _keys(found, name)


def _models_in(annotation: object) -> Iterator[type[Model]]:
    """The models in an annotation, at any depth."""
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
