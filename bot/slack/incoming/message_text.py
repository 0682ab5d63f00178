"""Reads the text of a Slack message from its text, blocks, attachments and files."""

from collections.abc import Iterator, Mapping
from typing import Any

#: The most characters that are read out of blocks and attachments. Slack cuts texts at 40,000.
MAX_CHARACTERS = 4000
MAX_DEPTH = 6


def text_of(message: Mapping[str, Any]) -> str:
    """Return the text of a message in Slack's markup, with its files as links.

    If a message of another app has no text, use its blocks, or the title, text or fallback of its
    attachments. A forwarded message keeps its author and its text.
    """
    text = str(message.get("text") or "").strip()
    attachments = _objects(message.get("attachments"))
    forwarded = [_forwarded(attachment) for attachment in attachments if _is_forwarded(attachment)]
    if not text and not forwarded:
        parts = _texts_in(message.get("blocks")) if message.get("blocks") else map(_attachment, attachments)
        text = "\n".join(dict.fromkeys(part for part in parts if part))[:MAX_CHARACTERS]
    files = [_file(file) for file in _objects(message.get("files"))]
    named = f"(file: {', '.join(files)})" if files else ""
    return "\n".join(part for part in (text, *forwarded) if part) + (f" {named}" if text and named else named)


def _objects(value: object) -> list[dict[str, Any]]:
    """Return the objects in a list, and nothing for any other value."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _is_forwarded(attachment: Mapping[str, Any]) -> bool:
    """Return whether an attachment is another message that was forwarded or shared."""
    return bool(attachment.get("is_msg_unfurl") or attachment.get("is_share")) and bool(
        attachment.get("text")
    )


def _forwarded(attachment: Mapping[str, Any]) -> str:
    author = attachment.get("author_name") or attachment.get("author_subname")
    return f"{author}: {attachment['text']}" if author else str(attachment["text"])


def _attachment(attachment: Mapping[str, Any]) -> str:
    """Return the title and the text of an attachment, else its blocks, else its fallback."""
    own = [str(attachment[name]) for name in ("title", "text") if attachment.get(name)]
    blocks = list(_texts_in(attachment.get("blocks"))) if not own else []
    return ": ".join(own) or "\n".join(blocks) or str(attachment.get("fallback") or "")


def _texts_in(value: object, depth: int = 0) -> Iterator[str]:
    """Yield the texts of blocks, outer ones first."""
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _texts_in(item, depth + 1)
    elif isinstance(value, dict):
        if value.get("type") == "rich_text_section":
            yield "".join(_texts_in(value.get("elements"), depth + 1))
            return
        if isinstance(value.get("text"), str):
            yield value["text"]
        elif value.get("type") == "link":
            yield str(value.get("url", ""))
        for name in ("text", "fields", "elements"):
            if isinstance(value.get(name), dict | list):
                yield from _texts_in(value[name], depth + 1)


def _file(file: Mapping[str, Any]) -> str:
    """Return a file's name as a link to it."""
    name = str(file.get("name") or file.get("title") or file.get("id") or "file")
    label = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("|", "/")
    return f"<{file['permalink']}|{label}>" if file.get("permalink") else label
