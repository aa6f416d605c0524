"""`python -m tests.transitions > docs/changes.md`: what happens if a stack that stands is changed.

python -m tests.transitions files DIRECTORY
    writes the stack files that the table starts from, `BASE/Pulumi.BASE.yaml`, and leads to,
    `BASE/to/ID.yaml`; where something exists beside a stack, also `BASE/beside.yaml`
python -m tests.transitions record DIRECTORY
    keeps what the engine says of them: `BASE/ID.json`, each as `pulumi preview --json` prints it after an
    up of the base, and `BASE/0-same.json` for the base itself
"""

import argparse
import sys
from pathlib import Path

import yaml

from tests.transitions.page import page
from tests.transitions.recorded import record
from tests.transitions.transition import bases, transitions


def write_files(directory: Path) -> None:
    """The stack files."""
    for name, base in bases().items():
        (directory / name / "to").mkdir(parents=True, exist_ok=True)
        _write(directory / name / f"Pulumi.{name}.yaml", base.file())
        if base.file_beside().exists():
            (directory / name / "beside.yaml").write_text(base.file_beside().read_text())
    for transition in transitions().values():
        _write(directory / transition.base / "to" / f"{transition.id}.yaml", transition.files()[1])


def _write(path: Path, config: object) -> None:
    path.write_text(yaml.safe_dump({"config": config}, sort_keys=False))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="?", choices=["page", "files", "record"], default="page")
    parser.add_argument("directory", nargs="?", type=Path, default=Path())
    arguments = parser.parse_args()
    if arguments.what == "page":
        sys.stdout.write(page())
    elif arguments.what == "files":
        write_files(arguments.directory)
    else:
        for name in bases():
            record(name, arguments.directory / name)


if __name__ == "__main__":
    main()
