"""A timeline as a Gantt chart in Mermaid.

Texts may be anybody's: none may become markup. A colon ends a task's name, a semicolon a line, and a first
word such as `section` is a keyword: hence the space that can't be seen before it.

Source: https://mermaid.js.org/syntax/gantt.html
"""

import re

from crosslink.report.text import UNSEEN, line
from crosslink.timeline.report import grouped, kind
from crosslink.timeline.timeline import Bar, Timeline

VISIBLE = 10  # seconds from which on a step of the path can be seen
HEADER = """\
gantt
  title A first up, in hours and minutes
  dateFormat HH:mm:ss
  axisFormat %H:%M
"""


def mermaid(found: Timeline) -> str:
    """The critical path, and what takes long beside it."""
    lines = ["  section what it waits for"]
    lines += [_task(bar, 1, bar.span.start, bar.span.end) for bar in found.critical if bar.seconds >= VISIBLE]
    if found.beside:
        lines.append("  section beside it")
        for bars in grouped(found.beside):
            start, end = min(bar.span.start for bar in bars), max(bar.span.end for bar in bars)
            lines.append(_task(bars[0], len(bars), start, end))
    return HEADER + "\n".join(lines) + "\n"


def _task(bar: Bar, number: int, start: int, end: int) -> str:
    more = f" and {number - 1} more" if number > 1 else ""
    name = _escaped(f"{kind(bar.node).rpartition(':')[2]} {bar.node.name}{more}, {_length(end - start)}")
    return f"  {UNSEEN}{name} :{'crit, ' if bar.critical else ''}{_time(start)}, {end - start}s"


def _escaped(text: str) -> str:
    return re.sub(r"[^\w ,./()*-]", ".", line(text))


def _length(seconds: int) -> str:
    return " ".join(
        f"{number} {unit}" for number, unit in ((seconds // 60, "min"), (seconds % 60, "s")) if number
    )


def _time(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
