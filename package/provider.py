"""What Pulumi asks of the package: its schema, and components."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pulumi
from pulumi.errors import InputPropertiesError, InputPropertyErrorDetails
from pulumi.provider import ConstructResult, Provider

import settings
from components.outputs import Outputs
from components.wiring import wired
from package.inputs import NOT_YET, Given, given
from settings.deployed import NOTHING, Deployed
from settings.errors import Fault, SettingsError, as_yaml
from settings.load import AS_PREVIEW
from settings.rules.keys import DEFAULT_PROVIDERS, NAMESPACE
from settings.rules.stack import NEEDED
from settings.secrets import refuse_misplaced

SCHEMA = Path(__file__).parent / "schema.json"
CONSUMER_SIDE = "crosslink:index:ConsumerSide"
MAX_NAME = len(NAMESPACE)
"""Characters of a component's name, which names of load balancers begin with: AWS takes 32 of them, of which
the backend's name has 12 (`settings/any_backend.py`) and Pulumi's suffix 8."""


class Side(pulumi.ComponentResource):
    """Both sides of the path, or one of them, as its type and settings tell.

    Outputs:
        outputs: those of a stack with the same settings.
    """

    outputs: Outputs

    def __init__(
        self,
        kind: str,
        name: str,
        stack: settings.Settings,
        before: Deployed,
        service_names: Mapping[str, pulumi.Output[str]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(kind, name, None, opts)
        made = wired(stack, before, name=name, parent=self, service_names=service_names)
        self.outputs = {output: value for output, value in made.items() if value is not None}
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
        told, kind = given(inputs), self._kinds[resource_type]
        if told.unknown:
            pulumi.log.warn(
                f"{name}: this preview doesn't show what it makes, since {', '.join(told.unknown)} is only known "
                "after the update. Give it a value that is known before."
            )
            component = NotYet(resource_type, name, options)
            unknown = pulumi.Output.from_input(pulumi.output.UNKNOWN)
            return ConstructResult(component.urn, dict.fromkeys(kind["properties"], unknown))
        try:
            if faults := [*_faults_of(name, told, kind["inputProperties"])]:
                raise SettingsError(pulumi.get_stack(), faults)
            before = _before("consumer" in kind["inputProperties"])
            stack = _settings(told, before)
            if resource_type == CONSUMER_SIDE and stack.provided:
                raise SettingsError(pulumi.get_stack(), _provided(stack))
        except SettingsError as error:
            raise _as_inputs(error) from None
        names = {stack.backends[index].name: output for index, output in told.service_names.items()}
        side = Side(resource_type, name, stack, before, names, options)
        return ConstructResult(side.urn, {**side.outputs})


def _before(has_consumer: bool) -> Deployed:
    """What the last update has left, as far as the program exports the component's output `path` under that
    name, and no other component's."""
    before = settings.last_update()
    return before if bool(before.consumer) == has_consumer else NOTHING


def _settings(told: Given, before: Deployed) -> settings.Settings:
    """The settings, read as those of a stack file are."""
    backends: Any = told.values.get("backends")
    for index in told.service_names:
        service = backends[index]["service"]
        if service["name"] == NOT_YET:
            service["name"] = f"com.amazonaws.vpce.{backends[index].get('region')}.{NOT_YET}"
    values = {f"{NAMESPACE}:{name}": json.dumps(value) for name, value in told.values.items()}
    places = [(f"{NAMESPACE}:{name}", *below) for name, *below in told.secrets]
    refuse_misplaced(pulumi.get_stack(), places)
    return settings.parse(
        # Every resource here has a provider of its own, whatever the stack does with default ones.
        {**values, DEFAULT_PROVIDERS: json.dumps(NEEDED)},
        pulumi.get_stack(),
        {str(name) for name, *_ in places},
        as_preview=os.environ.get(AS_PREVIEW, ""),
        before=before,
    )


def _faults_of(name: str, told: Given, known: Mapping[str, Any]) -> Iterator[Fault]:
    """What a component can't have, whatever its settings."""
    if len(name) > MAX_NAME:
        must = f"must have {MAX_NAME} characters or less: names of load balancers begin with it"
        yield Fault(path="name", value=name, must=must, fix=name[:MAX_NAME])
    for unknown in told.values.keys() - known.keys():
        must = f"is unknown: the inputs here are {', '.join(known)}"
        yield Fault(path=unknown, value=told.values[unknown], must=must, fix=f"# without {unknown}")


def _provided(stack: settings.Settings) -> Iterator[Fault]:
    for index, backend in enumerate(stack.backends):
        if backend in stack.provided:
            yield Fault(
                path=f"backends[{index}]",
                value={"name": backend.name},
                must="must be of kind service: ProviderSide and Crosslink make the others",
                fix="service: "
                + as_yaml({"name": "com.amazonaws.vpce.…", "zoneIds": list(backend.zone_ids)}),
            )


def _as_inputs(error: SettingsError) -> InputPropertiesError:
    """The faults by the names of inputs, which are the keys of a stack file without its namespace."""
    prefix = f"{NAMESPACE}:"
    details: list[InputPropertyErrorDetails] = [
        {"property_path": fault.path.removeprefix(prefix), "reason": str(fault).replace(prefix, "")}
        for fault in error.faults
    ]
    return InputPropertiesError(str(error).replace(prefix, ""), details)
