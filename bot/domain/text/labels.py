"""Matches labels of alerts against the labels that a route or a runbook requires."""

import re
from collections.abc import Mapping
from functools import lru_cache


def labels_match(wanted: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    """Return whether every required label matches, either as the same text or as a regular expression.

    The expression has to match the whole value, as in Alertmanager's `=~`. A missing label counts as "".
    """
    return all(_matches(pattern, labels.get(name, "")) for name, pattern in wanted.items())


def _matches(pattern: str, value: str) -> bool:
    expression = _compiled(pattern)
    return value == pattern or (expression is not None and expression.fullmatch(value) is not None)


@lru_cache(maxsize=1000)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """Return the compiled expression, or None if the text is invalid and can only match literally."""
    try:
        return re.compile(pattern)
    except re.error:
        return None
