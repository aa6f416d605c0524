"""What Pulumi asks of the package: its schema, and components."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pulumi
from pulumi.errors import InputPropertiesError
from pulumi.output import UNKNOWN
from pulumi.provider import ConstructResult, Provider

import settings
from components.outputs import Outputs
from components.wiring import accounts_of, wired
from package.inputs import NOT_YET, Given
from settings.backend import ServiceBackend
from settings.decoding import listed
from settings.deployed import NOTHING, Deployed
from settings.errors import SECRET, Fault, SettingsError, as_yaml
from settings.load import AS_PREVIEW
from settings.rules.keys import DEFAULT_PROVIDERS, NAMESPACE
from settings.rules.stack import NEEDED
from settings.secrets import refuse_misplaced
from settings.stack import Settings

SCHEMA = Path(__file__).parent / "schema.json"
CONSUMER_SIDE = "crosslink:index:ConsumerSide"
MAX_NAME = len(NAMESPACE)
"""Characters of a component's name, which names of load balancers begin with: AWS takes 32 of them, of which
the backend's name has 12 (`settings/any_backend.py`) and Pulumi's suffix 8."""


@dataclass(frozen=True, kw_only=True)
class SideArgs:
    """Arguments of a Side.

    Args:
        settings: as those of a stack.
        before: what is deployed of them.
        service_names: backend of kind `service` → name of its endpoint service, if another resource has it.
    """

    settings: Settings
    before: Deployed
    service_names: Mapping[str, pulumi.Input[str]]


class Side(pulumi.ComponentResource):
    """Both sides of the path, or one of them, as its type and settings tell.

    Outputs:
        outputs: those of a stack with the same settings.
    """

    outputs: Outputs

    def __init__(
        self, kind: str, name: str, args: SideArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(kind, name, None, opts)
        made = wired(
            args.settings,
            args.before,
            accounts_of(args.settings, self),
            name=name,
            parent=self,
            service_names=args.service_names,
        )
        self.outputs = {output: value for output, value in made.outputs.items() if value is not None}
        self.register_outputs(self.outputs)


class NotYet(pulumi.ComponentResource):
    """A component in a preview that doesn't know its settings: alone, with outputs that are unknown."""

    def __init__(self, kind: str, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(kind, name, None, opts)
        self.register_outputs({})


class Crosslink(Provider):
    """The package."""

    def __init__(self) -> None:
        text = SCHEMA.read_text(encoding="utf-8")
        schema: Any = json.loads(text)
        super().__init__(schema["version"], text)
        self._kinds: Mapping[str, Any] = schema["resources"]

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: pulumi.Inputs,
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        """Make a component.

        Args:
            name: of the component.
            resource_type: `crosslink:index:` and the name of a component.
            inputs: with outputs in place of what is secret, unknown or another resource's.
            options: of the component.

        Raises:
            InputPropertiesError: with all faults of the inputs.
        """
        told, kind = Given(), self._kinds[resource_type]
        told.take(inputs)
        if told.unknown:
            pulumi.log.warn(
                f"{name}: this preview doesn't show what it makes, since only an update tells "
                f"{', '.join(told.unknown)}. Give it values that are known before."
            )
            component = NotYet(resource_type, name, options)
            unknown = pulumi.Output.from_input(UNKNOWN)
            return ConstructResult(component.urn, dict.fromkeys(kind["properties"], unknown))
        try:
            _refuse(resource_type, name, told, kind["inputProperties"])
            before = _before(has_consumer="consumer" in kind["inputProperties"])
            stack = _settings(told, before)
        except SettingsError as error:
            raise _as_inputs(error) from None
        names = {stack.backends[index].name: output for index, output in told.service_names.items()}
        side = Side(
            resource_type, name, SideArgs(settings=stack, before=before, service_names=names), options
        )
        outputs = {output: value for output, value in side.outputs.items() if output in kind["properties"]}
        return ConstructResult(side.urn, outputs)


def _before(*, has_consumer: bool) -> Deployed:
    """What the last update has left, as far as the program exports the component's output `path` under that
    name, and no other component's."""
    before = settings.last_update()
    return before if bool(before.consumer) == has_consumer else NOTHING


def _settings(told: Given, before: Deployed) -> Settings:
    """The settings, read as those of a stack file are."""
    backends: Any = told.values.get("backends")
    for index in told.service_names:
        service = backends[index]["service"]
        if service["name"] == NOT_YET:
            service["name"] = f"com.amazonaws.vpce.{backends[index].get('region')}.{NOT_YET}"
    values = {f"{NAMESPACE}:{name}": json.dumps(value) for name, value in told.values.items()}
    return settings.parse(
        # Every resource here has a provider of its own, whatever the stack does with default ones.
        {**values, DEFAULT_PROVIDERS: json.dumps(NEEDED)},
        pulumi.get_stack(),
        {f"{NAMESPACE}:{name}" for name, *_ in told.secrets},
        as_preview=os.environ.get(AS_PREVIEW, ""),
        before=before,
    )


def _refuse(kind: str, name: str, told: Given, known: Mapping[str, Any]) -> None:
    """Refuse what a component can't have, whatever its settings."""
    refuse_misplaced(
        pulumi.get_stack(), [(f"{NAMESPACE}:{input_}", *below) for input_, *below in told.secrets]
    )
    faults: list[Fault] = []
    if len(name) > MAX_NAME:
        must = f"must have {MAX_NAME} characters or less: names of load balancers begin with it"
        faults.append(Fault(path="name", value=name, must=must, fix=name[:MAX_NAME]))
    secret = {place[0] for place in told.secrets}
    given = {input_: SECRET if input_ in secret else value for input_, value in told.values.items()}
    for unknown in (input_ for input_ in given if input_ not in known):
        must = f"is unknown: the inputs here are {', '.join(known)}"
        faults.append(Fault(path=unknown, value=given[unknown], must=must, fix=f"# without {unknown}"))
    if kind == CONSUMER_SIDE:
        faults += _not_published(told.values.get("backends"))
    if faults:
        raise SettingsError(pulumi.get_stack(), faults)


def _not_published(backends: object) -> Iterator[Fault]:
    """A consumer side makes no endpoint service."""
    for index, backend in enumerate(listed(backends)):
        if isinstance(backend, dict) and "service" not in backend:
            yield Fault(
                path=f"backends[{index}]",
                value={"name": cast("dict[str, object]", backend).get("name")},
                must="must be of kind service: ProviderSide and Crosslink make endpoint services",
                fix=as_yaml(ServiceBackend.example),
            )


def _as_inputs(error: SettingsError) -> InputPropertiesError:
    """The faults by the names of inputs, which are the keys of a stack file without their namespace.

    As one text: of single ones the engine would show the value, secret or not
    (https://github.com/pulumi/pulumi, `pkg/resource/deploy/source_eval.go`).
    """
    return InputPropertiesError(str(error).replace(f"{NAMESPACE}:", ""), [])
