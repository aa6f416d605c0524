"""`python -m tests.states`: store what stacks of this version look like, for the test of the next one."""

from settings.version import VERSION
from tests.states.state import SHAPES, file_of_state, of_stack, write

for shape in SHAPES:
    file = file_of_state(VERSION, shape)
    write(of_stack(shape), file)
    print(f"{file.parent.name}/{file.name}: {file.stat().st_size:,} bytes")  # noqa: T201
