"""Which kind a backend is of: a key of its mapping tells."""

from collections.abc import Mapping
from difflib import get_close_matches

from settings.backend import KINDS, Backend
from settings.elsewhere import elsewhere
from settings.errors import ABSENT, Fault, as_yaml, key

CHOICE = f"exactly one of {' | '.join(KINDS)}"
_KEYS = {str(field.alias) for model in KINDS.values() for field in model.model_fields.values()}


def kind_of(path: str, given: Mapping[str, object], faults: list[Fault]) -> type[Backend] | None:
    """The model of a backend.

    Args:
        path: The backend's path in the file.
        given: What is there.
        faults: Receives a fault if there is no kind, or more than one.

    Returns:
        The model; without a kind the one that most of it is for. None if there is more than one.
    """
    kinds = [name for name in KINDS if name in given]
    if len(kinds) > 1:
        faults += [
            Fault(
                path=key(path, name),
                value=given[name],
                must=f"must not be set beside {kinds[0]}: {CHOICE}",
                fix=f"# without {name}, or in a backend of its own",
            )
            for name in kinds[1:]
        ]
        return None
    if not kinds and not (kinds := _meant(given)):
        kinds = ["loadBalancer"] if "paths" in given else ["cluster"]
        example = KINDS[kinds[0]].model_fields["load_balancer" if "paths" in given else "cluster"].examples
        fix = f"{kinds[0]}: {as_yaml((example or [None])[0])}"
        faults.append(Fault(path=key(path, kinds[0]), value=ABSENT, must=f"is required: {CHOICE}", fix=fix))
    return KINDS[kinds[0]]


def _meant(given: Mapping[str, object]) -> list[str]:
    """The kind that an unknown key was probably meant to tell: its fault says so."""
    for name in (name for name in given if name not in _KEYS):
        hint = elsewhere(Backend, name)
        near = hint.right(given[name]).keys() if hint else get_close_matches(name, _KEYS, n=1)
        if found := [kind for kind in near if kind in KINDS]:
            return found
    return []
