"""What holds for all tests."""

import gc

import hypothesis
from pulumi.runtime import resource
from pulumi.runtime.proto.source_pb2 import StackTrace

# A run of the program makes many small objects, nearly all of which go by reference counting. Looking for
# cycles among them every 700 objects, the default, is a third of the suite's time.
gc.set_threshold(100_000, 50, 100)

# With each resource the SDK sends the stack that made it, for the source positions in the engine's state. The
# sandbox keeps none, and with pytest's some 60 frames they are a quarter of a run's time.
resource._get_stack_trace = StackTrace

# Both checks take the time, which on a busy machine fails what is right.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")


def pytest_collection_finish() -> None:
    """What is imported by now stays for good: it needs no looking through."""
    gc.freeze()
