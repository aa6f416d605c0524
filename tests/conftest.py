"""What holds for all tests."""

import gc

# A run of the program makes many small objects, nearly all of which go by reference counting. Looking for
# cycles among them every 700 objects, the default, is a third of the suite's time.
gc.set_threshold(100_000, 50, 100)


def pytest_collection_finish() -> None:
    """What is imported by now stays for good: it needs no looking through."""
    gc.freeze()
