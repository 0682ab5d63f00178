"""Reads figures that people type: "lost webhooks 200,000", "883 customers", "error budget used: 40 %"."""

import re

_UNIT = (
    r"%|‰|[kMG]?B\b|k\b|M\b|(?:thousand|million|billion)\b"
    r"|(?:h|hours?|min|minutes?|s|seconds?|days?)\b"
)
_ABOUT = r"(?:about|around|nearly|almost|over|up to|at least|more than|fewer than|less than)"
_VALUE = rf"(?P<value>(?:{_ABOUT}\s|[~≈<>≤≥])?\s?[+-]?\d(?:[\d.,'’ ]*\d)?(?:\s?(?:{_UNIT}))?)"
_LABEL = r"(?P<label>\S.*?)"
_AT_END = re.compile(rf"{_LABEL}[\s:=]+{_VALUE}\.?")
_IN_FRONT = re.compile(rf"{_VALUE}\s+{_LABEL}")


def split_figure(text: str) -> tuple[str, str] | None:
    """Return the label and the value of a figure, both as typed, or None if one of them is missing."""
    text = " ".join(text.split())
    found = _AT_END.fullmatch(text) or _IN_FRONT.fullmatch(text)
    label = found["label"].strip(" :=") if found else ""
    return (label, found["value"].strip()) if found and any(map(str.isalpha, label)) else None
