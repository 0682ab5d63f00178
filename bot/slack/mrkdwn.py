"""Slack's mrkdwn: escaping, mentions, links, and back to plain text."""

import html
import re
import unicodedata

from bot.domain.recipient import SlackUser, UserGroup, parse_recipient

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_ESCAPED_MENTION = re.compile(r"&lt;@([UW][A-Z0-9]+)&gt;")
#: A user group, or a date as `dates.moment` writes it, which can't contain a URL.
_ESCAPED_DATE_OR_GROUP = re.compile(
    r"&lt;(!date\^\d+\^\{[a-z_]+\}(?: \{[a-z_]+\})?\|[\w :-]+|!subteam\^S[A-Z0-9]+)&gt;"
)
_REFERENCE = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_GROUP = re.compile(r"<!subteam\^(S[A-Z0-9]+)(?:\|[^<>]*)?>")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LINK = re.compile(r"\[([^\]\n]+)\]\(([^)\s]+)\)")
# A URL has no characters that cannot be sent (controls, lone surrogates).
_WEB = re.compile("https?://[^\\s<>|\x00-\x1f\x7f\ud800-\udfff]+")
#: At the edges of words these mean formatting, and Slack has no escape for them. Lookalikes replace them.
_MARKS = str.maketrans("*_~`", "∗ˍ∼ˋ")
_FORMATS = re.compile(r"(?<![^\W_])[*_~`]+|[*_~`]+(?![^\W_])")
#: Values that Slack would reformat: lists, quoted text, and names with dots, which it takes for URLs.
_VALUE = re.compile(
    r"""\[[^\]`\n]*\]
    | (?<!\w)(?:'[^'`\n]*'|"[^"`\n]*")(?!\w)
    | (?<![\w/@:.-])[A-Za-z_][\w-]*(?:\.[\w-]+)+(?::\d+)?""",
    re.VERBOSE,
)
_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)


def escape(text: str) -> str:
    """Return text escaped, so that it contains no mention, no link and no `<!channel>`."""
    # docs.slack.dev/messaging/formatting-message-text: exactly `&`, `<` and `>` are escaped.
    return html.escape(text, quote=False)


def escape_title(text: str) -> str:
    """Return a title escaped on one line, without formatting, so that it looks like a plain-text header."""
    return escape(_FORMATS.sub(lambda found: found[0].translate(_MARKS), one_line(text)))


def escape_line(text: str) -> str:
    """Return text escaped on one line."""
    return escape(one_line(text))


def unescape(text: str) -> str:
    """Return the text that was passed to `escape`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escape_keeping_mentions(text: str) -> str:
    """Return text escaped, except for mentions of people (`<@U1>`)."""
    return _ESCAPED_MENTION.sub(r"<@\1>", escape(text))


def escape_refusal(text: str) -> str:
    """Return the text of a refusal, escaped except for mentions and our dates."""
    return _ESCAPED_DATE_OR_GROUP.sub(r"<\1>", escape_keeping_mentions(text))


def to_plain(text: str) -> str:
    """Return the plain text of a message from Slack, with mentions of people kept as `<@U1>`."""
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
    """Return the IDs of the user groups in a message from Slack, by their name in `to_plain`."""
    return {to_plain(found[0]): found[1] for found in _GROUP.finditer(text)}


def mentions_in(text: str) -> tuple[str, ...]:
    """Return the IDs of the people that a text mentions, in order and without duplicates."""
    return tuple(dict.fromkeys(_MENTION.findall(text)))


def mention(who: str) -> str:
    """Return `who` as a mention if Slack knows them, else in plain words."""
    match parse_recipient(who):
        case SlackUser(id=person):
            return f"<@{person}>"
        case UserGroup(id=group):
            return f"<!subteam^{group}>"
        case _ if who.startswith("cli:"):
            return escape(f"{one_line(who.removeprefix('cli:'))} (CLI)")
        case _:
            return escape_keeping_mentions(one_line(who))


def mention_in_refusal(who: str) -> str:
    """Return how to mention `who` in a text that `escape_refusal` will escape."""
    return unescape(mention(who))


def with_code(text: str) -> str:
    """Return a probe's evidence escaped, with names and values as code."""
    return escape(text if "`" in text else _VALUE.sub(r"`\g<0>`", text))


def one_line(text: str) -> str:
    """Return text on one line, without invisible characters, which can hide or reverse text."""
    words = ("".join(filter(_is_visible, word)) for word in text.split())
    return " ".join(filter(None, words))


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs"}


def link(url: str, text: str) -> str:
    """Return a link, or only its text if the URL is not http or https."""
    if not _WEB.fullmatch(url):
        return escape_line(text)
    # A vertical bar would end the label.
    return f"<{escape(url)}|{escape_line(text).replace('|', '¦')}>"


def from_markdown(text: str) -> str:
    """Return a runbook's Markdown as mrkdwn: bold, links, lists and headings. Code is not changed."""
    return "".join(
        escape(part) if index % 2 else _prose(part) for index, part in enumerate(_CODE.split(text))
    )


def _prose(text: str) -> str:
    text = re.sub(r"^#{1,6}\s+(.+)$", r"**\1**", text, flags=re.MULTILINE)
    text = re.sub(r"^(\s*)[-*]\s+", r"\1• ", text, flags=re.MULTILINE)
    *parts, last = _LINK.split(text)
    links = zip(parts[::3], parts[1::3], parts[2::3], strict=True)  # with the text before each
    linked = "".join(escape(before) + link(url, label) for before, label, url in links)
    return _BOLD.sub(r"*\1*", linked + escape(last))
