"""Helpers for the sentences of the timeline."""

from bot.domain.text.parts import Line, Part, line


def with_more(*parts: Part | str, more: str) -> Line:
    """Return a line, with `more` after a dash if there is any."""
    return line(*parts, *((" — ", more) if more else ()))
