"""The outputs of other stacks, which the sandbox runs itself."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest

from crosslink.sandbox import engine, stack_file
from crosslink.sandbox.record import ProgramError, Run

READ = "pulumi:pulumi:readStackOutputs"
PROVIDER = "acme/crosslink/provider"
Program = Callable[[], object]


def _read(name: str) -> Any:
    return pulumi.runtime.invoke(READ, {"name": name}).value


def test_outputs_are_those_of_an_up_of_the_other_stack(tmp_path: Path) -> None:
    for preview in (True, False):
        run = _run(tmp_path, _program(), f"stacks: {{ {PROVIDER}: Pulumi.provider.yaml }}\n", preview=preview)
        assert run.outputs == {
            "stack": "consumer",
            "found": {
                "name": PROVIDER,
                "outputs": {
                    "stack": "provider",
                    "mode": "up",
                    "key": "s3cret",
                    "published": {"apps": {"port": 80.0}},
                },
                "secretOutputNames": ["key"],
            },
        }


def test_each_stack_is_run_once(tmp_path: Path) -> None:
    runs: list[str] = []
    program = _program(runs)
    for preview in (True, False):
        _run(tmp_path, program, f"stacks: {{ {PROVIDER}: Pulumi.provider.yaml }}\n", preview=preview)
    assert runs == ["consumer", "provider", "consumer"]


def test_the_stack_that_reads_goes_on_as_before(tmp_path: Path) -> None:
    def program() -> None:
        if pulumi.get_stack() == "consumer":
            _read(PROVIDER)
        pulumi.export("is", [pulumi.get_stack(), pulumi.runtime.is_dry_run(), pulumi.Config().get("key")])

    (tmp_path / "Pulumi.provider.yaml").write_text("config: { crosslink:key: theirs }\n")
    told = f"stacks: {{ {PROVIDER}: Pulumi.provider.yaml }}\n"
    run = _run(tmp_path, program, told, preview=True, config="config: { crosslink:key: ours }\n")
    assert run.outputs == {"is": ["consumer", True, "ours"]}


def test_a_stack_that_was_never_deployed_has_no_outputs(tmp_path: Path) -> None:
    run = _run(tmp_path, _program(), f"stacks: {{ {PROVIDER}: }}\n")
    assert run.outputs["found"] == {"name": PROVIDER, "outputs": {}, "secretOutputNames": []}


@pytest.mark.parametrize("told", ["", "stacks: { acme/crosslink/other: Pulumi.provider.yaml }\n"])
def test_an_unknown_stack(tmp_path: Path, told: str) -> None:
    with pytest.raises(ProgramError) as refused:
        _run(tmp_path, _program(), told)
    text = f'invocation of {READ} returned an error: unknown stack "{PROVIDER}"; '
    assert f"{text}{tmp_path / 'consumer.aws.yaml'} may name its stack file" in str(refused.value)


def test_a_program_that_gives_up_is_heard(tmp_path: Path) -> None:
    def program() -> None:
        try:
            _read(PROVIDER)
        except Exception as error:
            raise pulumi.RunError(f"wrong settings: {error}") from error

    with pytest.raises(pulumi.RunError, match=f'^wrong settings: .*unknown stack "{PROVIDER}"'):
        _run(tmp_path, program, "")


def test_a_failure_names_the_other_stack(tmp_path: Path) -> None:
    def program() -> None:
        if pulumi.get_stack() == "provider":
            raise pulumi.RunError("its settings are wrong")
        _read(PROVIDER)

    with pytest.raises(ProgramError, match=f"stack {PROVIDER}: its settings are wrong"):
        _run(tmp_path, program, f"stacks: {{ {PROVIDER}: Pulumi.provider.yaml }}\n")
    with pytest.raises(ProgramError, match=rf"stack {PROVIDER}: .*Pulumi\.none\.yaml can't be read"):
        _run(tmp_path, program, f"stacks: {{ {PROVIDER}: Pulumi.none.yaml }}\n")


@pytest.mark.parametrize("through", ["Pulumi.consumer.yaml", "Pulumi.provider.yaml"])
def test_a_stack_does_not_wait_for_its_own_outputs(tmp_path: Path, through: str) -> None:
    (tmp_path / "provider.aws.yaml").write_text(f"stacks: {{ {PROVIDER}: Pulumi.consumer.yaml }}\n")
    with pytest.raises(ProgramError, match="it would wait for its own outputs"):
        _run(tmp_path, lambda: _read(PROVIDER), f"stacks: {{ {PROVIDER}: {through} }}\n")


def _program(runs: list[str] | None = None) -> Program:
    """The stack consumer reads the outputs of the stack provider."""

    def program() -> None:
        stack = pulumi.get_stack()
        if runs is not None:
            runs.append(stack)
        pulumi.export("stack", stack)
        if stack == "consumer":
            pulumi.export("found", _read(PROVIDER))
        else:
            pulumi.export("mode", "preview" if pulumi.runtime.is_dry_run() else "up")
            pulumi.export("key", pulumi.Output.secret("s3cret"))
            pulumi.export("published", {"apps": {"port": 80, "healthPath": None}})
            pulumi.export("nothing", None)

    return program


def _run(
    folder: Path, program: Program, told: str, *, preview: bool = False, config: str = "config: {}\n"
) -> Run:
    """A run of the stack consumer, beside which there is what the file tells."""
    (folder / "Pulumi.consumer.yaml").write_text(config)
    if not (folder / "Pulumi.provider.yaml").exists():
        (folder / "Pulumi.provider.yaml").write_text("config: {}\n")
    (folder / "consumer.aws.yaml").write_text(told)
    stack = stack_file.read(folder / "Pulumi.consumer.yaml", engine.PROJECT)
    return engine.run(
        program, stack=stack.name, config=stack.config, existing=stack.existing, preview=preview
    )
