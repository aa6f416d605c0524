"""A component makes what the program makes for the same settings, and refuses what it refuses."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
from google.protobuf.struct_pb2 import Struct
from pulumi.errors import InputPropertiesError
from pulumi.runtime.rpc import deserialize_output_value
from ruamel.yaml import YAML

from crosslink.graph import tokens
from crosslink.sandbox import engine, stack_file
from crosslink.sandbox.record import UNKNOWN, Run
from package.provider import MAX_NAME, Crosslink
from settings.any_backend import MAX_NAME as MAX_BACKEND_NAME
from tests.runs import ROOT, file_of, run_stack

MAX_LOGICAL_NAME = 24
"""Of a load balancer: Pulumi adds 8 characters, AWS takes 32."""
MARKER = "hush-4711"
KINDS = {"dev": "Crosslink", "provider-only": "ProviderSide", "published": "ConsumerSide"}
EXAMPLES = sorted((ROOT / "package" / "examples").glob("*/Pulumi.yaml"))
Inputs = Mapping[str, Any] | Callable[[], Mapping[str, Any]]
"""Those with outputs are made by a function: an output belongs to a run."""
each_kind = pytest.mark.parametrize("stack", KINDS)


def inputs_of(stack: str) -> dict[str, Any]:
    """The settings of a stack file as the inputs of a component. Pulumi hands on floats alone."""
    config = stack_file.read(file_of(stack), engine.PROJECT).config
    prefix = "crosslink:"
    found = {name.removeprefix(prefix): value for name, value in config.items() if name.startswith(prefix)}
    return {name: json.loads(text, parse_int=float) for name, text in found.items()} | {
        "allowPlaceholders": True
    }


def construct(kind: str, inputs: Inputs, *, name: str = "crosslink", **run: Any) -> Run:
    """A program with one component, whose outputs are the stack's."""

    return engine.run(lambda: construct_in_program(kind, inputs, name), **run)


def construct_in_program(kind: str, inputs: Inputs, name: str = "crosslink") -> None:
    """Construct a component as Pulumi asks for it, with its outputs as the stack's."""
    inputs = inputs() if callable(inputs) else inputs
    made = Crosslink().construct(name, f"crosslink:index:{kind}", inputs, pulumi.ResourceOptions())
    for output, value in made.state.items():
        pulumi.export(output, value)


def faults(kind: str, inputs: Inputs, *, name: str = "crosslink", **run: Any) -> str:
    """What is told of faults; nothing without one."""
    found: list[str] = []

    def program() -> None:
        try:
            construct_in_program(kind, inputs, name)
        except InputPropertiesError as error:
            found.append(error.message)

    engine.run(program, **run)
    return "".join(found)


@cache
def constructed(stack: str, *, preview: bool) -> Run:
    return construct(KINDS[stack], inputs_of(stack), stack=stack, preview=preview)


def told(run: Run, *, own: str) -> dict[tuple[str, str], object]:
    """Type and name of a resource → its inputs, where it is, and its options. Accounts are named apart."""
    return {
        (resource.type, resource.name.removeprefix(own)): (
            resource.inputs,
            resource.account,
            resource.region,
            resource.options,
        )
        for resource in run.resources.values()
        if not resource.type.startswith("crosslink:index:")
    }


@each_kind
def test_it_makes_what_the_program_makes(stack: str) -> None:
    """In a preview: ids come from URNs, which differ."""
    made, program = constructed(stack, preview=True), run_stack(file_of(stack), preview=True)
    assert told(made, own="crosslink-account-") == told(program, own="account-")
    named = {"logGroups"}  # physical names come from URNs, too
    for name in made.outputs.keys() - named:
        assert made.outputs[name] == program.outputs[name]
    assert made.secret_outputs == program.secret_outputs


@each_kind
def test_all_of_it_is_part_of_the_component(stack: str) -> None:
    made = constructed(stack, preview=True)
    (component,) = made.of_type(f"crosslink:index:{KINDS[stack]}")
    outside = [r for r in made.resources.values() if r.parent is None and r is not component]
    assert outside == []


@each_kind
def test_its_outputs_are_those_of_the_schema(stack: str) -> None:
    kind = json.loads(Crosslink().schema or "")["resources"][f"crosslink:index:{KINDS[stack]}"]
    outputs = set(constructed(stack, preview=False).outputs)
    assert set(kind["required"]) <= outputs <= set(kind["properties"])


def test_faults_name_the_input_its_value_and_what_is_right() -> None:
    inputs = inputs_of("dev")
    inputs["backends"][0] |= {"acountId": inputs["backends"][0].pop("accountId")}
    inputs["api"] |= {"auth": "IAM"}
    assert faults("Crosslink", inputs) == (
        "2 faults in the settings of stack dev:\n\n"
        "api.auth = IAM\n    must be iam | cognito | lambda | apiKey | none\n    auth: iam\n\n"
        'backends[0].acountId = "222222222222"\n    is unknown: accountId is the nearest key there is\n'
        '    accountId: "222222222222"'
    )


