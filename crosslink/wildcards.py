"""Patterns of AWS, in which `*` stands for any characters and `?` for one, and nothing else is special."""

from fnmatch import fnmatchcase


def is_like(text: str, pattern: str) -> bool:
    """Whether a text fits a pattern, its case included."""
    return fnmatchcase(text, pattern.replace("[", "[[]"))
