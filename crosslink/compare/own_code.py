"""The code that a change brings along, and that had a hand in what is told of the change.

HEAD's program runs, and its record is all that is known of it: a program may register one thing here and
another in the deployment. So a reviewer reads a change of the program before the comment. A change of the
checks has no part in the comment unless it is HEAD's own toolkit that compares; after the merge it has.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import all_suffixes
from pathlib import Path

PROGRAM = ("components", "package", "settings")
CHECKS = ("bootstrap", "crosslink", "policy", ".github")
# What isn't Python, and says what is run and with which packages
_FILES = ("Pulumi.yaml", "pyproject.toml", "requirements.txt")
_NEVER_RUN = ("docs", "examples", "tests")
_TOOLKIT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class OwnCode:
    """The files that differ, by their paths in the checkout."""

    program: tuple[str, ...] = ()  # they ran for this comparison
    checks: tuple[str, ...] = ()  # they judge others from the merge on


def own_code(base: Path | None, head: Path | None) -> OwnCode:
    """What differs between the code of two checkouts; nothing without two of them."""
    if base is None or head is None or base.samefile(head):
        return OwnCode()
    paths = sorted({*_code(base), *_code(head)})
    differing = [path for path in paths if _content(base / path) != _content(head / path)]
    checks = () if head.samefile(_TOOLKIT) else CHECKS
    return OwnCode(
        program=tuple(path for path in differing if Path(path).parts[0] not in checks),
        checks=tuple(path for path in differing if Path(path).parts[0] in checks),
    )


def _code(checkout: Path) -> Iterator[str]:
    """The paths of all that Python may load from a checkout, and of all else in the folders of the code.

    A module at the top may hide one of a library's, so its name doesn't matter. `checkout.preview` sees to it
    that Python looks into no `__pycache__`.
    """
    for folder, folders, files in os.walk(checkout):
        place = Path(folder).relative_to(checkout)
        is_top = place == Path()
        folders[:] = [name for name in folders if _is_looked_into(name, is_top=is_top)]
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        is_code = not is_top and place.parts[0] in PROGRAM + CHECKS
        for name in [*files, *links]:
            loads = name.endswith(tuple(all_suffixes())) or name in links
            if is_code or loads or (is_top and name in _FILES):
                yield str(place / name)


def _is_looked_into(name: str, *, is_top: bool) -> bool:
    hidden = name.startswith(".") and name not in CHECKS
    return not hidden and name != "__pycache__" and not (is_top and name in _NEVER_RUN)


def _content(path: Path) -> bytes | str | None:
    """A link is where it leads, as it may lead anywhere."""
    if path.is_symlink():
        return str(path.readlink())
    return path.read_bytes() if path.is_file() else None
