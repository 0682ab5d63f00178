"""Reads Slack's markup, the format in which events and the transcript store text typed in Slack."""

import re
from datetime import UTC, datetime

from bot.domain.text.parts import A_GROUP, Line, Link, Moment, Part, Person, line, plain_text

#: Mentions, links and escaped characters: https://docs.slack.dev/messaging/formatting-message-text
#: Anything else in angle brackets is plain text.
_MARKUP = re.compile(
    r"<(?P<sign>@|#|!subteam\^)(?P<id>[A-Z0-9]+)(?:\|(?P<name>[^<>]*))?>"
    r"|<!date\^(?P<seconds>\d{1,10})\^[^<>|]*\|(?P<fallback>[^<>]*)>"
    r"|<!(?P<special>(?:here|channel|everyone|date\^)[^<>|]*)(?:\|(?P<text>[^<>]*))?>"
    r"|<(?P<url>(?:https?://|mailto:|tel:)[^<>|\s]+)(?:\|(?P<label>[^<>]*))?>"
    r"|&(?P<character>amp|lt|gt);"
)
_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">"}


def parse(text: str) -> Line:
    """Return the parts of a text in Slack's markup."""
    parts: list[Part | str] = []
    end = 0
    for found in _MARKUP.finditer(text):
        parts += [text[end : found.start()], _part(found)]
        end = found.end()
    return line(*parts, text[end:])


def _part(found: re.Match[str]) -> Part | str:
    if found["character"]:
        return _CHARACTERS[found["character"]]
    if found["url"]:
        return Link(_plain(found["url"]), _plain(found["label"]))
    if found["seconds"]:
        return Moment(datetime.fromtimestamp(int(found["seconds"]), UTC), found["fallback"])
    if found["special"]:
        return found["text"] or f"@{found['special'].partition('^')[0]}"
    label = _plain(found["name"])
    if found["sign"] == "#":
        return f"#{label or found['id']}"
    return Person(found["id"], label or (A_GROUP if found["sign"] != "@" else ""))


def _plain(text: str | None) -> str:
    return plain_text(parse(text or ""), {})
