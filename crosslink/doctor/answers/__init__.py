"""What the answer to a request means on this path: who has given it, and what made it do so."""

from collections.abc import Sequence
from dataclasses import replace

from crosslink.doctor.answers.by_api_gateway import FAILURES, OTHERS, REFUSALS
from crosslink.doctor.answers.from_behind import BY_ALB, BY_APPLICATION, BY_STRANGER
from crosslink.doctor.answers.kind import By, Kind, names_of
from crosslink.doctor.probe import Answer, Asked, Meaning

# All kinds of answers: the first that fits an answer is its kind, and the last of each answerer fits any.
KINDS: Sequence[Kind] = (*REFUSALS, *FAILURES, *OTHERS, *BY_ALB, *BY_APPLICATION, *BY_STRANGER)


def meaning_of(answer: Answer, asked: Asked) -> Meaning:
    """Relates an answer to the hops of the path."""
    kind = next(kind for kind in KINDS if kind.is_of(answer, asked))
    meaning = kind.meaning(names_of(answer, asked))
    # The walk ends before the application of somebody else.
    beyond = kind.by is By.APPLICATION and kind.hop == "Deployment" and not asked.ours
    return replace(meaning, hop=None) if beyond else meaning
