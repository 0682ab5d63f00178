"""A line as a sequence of parts, which each output renders in its own way, and its plain rendering."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.recipient import UserGroup, parse_recipient

#: Shown for a user group whose name is unknown. Fetching it from Slack would require another permission.
A_GROUP = "a user group"


@dataclass(frozen=True)
class Text:
    """Plain words."""

    text: str


@dataclass(frozen=True)
class Person:
    """A person or a group by ID, or by name; `label` is shown if no name is known for the ID."""

    who: str
    label: str = ""


@dataclass(frozen=True)
class Moment:
    """A time (UTC); `text` is shown where times have no format of their own."""

    at: datetime
    text: str


@dataclass(frozen=True)
class Link:
    """A URL and its label, if it has one."""

    url: str
    label: str = ""


Part = Text | Person | Moment | Link
Line = tuple[Part, ...]
#: Parses text that people typed, which is stored in Slack's markup.
Reader = Callable[[str], Line]


def line(*parts: Part | str) -> Line:
    """Return a line of these parts, with strings as text."""
    return tuple(Text(part) if isinstance(part, str) else part for part in parts if part)


def moment_beside(at: datetime, other: datetime) -> Moment:
    """Return a moment, with its date if `other` is on another date."""
    utc = at.astimezone(UTC)
    same_day = utc.date() == other.astimezone(UTC).date()
    return Moment(utc, f"{utc:%H:%M} UTC" if same_day else f"{utc:%Y-%m-%d %H:%M} UTC")


def plain_text(line: Line, names: Mapping[str, str], time: Callable[[datetime], str] | None = None) -> str:
    """Return a line as plain text, with the `names` of people by ID and times as `time` formats them."""
    return "".join(_plain(part, names, time) for part in line)


def _plain(part: Part, names: Mapping[str, str], time: Callable[[datetime], str] | None) -> str:
    match part:
        case Text():
            return part.text
        case Person():
            is_group = isinstance(parse_recipient(part.who), UserGroup)
            return names.get(part.who) or part.label or (A_GROUP if is_group else part.who)
        case Moment():
            return time(part.at) if time else part.text
        case Link():
            return _link(part.url, part.label)


def _link(url: str, label: str) -> str:
    """Return a link as text. Slack's own labels repeat the end of the URL and are left out."""
    if label and not url.endswith(label):
        return f"{label} ({url})"
    return url.removeprefix("mailto:").removeprefix("tel:")
