"""An endpoint that waits until the owner of the endpoint service accepts it: a state, and nothing broken."""

from crosslink.graph.unknown import NotKnownError, present
from crosslink.path import steps
from crosslink.path.private_link import PENDING, Endpoint
from crosslink.path.walk import Walk

WAITS = "the endpoint waits for its acceptance"


def waits_for_another_team(walk: Walk, endpoint: Endpoint) -> bool:
    """Whether an endpoint isn't accepted yet, and the service that it asks is another stack's."""
    theirs = any(intent.kind_of_backend == "service" for intent in present(walk.intent))
    return theirs and endpoint.state == PENDING


def stop_if_pending(walk: Walk) -> None:
    """Stops a rule that can't be judged before another team has accepted the endpoint.

    Raises:
        NotKnownError: it has not yet.
    """
    if any(waits_for_another_team(walk, endpoint) for endpoint in walk.seen(steps.ENDPOINT)):
        raise NotKnownError(WAITS)
