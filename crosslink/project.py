"""The checkout that the commands work on."""

from pathlib import Path


def root() -> Path:
    """The folder of the program: of the checkout that the working directory is in, or else of this one."""
    here = Path.cwd()
    return next(filter(is_checkout, (here, *here.parents)), Path(__file__).resolve().parents[1])


def is_checkout(folder: Path) -> bool:
    """Whether a folder holds a program and its project file."""
    return all((folder / name).is_file() for name in ("__main__.py", "Pulumi.yaml"))