def test_an_input_of_another_component_is_unknown() -> None:
    found = faults("ProviderSide", inputs_of("dev"))
    assert "2 faults" in found
    assert "api = { name: crosslink }\n    is unknown: the inputs here are backends, tags" in found


def test_the_value_of_an_unknown_input_may_be_secret() -> None:
    found = faults("Crosslink", lambda: inputs_of("dev") | {"token": pulumi.Output.secret(MARKER)})
    assert "token = [secret]\n    is unknown" in found
    assert MARKER not in found


def test_a_consumer_side_makes_no_endpoint_service() -> None:
    found = faults("ConsumerSide", inputs_of("dev"))
    assert "1 fault " in found
    assert "must be of kind service: ProviderSide and Crosslink make endpoint services" in found


def test_names_of_load_balancers_begin_with_its_name() -> None:
    assert "name = crosslinks\n    must have 9 characters or less" in faults(
        "Crosslink", inputs_of("dev"), name="crosslinks"
    )
    assert MAX_NAME + len("-") + MAX_BACKEND_NAME <= MAX_LOGICAL_NAME


def test_a_secret_stays_one() -> None:
    def inputs() -> Mapping[str, Any]:
        made = inputs_of("dev")
        made["backends"][0]["services"][0]["env"] = {"TOKEN": pulumi.Output.secret(MARKER)}
        return made

    made = construct("Crosslink", inputs)
    holders = [resource for resource in made.resources.values() if MARKER in str(resource.inputs)]
    assert holders
    assert all(resource.secrets for resource in holders)


def test_a_secret_is_refused_where_it_would_be_in_clear() -> None:
    def inputs() -> Mapping[str, Any]:
        made = inputs_of("dev")
        made["api"]["stage"] = pulumi.Output.secret(MARKER)
        return made

    found = faults("Crosslink", inputs)
    assert "api.stage = [secret]\n    must not be secret" in found
    assert MARKER not in found


@pytest.mark.parametrize("preview", [True, False])
def test_the_name_of_an_endpoint_service_may_be_another_resources(*, preview: bool) -> None:
    """Endpoints wait for it, and a destroy takes them first."""
    inputs = inputs_of("published")

    def program() -> None:
        owner = aws.Provider("owner", region="us-east-1", allowed_account_ids=["222222222222"])
        service = aws.ec2.VpcEndpointService(
            "theirs", acceptance_required=False, opts=pulumi.ResourceOptions(provider=owner)
        )
        name = service.service_name
        if preview:  # as Pulumi hands an unknown one on
            name = deserialize_output_value(Struct())
        inputs["backends"][0]["service"]["name"] = name
        construct_in_program("ConsumerSide", inputs)

    made = engine.run(program, preview=preview)
    endpoint = made.one(tokens.ENDPOINT, f"crosslink-{inputs['backends'][0]['name']}")
    if preview:
        assert endpoint.inputs["serviceName"] is UNKNOWN
    else:
        service = made.one(tokens.ENDPOINT_SERVICE)
        assert endpoint.inputs["serviceName"] == service.outputs["serviceName"]
        assert service.urn in endpoint.dependencies


def test_a_preview_without_its_settings_says_what_is_missing() -> None:
    def inputs() -> Mapping[str, Any]:
        made = inputs_of("dev")
        made["consumer"]["accountId"] = pulumi.Output.from_input(pulumi.output.UNKNOWN)
        return made

    made = construct("Crosslink", inputs, preview=True)
    assert [resource.type for resource in made.resources.values()] == ["crosslink:index:Crosslink"]
    assert set(made.outputs.values()) == {UNKNOWN}
    (warning,) = made.warnings
    assert "only an update tells consumer.accountId" in warning


def test_an_update_knows_the_last_one_by_the_stack_output_path() -> None:
    inputs = inputs_of("dev")
    before = constructed("dev", preview=False).outputs
    inputs["backends"][0]["accountId"] = "333333333333"
    inputs["backends"][0]["roleArn"] = "arn:aws:iam::333333333333:role/crosslink-deploy"
    del inputs["backends"][0]["previewRoleArn"]
    del inputs["backends"][0]["cluster"]["admins"]
    assert "backends[0].accountId = " in faults("Crosslink", inputs, before=before)
    assert faults("Crosslink", inputs, before={}) == ""


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.parent.name)
def test_the_examples_are_taken(file: Path) -> None:
    def program() -> None:
        for name, resource in YAML(typ="safe").load(file)["resources"].items():
            construct_in_program(
                resource["type"].removeprefix("crosslink:"), evaluated(resource["properties"]), name
            )

    made = engine.run(program, preview=True)
    assert len(made.resources) > 100


def evaluated(value: Any) -> Any:
    """A value of a program in YAML, as a preview has it."""
    match value:
        case {"fn::secret": secret}:
            return pulumi.Output.secret(secret)
        case dict():
            return {name: evaluated(item) for name, item in value.items()}
        case list():
            return [evaluated(item) for item in value]
        case str() if value.startswith("${"):
            return deserialize_output_value(Struct())
        case _:
            return value
