"""Composable checks for JSON values. Each one reports what is wrong and where, in Slack's wording."""

from collections.abc import Callable, Mapping
from typing import Any

Problems = list[str]
Check = Callable[[Any, str, Problems], None]


def add_problem(problems: Problems, pointer: str, message: str) -> None:
    """Add a problem with Slack's wording and the JSON pointer of its location."""
    problems.append(f"{message} [json-pointer:{pointer}]")


def string(maximum: int, minimum: int = 1, pattern: Callable[[str], Any] | None = None) -> Check:
    """Return a check for a string of `minimum` to `maximum` characters that matches `pattern`, if given."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, str):
            add_problem(problems, pointer, "must be a string")
        elif len(value) < minimum:
            add_problem(problems, pointer, f"must be more than {minimum - 1} characters")
        elif len(value) > maximum:
            add_problem(problems, pointer, f"must be less than {maximum + 1} characters")
        elif pattern is not None and not pattern(value):
            add_problem(problems, pointer, "failed to match all allowed schemas")

    return check


def boolean(value: Any, pointer: str, problems: Problems) -> None:
    """Check that the value is a boolean."""
    if not isinstance(value, bool):
        add_problem(problems, pointer, "must be a boolean")


def number(minimum: float = float("-inf"), maximum: float = float("inf")) -> Check:
    """Return a check for a number between two bounds."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float) or not minimum <= value <= maximum:
            add_problem(problems, pointer, "must be a number in the range allowed")

    return check


def one_of(*allowed: str) -> Check:
    """Return a check for one of a few values."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if value not in allowed:
            add_problem(problems, pointer, "must be a valid enum value")

    return check


def any_value(_value: Any, _pointer: str, _problems: Problems) -> None:
    """Accept any value."""


def array(check_item: Check, maximum: int, minimum: int = 1) -> Check:
    """Return a check for a list of `minimum` to `maximum` items that each pass `check_item`."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, list):
            add_problem(problems, pointer, "must be an array")
            return
        if len(value) < minimum:
            add_problem(problems, pointer, f"no fewer than {minimum} items allowed")
        if len(value) > maximum:
            add_problem(problems, pointer, f"no more than {maximum} items allowed")
        for index, item in enumerate(value):
            check_item(item, f"{pointer}/{index}", problems)

    return check


def json_object(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """Return a check for an object with these fields and no others.

    The `type` field is not checked here, because it selects the check (see `by_type`).
    """
    checks = {**required, **(optional or {})}

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            add_problem(problems, pointer, "must be an object")
            return
        for name in required:
            if value.get(name) is None:
                add_problem(problems, pointer, f"missing required field: {name}")
        for name, field_value in value.items():
            if name == "type" and name not in checks:
                continue
            if name not in checks:
                add_problem(problems, pointer, f"invalid additional property: {name}")
            elif field_value is not None:
                checks[name](field_value, f"{pointer}/{name}", problems)

    return check


def by_type(checks: Mapping[str, Check]) -> Check:
    """Return a check that selects one of `checks` by the `type` of the object."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            add_problem(problems, pointer, "must be an object")
            return
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in checks:
            add_problem(problems, f"{pointer}/type", f"unsupported type: {kind}")
            return
        checks[kind](value, pointer, problems)

    return check


def text_object(maximum: int, *kinds: str) -> Check:
    """Return a check for a text object of 1 to `maximum` characters; `kinds`: plain_text, mrkdwn or both."""
    options = {"plain_text": {"emoji": boolean}, "mrkdwn": {"verbatim": boolean}}
    shapes = {kind: json_object({"text": string(maximum)}, options[kind]) for kind in kinds}

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            add_problem(problems, pointer, "must be an object")
        elif value.get("type") not in kinds:
            add_problem(problems, f"{pointer}/type", f"must be one of: {', '.join(kinds)}")
        else:
            shapes[value["type"]](value, pointer, problems)

    return check
