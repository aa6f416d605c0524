"""The comment: what it says first, and what it leaves out where there is no room."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import pytest

from crosslink.compare import comment
from crosslink.compare.comment import ITEMS, Part
from crosslink.compare.comparison import Comparison, Finding, compare
from crosslink.compare.flowchart import MAX_WAYS, mermaid
from crosslink.compare.own_code import OwnCode
from crosslink.compare.sources import Side
from crosslink.compare.standing import Effect, Kind
from crosslink.compare.types_beside import TypeBeside
from crosslink.graph import tokens
from crosslink.rules.verdict import Result
from crosslink.sandbox.record import Resource
from tests.redeployments import SVC3, base, redeployed, whole

SECTIONS = {
    Part.WALKS: "Walk of /ledger",
    Part.VALUES: "→ http://billing.crosslink.example.com:8001",
    Part.RESOURCES: "**333333333333 us-east-1**",
    Part.PICTURE: "```mermaid",
}


def _compared(before: Side, after: Side) -> Comparison:
    """The settings that nothing judges have a test of their own."""
    return replace(compare("dev", before, after), not_judged=())


@cache
def _more() -> Comparison:
    return _compared(Side(base(), {}), Side(redeployed("a backend more"), {}))


@cache
def _broken() -> Comparison:
    """Without the routes back."""
    return _without(node for node in base().of_type("aws:ec2/route:Route") if "-back-" in node.name)


def _without(gone: Iterable[Resource]) -> Comparison:
    left = dict(base().resources)
    for resource in gone:
        del left[resource.urn]
    return _compared(Side(base(), {}), Side(replace(base(), resources=left), {}))


def test_the_headline_tells_what_is_broken() -> None:
    assert comment.headline(_broken()) == (
        "✗ `dev`: 2 of 2 routes broken at the route back; nothing opens up; resources: 2 deleted"
    )


def test_lost_redundancy_is_told_and_no_route_is_called_broken() -> None:
    found = _without(
        node for node in base().of_type("aws:ec2/route:Route") if node.name.endswith("-back-use1-az1")
    )
    lost = "every route gets through, but 2 of 2 routes lose redundancy at the route back"
    assert comment.headline(found) == f"⚠ `dev`: {lost}; nothing opens up; resources: 1 deleted"
    text = comment.write(found)
    assert "**▲ `/svc1`, `/svc2`: redundancy lost at the route back**\n" in text
    assert (
        "- **grade**: redundancy lost: All requests get through; after one more failure some don't.\n" in text
    )
    assert "| `/svc1` | iam | ANY | ✓ holds → ▲ redundancy lost at the route back |" in text
    assert "\n    ▲ route back" in text
    assert "route back (▲ redundancy lost)" in text
    assert "✗" not in text
    again = comment.write(_compared(found.head, found.head))
    assert "redundancy lost at the route back**, as it was before\n" in again


def test_of_a_route_of_which_something_is_unknown_nobody_says_that_it_gets_through() -> None:
    found = _without(
        node for node in base().of_type("aws:ec2/route:Route") if node.name.endswith("-back-use1-az1")
    )
    verdicts = {
        path: (*own, replace(own[0], result=Result.UNKNOWN))
        for path, own in found.head.judgement.walks.items()
    }
    head = Side(found.head.run, {})
    head.__dict__["judgement"] = replace(found.head.judgement, walks=verdicts)
    assert "⚠ `dev`: 2 of 2 routes lose redundancy at the route back; " in comment.headline(
        replace(found, head=head)
    )


def test_new_settings_that_nothing_judges_are_told_and_old_ones_are_not() -> None:
    [nlb] = [node for node in base().of_type(tokens.LOAD_BALANCER) if node.name == "crosslink-gateway"]
    odd = replace(nlb, inputs={**nlb.inputs, "speedOfLight": "half"})
    side = Side(replace(base(), resources={**base().resources, nlb.urn: odd}), {})
    found = compare("dev", Side(base(), {}), side)
    assert comment.headline(found) == (
        "? `dev`: no rule is broken, but nothing judges 1 new setting; nothing opens up; resources: 1 changed"
    )
    assert '- `aws:lb:LoadBalancer` `crosslink-gateway`: `speedOfLight` is `"half"`\n' in comment.write(found)
    again = compare("dev", side, side)
    assert comment.headline(again) == "✓ `dev`: nothing changes; every route gets through"


def test_what_was_broken_before_says_so_and_what_is_mended_too() -> None:
    head, healthy = _broken().head, _broken().base
    assert "**✗ `/svc1`, `/svc2`: broken at the route back**, as it was before" in comment.write(
        _compared(head, head)
    )
    mended = comment.write(_compared(head, healthy))
    assert "every route gets through again; nothing opens up; resources: 2 created" in mended
    assert "| `/svc1` | iam | ANY | ✗ broken at the route back → ✓ holds |" in mended


def test_the_walk_tells_a_shared_hop_once() -> None:
    text = comment.write(_broken())
    first, second = text.partition("Walk of /svc1")[2].partition("\n```")[0].split("Walk of /svc2")
    assert first.count("\n    ✗ route back") == 4
    assert "broken subnet-has-a-route: 10.11.2.0/26 has no route to 10.10.32.0/26" in first
    assert "\n    VPC link to ALB: as on /svc1\n" in second
    assert "route back" not in second


def test_what_a_rule_says_of_several_hops_stands_at_the_first() -> None:
    text = comment.write(_without(base().of_type("aws:ec2/vpcEndpoint:VpcEndpoint")))
    walk = text.partition("Walk of /svc1")[2].partition("Walk of /svc2")[0]
    assert walk.count(" broken targets-are-the-endpoint: ") == 1


@pytest.mark.parametrize("left_out", range(len(SECTIONS)))
def test_what_has_no_room_is_left_out_the_least_important_first(
    left_out: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = comment.write(_more())
    for _part in range(left_out + 1):
        monkeypatch.setattr(comment, "LIMIT", len(text) - 1)
        text = comment.write(_more())
        assert len(text) <= comment.LIMIT
    gone = [part for part, sign in SECTIONS.items() if sign not in text]
    assert gone == list(SECTIONS)[: left_out + 1]
    assert f"_There is no room for {', '.join(gone)}. " in text
    assert "### ✓ `dev`: every route gets through; **" in text


def test_a_comment_of_a_hundred_of_each_has_room() -> None:
    """The routes that matter come first; and a text of any length is cut."""
    route, [*found] = _more().routes[-1], _broken().findings
    state = route.after and replace(route.after, result=Result.BROKEN, hop="route back")
    verdict = found[0].verdict
    verdict = replace(verdict, why="@" * 5000, by=replace(verdict.by, fix="@" * 5000, statement="@" * 5000))
    large = replace(
        _more(),
        routes=tuple(replace(route, path=f"/{number}") for number in range(100))
        + tuple(replace(route, path=f"/worse/{number}", before=state, after=None) for number in range(20)),
        findings=tuple(
            Finding(verdict=verdict, paths=(f"/{number}",), already=False) for number in range(100)
        ),
        openings=tuple(
            replace(opening, how=f"{opening.how} {number}")
            for opening in _more().openings
            for number in range(100)
        ),
        changes=tuple(
            replace(change, name=f"{change.name}-{number}")
            for change in _more().changes
            for number in range(99)
        ),
        secrets=tuple(f"crosslink:{number}" for number in range(100)),
    )
    text = comment.write(large)
    assert len(text) < comment.LIMIT
    assert text.startswith("<!-- crosslink:dev -->\n\n### ✗ `dev`: ")
    assert text.endswith(f"{comment.FOOTER}\n")
    assert text.count("<details>") == text.count("</details>")
    assert len(re.findall(r"^\| `/worse/", text, re.MULTILINE)) == ITEMS
    assert re.findall(r"_… and (\d+) more_", text) == ["80", "95", "180", "80"]  # routes … secrets


def test_a_screen_shows_what_matters_and_the_rest_is_folded_up() -> None:
    """Thirty of each make no longer comment than nine, but for the folds."""
    route, lost, opening = _more().routes[0], _broken().findings[0], _more().openings[0]
    removed = replace(route, before=route.after, after=None)
    effect = Effect(kind=Kind.GOES, what=("/a",), how="goes", why="x", lasts="for good", way="first")

    def written(count: int) -> str:
        numbers = [str(number) for number in range(count)]
        found = replace(
            _more(),
            routes=tuple(replace(removed, path=f"/{number}") for number in numbers),
            findings=(lost,) * count,
            openings=tuple(replace(opening, how=number) for number in numbers),
            standing=tuple(replace(effect, how=number) for number in numbers),
            types_beside=tuple(
                TypeBeside(type=f"a:b:{number}", names=("c",), reason=None) for number in numbers
            ),
            secrets=tuple(numbers),
        )
        return _unfolded(comment.write(found))

    assert written(30).count("\n") == written(9).count("\n") < 90


def _unfolded(text: str) -> str:
    return re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)


def test_what_happens_to_several_routes_alike_is_told_once() -> None:
    effect = Effect(kind=Kind.GOES, what=("/a",), how="goes", routes=("/a",), way="see `aws x | y`")
    other = replace(effect, what=("/b",), routes=("/b",))
    backend = replace(effect, what=("apps",), routes=("/a", "/b"))
    text = comment.write(replace(_more(), standing=(effect, other, backend)))
    assert (
        "#### What this does to what stands\n\n"
        "- ⚠ `/a`, `/b`: goes\n  <br>**Instead**: see `aws x | y`\n"
        "- ⚠ `apps`: goes\n  <br>**Who**: callers of `/a`, `/b`\n  <br>**Instead**: see `aws x | y`\n"
    ) in text


def test_code_of_the_change_that_had_a_hand_is_told_before_anything_else() -> None:
    own = OwnCode(program=("components/a.py", "yaml.py"), checks=("policy/known.yaml",))
    lines = comment.write(replace(_more(), own_code=own)).split("\n\n")
    assert lines[2:4] == [
        "**This change's own code had a hand in this comment**: `components/a.py`, `yaml.py`. "
        "Read that part of the diff first.",
        "**It changes what checks others**: `policy/known.yaml`. This comment is made without that; "
        "once merged, it counts.",
    ]


def test_an_error_of_any_length_has_room() -> None:
    text = comment.failed("dev", "`" * 200_000)
    assert len(text) < comment.LIMIT
    assert text.startswith("<!-- crosslink:dev -->\n\n### ✗ `dev`: the comparison could not run\n\n")


def test_the_marker_is_one_line_whatever_the_stacks_name_is() -> None:
    assert comment.marker("dev.eu-west_1") == "<!-- crosslink:dev.eu-west_1 -->"
    assert comment.marker("x --> y\n") == "<!-- crosslink:x_--__y_ -->"


def test_a_picture_that_is_too_large_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comment, "LARGEST_PICTURE", 100)
    text = comment.write(_more())
    assert "```mermaid" not in text
    assert "_More changes than can be drawn. " in text


def test_of_many_routes_the_picture_has_the_first_ways() -> None:
    open_ = {
        f"crosslink:backends[0].services[{place}]": {**SVC3, "name": f"s{place}", "path": f"/s{place}"}
        for place in range(2, 9)
    }
    drawn = mermaid(Side(base(), {}), Side(whole(open_), {})) or ""
    assert drawn.count("<b>method (+ new)</b>") == MAX_WAYS


def test_a_picture_is_a_flowchart() -> None:
    """Each line has a form that Mermaid knows, and arrows and classes are of nodes that are there."""
    text = comment.write(_more()).partition("```mermaid\n")[2].partition("```")[0]
    forms = {
        "node": r" +(n\d+)(?:\[\"[^\"]*\"\]|\(\[\"client\"\]\))",
        "box": r" +subgraph (box\d+)\[\"[^\"]+\"\]",
        "row": r"    direction LR",
        "end": r" +end",
        "arrow": r"  ((?:n|box)\d+) -(?:-|\.-)> ((?:n|box)\d+)",
        "style": r"  classDef \w+ [\w:,#-]+(?: \d)?[\w:,#-]*",
        "class": r"  class (n\d+(?:,n\d+)*) \w+",
    }
    lines = text.splitlines()[2:]
    found = {form: [line for line in lines if re.fullmatch(pattern, line)] for form, pattern in forms.items()}
    assert sorted(lines) == sorted(one for matching in found.values() for one in matching)
    assert len(found["box"]) == len(found["end"])
    nodes = re.findall(r"^ +(n\d+)[\[(]", text, re.MULTILINE)
    boxes = re.findall(r"subgraph (box\d+)", text)
    named = re.findall(r"(?:n|box)\d+", "\n".join(found["arrow"] + found["class"]))
    assert set(named) == {*nodes, *boxes}
    assert len(set(nodes)) == len(nodes)
