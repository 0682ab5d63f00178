"""Block Kit builders that cut at Slack's limits, so that no text makes a message invalid."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]

# docs.slack.dev/reference/block-kit and /reference/methods/chat.update, in characters or elements.
MAX_BLOCKS = 50
MAX_MODAL_BLOCKS = 100
MAX_SECTION = 3000
MAX_FIELDS = 10
MAX_FIELD = 2000
MAX_HEADER = 150
MAX_CONTEXT = 10
MAX_ACTIONS = 25
MAX_BUTTON = 75
MAX_VALUE = 2000
MAX_OPTIONS = 100
MAX_OPTION = 75
MAX_OPTION_VALUE = 150
MAX_MODAL_TITLE = 24
MAX_METADATA = 3000
MAX_LABEL = 2000
MAX_PLACEHOLDER = 150
MAX_INPUT = 3000
MAX_CONFIRM = 300
MAX_TEXT = 4000

#: Replaces an empty text, which Slack rejects.
NOTHING = "–"

# C0 controls except line break and tab, and lone surrogates: they do not survive JSON and UTF-8.
_UNSENDABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_CUT_OPEN = re.compile(r"(<[^>]*|&[a-z]{0,4})\Z")


@dataclass(frozen=True, kw_only=True)
class Screen:
    """A message: its blocks, and its text for notifications and screen readers (escaped mrkdwn)."""

    text: str
    blocks: tuple[Block, ...]


def screen(text: str, *blocks: Block | None) -> Screen:
    """Return a message that Slack accepts, without the blocks that are None."""
    return Screen(text=cut_mrkdwn(text, MAX_TEXT), blocks=fit(block for block in blocks if block))


def paragraph(text: str) -> Screen:
    """Return a message of one paragraph of mrkdwn."""
    return screen(text, section(text))


def fit(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return at most MAX_BLOCKS blocks with unique block IDs. The last block shows how many were left out."""
    blocks = tuple(blocks)
    if len(blocks) > MAX_BLOCKS:
        blocks = (*blocks[: MAX_BLOCKS - 1], context(f"… and {len(blocks) - MAX_BLOCKS + 1} more"))
    return _unique(blocks)


