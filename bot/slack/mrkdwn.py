"""Text as Slack writes it: escaping, mentions, dates, and back to plain text."""

import re
import unicodedata

from bot.domain.incident.incident import is_slack_user

# docs.slack.dev/messaging/formatting-message-text: exactly these three characters are escaped.
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_ESCAPED_MENTION = re.compile(r"&lt;@([UW][A-Z0-9]+)&gt;")
#: A moment of ours (spans.py); no address can hide in it.
_ESCAPED_MOMENT = re.compile(r"&lt;(!date\^\d+\^\{[a-z_]+\}(?: \{[a-z_]+\})?\|[\w :-]+)&gt;")
_REFERENCE = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_GROUP = re.compile(r"<!subteam\^(S[A-Z0-9]+)(?:\|[^<>]*)?>")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LINK = re.compile(r"\[([^\]\n]+)\]\(([^)\s]+)\)")
# What cannot be sent (controls, lone surrogates) is in no address either.
_WEB = re.compile("https?://[^\\s<>|\x00-\x1f\x7f\ud800-\udfff]+")
#: Slack cannot escape these where they format, at the edges of words: signs that look like them stand in.
_MARKS = str.maketrans("*_~`", "∗ˍ∼ˋ")
_FORMATS = re.compile(r"(?<![^\W_])[*_~`]+|[*_~`]+(?![^\W_])")
#: What machines write and Slack would make something else of: lists and texts in quotes as they are in code,
#: and names with dots, which it takes for addresses of the web.
_VALUE = re.compile(
    r"""\[[^\]`\n]*\]
    | (?<!\w)(?:'[^'`\n]*'|"[^"`\n]*")(?!\w)
    | (?<![\w/@:.-])[A-Za-z_][\w-]*(?:\.[\w-]+)+(?::\d+)?""",
    re.VERBOSE,
)
_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)


def escape(text: str) -> str:
    """Return text from outside so that Slack shows it as it is: no mention, no link, no `<!channel>`."""
    return re.sub("[&<>]", lambda found: _ENTITIES[found[0]], text)


def escape_title(text: str) -> str:
    """Return a title from outside, on one line, as mrkdwn that shows it as the card's plain header does."""
    return escape(_FORMATS.sub(lambda found: found[0].translate(_MARKS), one_line(text)))


def escape_line(text: str) -> str:
    """Return a title from outside on one line, as mrkdwn."""
    return escape(one_line(text))


def unescape(text: str) -> str:
    """Return the text that `escape` was given."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escape_keeping_mentions(text: str) -> str:
    """Return what a person said, escaped, with the mentions of people (`<@U1>`) left alive."""
    return _ESCAPED_MENTION.sub(r"<@\1>", escape(text))


def escape_refusal(text: str) -> str:
    """Return the sentence of a refusal, escaped, with the mentions of people and our moments left alive."""
    return _ESCAPED_MOMENT.sub(r"<\1>", escape_keeping_mentions(text))


def to_plain(text: str) -> str:
    """Return the plain text of what Slack delivers, escaped, with people's mentions kept as `<@U1>`."""
    return unescape(_REFERENCE.sub(_plain_reference, text)).strip()


def _plain_reference(found: re.Match[str]) -> str:
    target, label = found[1], found[2]
    if target.startswith("@"):
        return f"<{target}>"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return label or f"@{target[1:].split('^')[0]}"
    if target.startswith("mailto:"):
        return label or target.removeprefix("mailto:")
    return target


def groups_in(text: str) -> dict[str, str]:
    """Return the ids of the user groups that Slack delivers in a text, by what `typed` makes of them."""
    return {to_plain(found[0]): found[1] for found in _GROUP.finditer(text)}


def mentions_in(text: str) -> tuple[str, ...]:
    """Return the ids of the people a text mentions, each once, in order."""
    return tuple(dict.fromkeys(_MENTION.findall(text)))


def mention(person: str) -> str:
    """Return how to name somebody: a Slack user as a mention, anything else in plain words."""
    if is_slack_user(person):
        return f"<@{person}>"
    if person.startswith("cli:"):
        return escape(f"{one_line(person.removeprefix('cli:'))} (CLI)")
    return escape_line(person)


def mention_in_refusal(person: str) -> str:
    """Return how to name a person in a text that `escape_refusal` will escape."""
    return f"<@{person}>" if is_slack_user(person) else person


def with_code(text: str) -> str:
    """Return what a probe saw, escaped, with names and values as code."""
    return escape(text if "`" in text else _VALUE.sub(r"`\g<0>`", text))


def one_line(text: str) -> str:
    """Return a title from outside on one line, without characters nobody sees (they hide or turn text)."""
    visible = "".join(" " if c.isspace() else c for c in text if c.isspace() or not _hidden(c))
    return " ".join(visible.split())


def _hidden(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs"}


def link(url: str, text: str) -> str:
    """Return a link, or only its text when the address is not one of the web."""
    if not _WEB.fullmatch(url):
        return escape_line(text)
    # A bar or bracket in the label would end it.
    return f"<{escape(url)}|{escape_line(text).replace('|', '¦')}>"


def from_markdown(text: str) -> str:
    """Return Markdown of a runbook as mrkdwn: bold, links, lists and headings; code stays as it is."""
    return "".join(
        escape(part) if index % 2 else _prose(part) for index, part in enumerate(_CODE.split(text))
    )


def _prose(text: str) -> str:
    text = re.sub(r"^#{1,6}\s+(.+)$", r"**\1**", text, flags=re.MULTILINE)
    text = re.sub(r"^(\s*)[-*]\s+", r"\1• ", text, flags=re.MULTILINE)
    plain, labels, urls = _split_links(text)
    linked = "".join(
        escape(before) + link(url, label) for before, label, url in zip(plain, labels, urls, strict=False)
    )
    return _BOLD.sub(r"*\1*", linked + escape(plain[-1]))


def _split_links(text: str) -> tuple[list[str], list[str], list[str]]:
    """Return the text around the links, their labels and their addresses."""
    parts = _LINK.split(text)
    return parts[::3], parts[1::3], parts[2::3]
