"""Python's search for cycles of objects, which costs more than it finds where many objects stay."""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def no_search() -> Generator[None, None, None]:
    """Leaves the search out meanwhile: each looks through all that a run of the program has made so far.

    Source: https://docs.python.org/3/library/gc.html
    """
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searched:
            gc.enable()
