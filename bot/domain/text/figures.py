"""Reads figures that people type: "lost webhooks 200,000", "883 customers", "error budget used: 40 %"."""

import re

_UNIT = (
    r"%|‰|[kMG]?B\b|k\b|M\b|(?:thousand|million|billion)\b"
    r"|(?:h|hours?|min|minutes?|s|seconds?|days?)\b"
)
_VALUE = rf"(?P<value>[~≈<>≤≥]?\s?[+-]?\d(?:[\d.,'’ ]*\d)?(?:\s?(?:{_UNIT}))?)"
_LABEL = r"(?P<label>\S.*?)"
_AT_END = re.compile(rf"{_LABEL}[\s:=]+{_VALUE}\.?")
_IN_FRONT = re.compile(rf"{_VALUE}\s+{_LABEL}")


def split_figure(text: str) -> tuple[str, str] | None:
    """Return the label and the value of a figure, both as typed, or None if one of them is missing."""
    text = " ".join(text.split())
    found = _AT_END.fullmatch(text) or _IN_FRONT.fullmatch(text)
    return (found["label"].strip(" :="), found["value"].strip()) if found else None
