"""The one screen that a run is told in."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console

from crosslink.__main__ import main
from crosslink.graph.from_sandbox import model_of
from crosslink.graph.unknown import KNOWN_LATER
from crosslink.path.walk import Model
from crosslink.rules.verdict import judge
from crosslink.sandbox import report
from tests.crosslink.report.many import many
from tests.faults.fault import model_of as model_with
from tests.faults.test_faults import named
from tests.runs import DEV, ROOT, run_stack

LINES, WIDTH = 38, 100
PROGRESS = 3  # lines that stderr has: a warning, the preview, the up


def screen(
    file: Path, *, preview: bool = False, width: int = WIDTH, model: Model | None = None
) -> Sequence[str]:
    """As in a terminal of that width."""
    run = run_stack(file, preview=preview)
    model = model or model_of(run)
    text = io.StringIO()
    console = Console(file=text, width=width, highlight=False, force_terminal=True, color_system=None)
    report.write(run, model, judge(model), console, stack=file.stem.partition(".")[2])
    # What a terminal wraps itself takes as many lines there.
    return [
        line[start : start + width].rstrip()
        for line in text.getvalue().splitlines()
        for start in range(0, max(len(line.rstrip()), 1), width)
    ]


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "up"])
def test_it_fits_a_terminal(preview: bool) -> None:
    assert len(screen(DEV, preview=preview)) + PROGRESS <= LINES


def test_places_steps_routes_rules_and_what_next_are_told_in_this_order() -> None:
    lines = screen(DEV)
    text = "\n".join(lines)
    assert lines[0] == "111111111111 us-east-1  16  Network, InterfaceEndpoint, Peering"
    assert "\n4. the interface endpoint                           vpce-88d8c0a48d21a8744\n" in text
    assert "\n    ├── ✓ /svc1  Ingress /svc1 → Service crosslink-apps-svc1 → 2 pods, port 8080\n" in text
    heads = ["The eight steps", "Routes", "Not on the way of requests", "165 rules hold", "Try next"]
    assert sorted(heads, key=text.index) == heads


def test_what_routes_share_is_told_once() -> None:
    text = " ".join("\n".join(screen(DEV)).split())
    assert text.count("→ VPC link p1dlvq → gateway NLB port 8000 → 10.11.2.10, 10.11.4.10") == 1
    assert text.count("Ingress /svc") == 2


def test_what_an_up_makes_known_is_not_called_unknown() -> None:
    text = "\n".join(screen(DEV, preview=True))
    assert KNOWN_LATER in text
    assert text.count("unknown") == text.count(" 0 unknown") == 1


def test_commands_are_whole_in_a_narrow_terminal() -> None:
    lines = screen(DEV, width=60)
    assert "  .venv/bin/crosslink sandbox up --walk /svc1" in lines
    assert "  # each hop, with what the rules say" in lines
    assert max(map(len, lines)) <= 60


def test_a_command_names_a_walk_as_a_shell_takes_it() -> None:
    fault = named("canary wants no pods")
    model = model_with("planned", fault.stack, fault.change)
    lines = screen(ROOT / "examples" / "Pulumi.canary.yaml", model=model, width=140)
    assert any("--stack canary --walk '/svc1 (canary)'" in line for line in lines)


def test_of_many_routes_few_are_told() -> None:
    lines = screen(ROOT / "examples" / "Pulumi.two-regions.yaml", model=many(50))
    routes = lines[lines.index("Routes") : lines.index("Try next")]
    assert len(routes) < 50
    assert any("more routes" in line for line in routes)


@pytest.mark.parametrize(
    ("arguments", "said", "unsaid"),
    [
        (
            ["--walk", "/svc2"],
            ["Walk of /svc2", "selects", "rules hold"],
            ["Walk of /svc1", "Outputs", "Try next"],
        ),
        (["--tree"], ["├── ec2.Subnet (2)"], ["Walk of", "Outputs", "rules hold"]),
        (["--outputs"], ["Outputs", "URLs"], ["Walk of", "ec2.Subnet", "rules hold"]),
        (
            ["--all"],
            ["Outputs", "ec2.Subnet (2)", "Walk of /svc1", "Walk of /svc2", "rules hold"],
            ["Try next"],
        ),
    ],
)
def test_more_is_told_if_it_is_asked_for(
    arguments: list[str], said: list[str], unsaid: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sandbox", "up", *arguments]) == 0
    out = capsys.readouterr().out
    assert [text for text in said if text not in out] == []
    assert [text for text in unsaid if text in out] == []
    assert [line for line in out.splitlines() if line.endswith(" ")] == []


def test_a_route_that_is_not_there_is_told_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sandbox", "preview", "--walk", "/svc3"]) == 1
    assert "--walk /svc3: no such route; the stack has /svc1, /svc2" in capsys.readouterr().err
