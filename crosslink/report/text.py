"""Texts of others in one line, without what can't be seen."""

# A space without width: it parts what would be markup, a link or a notification, and has no other escape.
UNSEEN = "\u200b"


def line(text: str, length: int | None = None) -> str:
    """A text in one line, without characters that can't be seen, its end left out where it is long."""
    text = " ".join(visible_text(text).split())
    return text if length is None or len(text) <= length else f"{text[:length]}…"


def visible_text(text: str) -> str:
    """A text with a space for each character that can't be seen."""
    return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)
