"""What the stack makes and what exists, told apart by the key `existing`."""

from pydantic import Discriminator, Tag

MADE, JOINED = "\0made", "\0joined"
"""Tags of what the stack makes and of what exists: in the place of an error they come after its key."""


def _by_existing(value: object) -> str:
    joined = "existing" in value if isinstance(value, dict) else hasattr(value, "existing")
    return JOINED if joined else MADE


Made = Tag(MADE)
Joined = Tag(JOINED)
EXISTING_OR_NOT = Discriminator(_by_existing)
"""Tells two models apart by the key `existing`: what exists is of the `Joined` one, the rest `Made`."""
