"""The page of what is measured."""

from collections.abc import Mapping

MOST_STRUCTURED = 1.15  # times the flat program
MOST_TOOLKIT = 0.10  # of the two runs of `crosslink sandbox up`

Measured = Mapping[int, Mapping[str, Mapping[str, float]]]

HEAD = """\
# What many backends cost

Made by `make bench` on {machine}: medians of {rounds}. The
backends are in five regions and have four routes each. Both programs run in this checkout's sandbox, without
an engine or a cloud, by turns and each in a fresh process. The flat program registers the same resources with
the same options, references and data sources in one loop, without components and without settings. Imports
aren't counted; memory is what a run adds to theirs. Ratios are medians of pairs, so that what slows the
machine down slows both.

## Components and settings

Aim: at most {structured} times the flat program, at every size.

| backends | resources | | wall s | CPU s | MiB |
|---:|---|---|---:|---:|---:|
"""
TOOLKIT = """
## Settings, reading and judging

Aim: the settings of 50 backends are read in under a second; reading and judging the path add at most
{toolkit:.0%} to `crosslink sandbox up`, which runs the program twice, as a preview and as an up, and judges
once. All by CPU; what a process reads once, such as modules and the lists of fields, isn't counted.

| backends | settings s | preview s | up s | reading s | judging s | added |
|---:|---:|---:|---:|---:|---:|---:|
"""


def page(found: Measured, *, machine: str, rounds: int) -> str:
    """The page, as Markdown.

    Args:
        found: number of backends → what was measured → name → median.
        machine: on what kind of machine.
        rounds: how many pairs.
    """
    head = HEAD.format(
        machine=machine, rounds=f"{rounds} rounds" if rounds > 1 else "one round", structured=MOST_STRUCTURED
    )
    pairs = "".join(_pair(backends, own) for backends, own in found.items())
    toolkit = "".join(_toolkit(backends, own["toolkit"]) for backends, own in found.items())
    return f"{head}{pairs}{TOOLKIT.format(toolkit=MOST_TOOLKIT)}{toolkit}{_missed(found)}"


def _missed(found: Measured) -> str:
    """Which aims the figures miss."""
    ratios = {backends: own["structured"]["cpu ratio"] for backends, own in found.items()}
    shares = {backends: own["toolkit"]["share"] for backends, own in found.items()}
    aims = (("components", ratios, MOST_STRUCTURED), ("reading and judging", shares, MOST_TOOLKIT))
    missed = [
        f"{what} at {', '.join(map(str, over))}"
        for what, figures, most in aims
        if (over := [backends for backends, figure in figures.items() if figure > most])
    ]
    return f"\nMissed: {'; '.join(missed)} backends.\n" if missed else "\nAll aims are met.\n"


def _pair(backends: int, own: Mapping[str, Mapping[str, float]]) -> str:
    structured, flat = own["structured"], own["flat"]
    components = f"{structured['resources'] - flat['resources']:.0f} components"
    rows = [
        (f"{flat['resources']:.0f}", "flat", *_figures(flat)),
        (f"and {components}", "structured", *_figures(structured)),
        ("", "ratio", *(f"{structured[f'{name} ratio']:.2f}" for name in ("wall", "cpu", "memory"))),
    ]
    first = (str(backends), "", "")
    return "".join(f"| {size} | {' | '.join(row)} |\n" for size, row in zip(first, rows, strict=True))


def _figures(own: Mapping[str, float]) -> tuple[str, str, str]:
    return f"{own['wall']:.2f}", f"{own['cpu']:.2f}", f"{own['memory']:.0f}"


def _toolkit(backends: int, own: Mapping[str, float]) -> str:
    seconds = (own[name] for name in ("settings", "preview", "cpu", "reading", "judging"))
    return f"| {backends} | {' | '.join(f'{value:.2f}' for value in seconds)} | {own['share']:.0%} |\n"
