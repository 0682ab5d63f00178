"""Formats typed text as Slack sends it to an app: escaped, with mentions and links as tokens."""

import re

from bot.workspace.state import State

# Slack's own tokens (the page and tests may send them), @handles, #channel-names and links.
_TOKEN = re.compile(
    r"(?P<token><(?:@[UW]\w+|#C\w+|!\w+|https?://[^\s<>|]+|mailto:[^\s<>|]+)[^<>]*>)"
    r"|(?<![\w/&])@(?P<handle>[a-z0-9][a-z0-9._-]*)"
    r"|(?<![\w/&])#(?P<channel>[a-z0-9_-]+)"
    r"|(?P<link>https?://[^\s<>|]*[^\s<>|.,;:!?)])"
)


def escape(text: str) -> str:
    """Escape the three characters that Slack escapes: &, < and >."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def format_user_text(state: State, text: str, *, with_names: bool) -> str:
    """Return typed text as the app receives it.

    Mentions in commands carry the name (`<@U1|alice>`, `with_names`), mentions in messages do not.
    """
    parts: list[str] = []
    end = 0
    handles = {person.name: person.id for person in state.people.values()}
    for match in _TOKEN.finditer(text):
        token = _build_token(state, handles, match, with_names=with_names)
        if token is not None:
            parts += [escape(text[end : match.start()]), token]
            end = match.end()
    return "".join([*parts, escape(text[end:])])


def _build_token(
    state: State, handles: dict[str, str], match: re.Match[str], *, with_names: bool
) -> str | None:
    """Return Slack's token for a match, or None if no person or channel has that name."""
    if match["token"]:
        person = state.people.get(match["token"][2:-1])
        return f"<@{person.id}|{person.name}>" if person and with_names else match["token"]
    if match["link"]:
        return f"<{escape(match['link'])}>"
    name = match["handle"] or match["channel"]
    if match["handle"] in ("here", "channel", "everyone"):
        return f"<!{name}>"
    found_id = handles.get(name) if match["handle"] else state.channel_ids_by_name.get(name)
    if found_id is None:
        return None
    prefix = "@" if match["handle"] else "#"
    return f"<{prefix}{found_id}|{name}>" if with_names or prefix == "#" else f"<@{found_id}>"
