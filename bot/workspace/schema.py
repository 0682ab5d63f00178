"""Small checks that combine: each looks at one JSON value and notes what is wrong, with its place."""

from collections.abc import Callable, Mapping
from typing import Any

Problems = list[str]
Check = Callable[[Any, str, Problems], None]


def note(problems: Problems, at: str, what: str) -> None:
    """Note a mistake in the words and with the JSON pointer Slack uses."""
    problems.append(f"{what} [json-pointer:{at}]")


def string(most: int, least: int = 1, pattern: Callable[[str], Any] | None = None) -> Check:
    """A text of `least` to `most` characters that `pattern`, when given, matches."""

    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, str):
            note(problems, at, "must be a string")
        elif len(value) < least:
            note(problems, at, f"must be more than {least - 1} characters")
        elif len(value) > most:
            note(problems, at, f"must be less than {most + 1} characters")
        elif pattern is not None and not pattern(value):
            note(problems, at, "failed to match all allowed schemas")

    return check


def flag(value: Any, at: str, problems: Problems) -> None:
    """A boolean."""
    if not isinstance(value, bool):
        note(problems, at, "must be a boolean")


def number(least: float = float("-inf"), most: float = float("inf")) -> Check:
    """A number between two bounds."""

    def check(value: Any, at: str, problems: Problems) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            note(problems, at, "must be a number in the range allowed")

    return check


def choice(*allowed: str) -> Check:
    """One of a few words."""

    def check(value: Any, at: str, problems: Problems) -> None:
        if value not in allowed:
            note(problems, at, "must be a valid enum value")

    return check


def anything(_value: Any, _at: str, _problems: Problems) -> None:
    """Left unchecked."""


def items(each: Check, most: int, least: int = 1) -> Check:
    """A list of `least` to `most` items."""

    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, list):
            note(problems, at, "must be an array")
            return
        if len(value) < least:
            note(problems, at, f"no fewer than {least} items allowed")
        if len(value) > most:
            note(problems, at, f"no more than {most} items allowed")
        for index, item in enumerate(value):
            each(item, f"{at}/{index}", problems)

    return check


def thing(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these fields and no others; `type` is checked by whoever chose this check."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            note(problems, at, "must be an object")
            return
        for name in required:
            if value.get(name) is None:
                note(problems, at, f"missing required field: {name}")
        for name, given in value.items():
            if name == "type" and name not in known:
                continue
            if name not in known:
                note(problems, at, f"invalid additional property: {name}")
            elif given is not None:
                known[name](given, f"{at}/{name}", problems)

    return check


def by_type(table: Mapping[str, Check]) -> Check:
    """An object whose `type` says which check it has to pass."""

    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            note(problems, at, "must be an object")
            return
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in table:
            note(problems, f"{at}/type", f"unsupported type: {kind}")
            return
        table[kind](value, at, problems)

    return check


def text(most: int, *kinds: str) -> Check:
    """A text object of 1 to `most` characters; `kinds` are plain_text, mrkdwn or both."""
    own = {"plain_text": {"emoji": flag}, "mrkdwn": {"verbatim": flag}}
    shapes = {kind: thing({"text": string(most)}, own[kind]) for kind in kinds}

    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            note(problems, at, "must be an object")
        elif value.get("type") not in kinds:
            note(problems, f"{at}/type", f"must be one of: {', '.join(kinds)}")
        else:
            shapes[value["type"]](value, at, problems)

    return check
