"""Reads the text of a Slack message from its text, blocks, attachments and files."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.slack.incoming.block_text import attachment_text, escaped, objects, string, texts_in

#: The most characters that are read from blocks and attachments. Slack cuts text at 40,000.
MAX_CHARACTERS = 4000
#: What Slack puts into `text` if an app posts only blocks.
PLACEHOLDER = "This content can't be displayed."
#: The fields of an attachment that Slack or an app added to show the content of a link.
_UNFURLED = ("from_url", "original_url", "app_unfurl_url")


def text_of(message: Mapping[str, Any]) -> str:
    """Return the text of a message in Slack's markup, with its files as links.

    If a message has no text, use its blocks and attachments. What an app attached to its text, and what a
    person forwarded, is added to the text.
    """
    text = str(message.get("text") or "").strip()
    blocks = list(texts_in(message.get("blocks"))) if text in {"", PLACEHOLDER} else []
    own = _lines(blocks) or ("" if text == PLACEHOLDER and message.get("attachments") else text)
    attachments = objects(message.get("attachments"))
    forwarded = [_forwarded(attachment) for attachment in attachments if _is_forwarded(attachment)]
    attached = [
        attachment_text(attachment)
        for attachment in attachments
        if not _is_forwarded(attachment) and (not own or _is_apps_own(message, attachment))
    ]
    files = ", ".join(map(_file, objects(message.get("files"))))
    named = f"(file: {files})" if files else ""
    whole = "\n".join(filter(None, (own, _lines(attached), *forwarded)))
    return " ".join(filter(None, (whole, named)))


def _lines(parts: Iterable[str]) -> str:
    """Return the non-empty parts on lines of their own, each once."""
    return "\n".join(dict.fromkeys(part for part in parts if part.strip()))[:MAX_CHARACTERS]


def _is_apps_own(message: Mapping[str, Any], attachment: Mapping[str, Any]) -> bool:
    """Return whether an app posted the attachment with its text, so that it isn't an unfurled link."""
    return bool(message.get("bot_id")) and not any(attachment.get(name) for name in _UNFURLED)


def _is_forwarded(attachment: Mapping[str, Any]) -> bool:
    """Return whether an attachment is another message that was forwarded or shared."""
    return bool(attachment.get("is_msg_unfurl") or attachment.get("is_share"))


def _forwarded(attachment: Mapping[str, Any]) -> str:
    """Return a forwarded message with its author. It may have blocks, attachments and files of its own."""
    author = string(attachment, "author_name") or string(attachment, "author_subname")
    blocks = [
        block
        for wrapped in objects(attachment.get("message_blocks"))
        if isinstance(message := wrapped.get("message"), dict)
        for block in objects(message.get("blocks"))
    ]
    inner = {name: attachment.get(name) for name in ("text", "attachments", "files")}
    text = text_of({**inner, "blocks": blocks}) or string(attachment, "fallback")
    return f"{author}: {text}" if author and text else text


def _file(file: Mapping[str, Any]) -> str:
    """Return a file's name as a link to it. The name of a canvas is its title."""
    if file.get("mode") == "tombstone":
        return "deleted file"
    names = ("title", "name", "id") if file.get("filetype") in {"quip", "canvas"} else ("name", "title", "id")
    name = next(filter(None, (string(file, name) for name in names)), "file")
    label = escaped(name).replace("|", "/")
    return f"<{file['permalink']}|{label}>" if file.get("permalink") else label
