"""Turns what a person types into what an app is given: escaped, with mentions and links as tokens."""

import re

from bot.workspace.state import State

# What the page (or a test) may already write as Slack's own tokens, mentions by handle or name, and links.
_TOKEN = re.compile(
    r"(?P<token><(?:@[UW]\w+|#C\w+|!\w+|https?://[^\s<>|]+|mailto:[^\s<>|]+)[^<>]*>)"
    r"|(?<![\w/&])@(?P<handle>[a-z0-9][a-z0-9._-]*)"
    r"|(?<![\w/&])#(?P<channel>[a-z0-9_-]+)"
    r"|(?P<link>https?://[^\s<>|]*[^\s<>|.,;:!?)])"
)


def escaped(text: str) -> str:
    """Escape exactly the three characters Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def sent(state: State, text: str, *, with_names: bool) -> str:
    """Return the text as the app sees it; commands carry names (`<@U1|alice>`), messages do not."""
    parts: list[str] = []
    end = 0
    handles = {person.name: person.id for person in state.people.values()}
    for match in _TOKEN.finditer(text):
        token = _as_token(state, handles, match, with_names=with_names)
        if token is not None:
            parts += [escaped(text[end : match.start()]), token]
            end = match.end()
    return "".join([*parts, escaped(text[end:])])


def _as_token(state: State, handles: dict[str, str], match: re.Match[str], *, with_names: bool) -> str | None:
    """Return Slack's token for a match; None when nobody and nothing has that name."""
    if match["token"]:
        person = state.people.get(match["token"][2:-1])
        return f"<@{person.id}|{person.name}>" if person and with_names else match["token"]
    if match["link"]:
        return f"<{escaped(match['link'])}>"
    name = match["handle"] or match["channel"]
    if match["handle"] in ("here", "channel", "everyone"):
        return f"<!{name}>"
    known = handles.get(name) if match["handle"] else state.names.get(name)
    if known is None:
        return None
    sign = "@" if match["handle"] else "#"
    return f"<{sign}{known}|{name}>" if with_names or sign == "#" else f"<@{known}>"
