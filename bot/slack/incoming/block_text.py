"""Reads the text of Block Kit blocks and of legacy attachments, in Slack's markup."""

from collections.abc import Iterator, Mapping
from typing import Any

MAX_DEPTH = 6
#: The indentation of a nested list in the `text` that Slack itself gives a message.
INDENT = "    "
#: Blocks that people use rather than read.
_CONTROLS = {"actions", "input", "divider"}


def texts_in(value: object, depth: int = 0) -> Iterator[str]:
    """Yield the text of blocks and of the objects in them, in the order in which Slack shows them."""
    if isinstance(value, list) and depth <= MAX_DEPTH:
        for item in value:
            yield from texts_in(item, depth + 1)
    if not isinstance(value, dict) or depth > MAX_DEPTH or string(value, "type") in _CONTROLS:
        return
    match value.get("type"):
        case "rich_text":
            yield "\n".join(_rich_text(element) for element in objects(value.get("elements")))
        case "plain_text" | "raw_text":
            yield escaped(string(value, "text"))
        case "image" | "video":
            yield next(texts_in(value.get("title"), depth + 1), "") or escaped(string(value, "alt_text"))
        case "context":  # its images are icons
            elements = [item for item in objects(value.get("elements")) if item.get("type") != "image"]
            yield " ".join(texts_in(elements, depth + 1))
        case "table":
            for row in value["rows"] if isinstance(value.get("rows"), list) else ():
                yield " | ".join(texts_in(row, depth + 1))
        case _:
            yield string(value, "text")
            for name in ("text", "fields", "elements"):
                yield from texts_in(value.get(name), depth + 1)


def attachment_text(attachment: Mapping[str, Any]) -> str:
    """Return an attachment's title, text and fields, else its blocks, else its fallback."""
    title, url = string(attachment, "title"), string(attachment, "title_link")
    title = f"<{url}|{title}>" if title and url.startswith("http") else title
    fields = [_joined(field, "title", "value") for field in objects(attachment.get("fields"))]
    head = ": ".join(filter(None, (title, string(attachment, "text"))))
    own = [string(attachment, "pretext"), head, *fields]
    blocks = texts_in(attachment.get("blocks")) if not any(own) else ()
    whole = "\n".join(filter(None, (*own, *blocks)))
    return whole or string(attachment, "fallback") or string(attachment, "image_url")


def objects(value: object) -> list[dict[str, Any]]:
    """Return the objects in a list, or [] for any other value."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def string(value: Mapping[str, Any], name: str) -> str:
    """Return the string in a field, or "" if it holds anything else."""
    found = value.get(name)
    return found if isinstance(found, str) else ""


def escaped(text: str) -> str:
    """Return plain text in Slack's markup. Slack has already escaped some of it."""
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _joined(value: Mapping[str, Any], *names: str) -> str:
    return ": ".join(filter(None, (string(value, name) for name in names)))


def _rich_text(element: Mapping[str, Any]) -> str:
    """Return a part of a rich text block: a paragraph, a list, a quote or code."""
    match element.get("type"):
        case "rich_text_list":
            return "\n".join(_list_items(element))
        case "rich_text_quote":
            return "\n".join(f"&gt; {line}" for line in _inline(element).splitlines())
        case "rich_text_preformatted":
            return f"```\n{_inline(element)}\n```"
        case _:
            return _inline(element).strip("\n")


def _list_items(element: Mapping[str, Any]) -> Iterator[str]:
    depth, offset = element.get("indent"), element.get("offset")
    indent = INDENT * min(depth, MAX_DEPTH) if isinstance(depth, int) else ""
    first = 1 + (offset if isinstance(offset, int) else 0)
    for number, item in enumerate(objects(element.get("elements")), first):
        mark = f"{number}." if element.get("style") == "ordered" else "•"
        yield f"{indent}{mark} {_inline(item)}"


def _inline(element: Mapping[str, Any]) -> str:
    return "".join(map(_word, objects(element.get("elements"))))


def _word(element: Mapping[str, Any]) -> str:
    """Return the smallest part of a rich text: words, a link, a mention, an emoji, a date."""
    match element.get("type"):
        case "link":
            url, label = escaped(string(element, "url")), escaped(string(element, "text"))
            return f"<{url}|{label}>" if label else f"<{url}>"
        case "user":
            return f"<@{string(element, 'user_id')}>"
        case "usergroup":
            return f"<!subteam^{string(element, 'usergroup_id')}>"
        case "channel":
            return f"<#{string(element, 'channel_id')}>"
        case "broadcast":
            return f"<!{string(element, 'range')}>"
        case "emoji":
            tone = element.get("skin_tone")
            return f":{string(element, 'name')}:" + (f":skin-tone-{tone}:" if isinstance(tone, int) else "")
        case "date":
            return escaped(string(element, "fallback"))
        case _:
            return escaped(string(element, "text"))