def _unique(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Drop repeated block IDs, so that Slack assigns new ones."""
    ids = [block.get("block_id") for block in blocks]
    return tuple(
        {key: value for key, value in block.items() if key != "block_id" or value not in ids[:index]}
        for index, block in enumerate(blocks)
    )


def cut(text: str, limit: int) -> str:
    """Return plain text of 1 to `limit` characters, ending in an ellipsis if it was cut."""
    text = _UNSENDABLE.sub("", text).strip()
    if len(text) > limit:
        text = text[: limit - 1].rstrip() + "…"
    return text or NOTHING


def cut_mrkdwn(text: str, limit: int) -> str:
    """Return mrkdwn of 1 to `limit` characters. Mentions, links and entities are kept whole or left out."""
    text = _UNSENDABLE.sub("", text).strip()
    if len(text) > limit:
        text = _CUT_OPEN.sub("", text[: limit - 1]).rstrip() + "…"
    return text or NOTHING


def plain(text: str, limit: int) -> Block:
    """Return a plain text object."""
    return {"type": "plain_text", "text": cut(text, limit), "emoji": True}


def mrkdwn(text: str, limit: int) -> Block:
    """Return a mrkdwn text object. The text must be escaped."""
    return {"type": "mrkdwn", "text": cut_mrkdwn(text, limit)}


def header(text: str) -> Block:
    """Return a header in plain text."""
    return {"type": "header", "text": plain(text, MAX_HEADER)}


def section(text: str) -> Block:
    """Return a paragraph of mrkdwn."""
    return {"type": "section", "text": mrkdwn(text, MAX_SECTION)}


def fields(*texts: str) -> Block:
    """Return up to MAX_FIELDS short texts in two columns."""
    return {"type": "section", "fields": [mrkdwn(text, MAX_FIELD) for text in (texts or ("",))[:MAX_FIELDS]]}


def context(*texts: str) -> Block:
    """Return up to MAX_CONTEXT texts in small print."""
    elements = [mrkdwn(text, MAX_SECTION) for text in (texts or ("",))[:MAX_CONTEXT]]
    return {"type": "context", "elements": elements}


def actions(*elements: Block, block_id: str = "") -> Block | None:
    """Return a row of buttons and menus, or None if there are none."""
    if not elements:
        return None
    row: Block = {"type": "actions", "elements": list(elements[:MAX_ACTIONS])}
    return {**row, "block_id": block_id} if block_id else row


def button(text: str, action_id: str, value: str, *, style: str = "", confirm: str = "") -> Block:
    """Return a button. `style` is "primary" or "danger"; `confirm` is a question asked before it acts."""
    element: Block = {"type": "button", "text": plain(text, MAX_BUTTON), "action_id": action_id}
    element["value"] = cut(value, MAX_VALUE)
    if style:
        element["style"] = style
    if confirm:
        element["confirm"] = {
            "title": plain(text, 100),
            "text": plain(confirm, MAX_CONFIRM),
            "confirm": plain("Yes", 30),
            "deny": plain("No", 30),
        }
    return element


def menu(action_id: str, options: Mapping[str, str], *, initial: str = "") -> Block:
    """Return a menu of one or more `options` (value → text), for a row of buttons."""
    choices = {value: _option(value, text) for value, text in list(options.items())[:MAX_OPTIONS]}
    element: Block = {"type": "static_select", "action_id": action_id, "options": list(choices.values())}
    return {**element, "initial_option": choices[initial]} if initial in choices else element


def person_menu(action_id: str, placeholder: str) -> Block:
    """Return a menu of people, for a row of buttons. Its selection comes with the row's block ID."""
    text = plain(placeholder, MAX_PLACEHOLDER)
    return {"type": "users_select", "action_id": action_id, "placeholder": text}


def text_input(
    block_id: str,
    label: str,
    *,
    initial: str = "",
    placeholder: str = "",
    optional: bool = False,
    lines: bool = False,
    longest: int = MAX_INPUT,
) -> Block:
    """Return a text field. Its action ID is its block ID."""
    element: Block = {"type": "plain_text_input", "action_id": block_id, "multiline": lines}
    element["max_length"] = longest
    if initial.strip():
        element["initial_value"] = cut(initial, longest)
    if placeholder:
        element["placeholder"] = plain(placeholder, MAX_PLACEHOLDER)
    return _input(block_id, label, element, optional=optional)


def select(
    block_id: str, label: str, options: Mapping[str, str], *, initial: str = "", optional: bool = False
) -> Block:
    """Return a field with one or more `options` (value → text). Its action ID is its block ID."""
    return _input(block_id, label, menu(block_id, options, initial=initial), optional=optional)


def _option(value: str, text: str) -> Block:
    return {"text": plain(text, MAX_OPTION), "value": cut(value, MAX_OPTION_VALUE)}


def person_select(block_id: str, label: str, *, initial: str = "", optional: bool = False) -> Block:
    """Return a field to choose a person. Its action ID is its block ID."""
    element: Block = {"type": "users_select", "action_id": block_id}
    if initial:
        element["initial_user"] = initial
    return _input(block_id, label, element, optional=optional)


def _input(block_id: str, label: str, element: Block, *, optional: bool) -> Block:
    text = plain(label, MAX_LABEL)
    return {"type": "input", "block_id": block_id, "label": text, "element": element, "optional": optional}


def modal(callback_id: str, title: str, submit: str, blocks: Sequence[Block], *, metadata: str = "") -> Block:
    """Return a form. Slack returns `metadata` with the submission; it holds IDs only."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, MAX_MODAL_TITLE),
        "submit": plain(submit, MAX_MODAL_TITLE),
        "close": plain("Cancel", MAX_MODAL_TITLE),
        "private_metadata": metadata[:MAX_METADATA],
        "blocks": list(_unique(tuple(blocks)[:MAX_MODAL_BLOCKS])),
    }
