"""Slack's markup as plain text, for what is read outside Slack, and titles as names."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

#: Mentions, links and escaped characters: https://docs.slack.dev/messaging/formatting-message-text
#: Anything else in angle brackets was typed as it stands.
_MARKUP = re.compile(
    r"<(?P<sign>@|#|!subteam\^)(?P<id>[A-Z0-9]+)(?:\|(?P<name>[^<>]*))?>"
    r"|<!date\^(?P<seconds>\d{1,10})\^[^<>|]*\|(?P<fallback>[^<>]*)>"
    r"|<!(?P<special>(?:here|channel|everyone|date\^)[^<>|]*)(?:\|(?P<shown>[^<>]*))?>"
    r"|<(?P<url>(?:https?://|mailto:|tel:)[^<>|\s]+)(?:\|(?P<label>[^<>]*))?>"
    r"|&(?P<character>amp|lt|gt);"
)
#: For a user group whose name nobody told us: to ask Slack for it takes a permission of its own.
A_GROUP = "a user group"
_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">"}


def to_plain_text(text: str, names: Mapping[str, str], time: Callable[[datetime], str] | None = None) -> str:
    """Return `text` without Slack's markup: names (by id) for mentions, links spelled out, `&amp;` as `&`.

    A moment (UTC) is told by `time`, else in the words that stand in for it.
    """
    return _MARKUP.sub(lambda found: _plain(found, names, time), text)


def people_mentioned(text: str) -> tuple[str, ...]:
    """Return the ids of the people whom the text mentions."""
    return tuple(found["id"] for found in _MARKUP.finditer(text) if found["sign"] == "@")


def slug(text: str) -> str:
    """Return `text` as a name of small letters, digits and dashes; nothing where none of it can stay."""
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")


def _plain(found: re.Match[str], names: Mapping[str, str], time: Callable[[datetime], str] | None) -> str:
    if found["character"]:
        return _CHARACTERS[found["character"]]
    if found["url"]:
        return _link(to_plain_text(found["url"], {}), to_plain_text(found["label"] or "", {}))
    if found["seconds"]:
        return time(datetime.fromtimestamp(int(found["seconds"]), UTC)) if time else found["fallback"]
    if found["special"]:
        return found["shown"] or f"@{found['special'].partition('^')[0]}"
    unknown = A_GROUP if found["sign"] == "!subteam^" else found["id"]
    name = names.get(found["id"]) or to_plain_text(found["name"] or unknown, {})
    return f"#{name}" if found["sign"] == "#" else name


def _link(url: str, label: str) -> str:
    """Slack labels `mailto:a@b.c` with `a@b.c` and `https://b.c` with `b.c`: that says nothing twice."""
    if label and not url.endswith(label):
        return f"{label} ({url})"
    return url.removeprefix("mailto:").removeprefix("tel:")
