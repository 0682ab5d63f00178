"""Holds blocks and views against Slack's limits and names the place of every mistake."""

from collections.abc import Mapping
from typing import Any

from bot.workspace.elements import EITHER, ID_MAX, IN_ACTIONS, IN_CONTEXT, IN_INPUT, IN_SECTION, PLAIN
from bot.workspace.errors import invalid
from bot.workspace.schema import (
    Check,
    Problems,
    anything,
    by_type,
    choice,
    flag,
    items,
    note,
    string,
    text,
    thing,
)

BLOCKS_MAX = {"message": 50, "modal": 100, "home": 100}
MARKDOWN_MAX = 12_000  # in all markdown blocks of a message together

_id: Mapping[str, Check] = {"block_id": string(ID_MAX)}
_cell = by_type(
    {
        "raw_text": thing({"text": string(3000)}),
        "raw_number": thing({"value": anything}, {"text": string(3000)}),
        "rich_text": thing({"elements": items(anything, 100)}, _id),
    }
)


def _section(value: Any, at: str, problems: Problems) -> None:
    """A section has text, fields, or both."""
    optional = {
        **_id,
        "text": text(3000, *EITHER),
        "fields": items(text(2000, *EITHER), 10),
        "accessory": IN_SECTION,
        "expand": flag,
    }
    thing({}, optional)(value, at, problems)
    if not value.get("text") and not value.get("fields"):
        note(problems, at, "missing required field: text or fields")


def _image(value: Any, at: str, problems: Problems) -> None:
    """An image comes from a URL or a file at Slack, and says what it shows."""
    optional = {**_id, "image_url": string(3000), "slack_file": anything, "title": text(2000, *PLAIN)}
    thing({"alt_text": string(2000)}, optional)(value, at, problems)
    if bool(value.get("image_url")) == bool(value.get("slack_file")):
        note(problems, at, "must have either image_url or slack_file")


_EVERYWHERE: Mapping[str, Check] = {
    "section": _section,
    "header": thing({"text": text(150, *PLAIN)}, {**_id, "level": anything}),
    "divider": thing({}, _id),
    "context": thing({"elements": items(IN_CONTEXT, 10)}, _id),
    "actions": thing({"elements": items(IN_ACTIONS, 25)}, _id),
    "image": _image,
    "input": thing(
        {"label": text(2000, *PLAIN), "element": IN_INPUT},
        {**_id, "hint": text(2000, *PLAIN), "optional": flag, "dispatch_action": flag},
    ),
    "rich_text": thing({"elements": items(anything, 100)}, _id),
}
_MESSAGES_ONLY: Mapping[str, Check] = {
    "markdown": thing({"text": string(MARKDOWN_MAX)}, _id),
    "table": thing(
        {"rows": items(items(_cell, 20), 100)}, {**_id, "column_settings": items(anything, 20, 0)}
    ),
}
_BLOCK = {
    "message": by_type({**_EVERYWHERE, **_MESSAGES_ONLY}),
    "modal": by_type(_EVERYWHERE),
    "home": by_type(_EVERYWHERE),
}


def elements_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the interactive elements of one block, wherever the block keeps them."""
    held = [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]
    return [element for element in held if isinstance(element, dict)]


def _repeated(ids: list[str]) -> set[str]:
    """Return what occurs more than once."""
    return {one for one in ids if ids.count(one) > 1}


def _problems(blocks: Any, surface: str, at: str) -> Problems:
    """Return what is wrong with a list of blocks."""
    problems: Problems = []
    items(_BLOCK[surface], BLOCKS_MAX[surface], 0)(blocks, at, problems)
    if problems:
        return problems
    for block_id in _repeated([block["block_id"] for block in blocks if block.get("block_id")]):
        note(problems, at, f"block_id already exists: {block_id}")
    for index, block in enumerate(blocks):
        ids = [element["action_id"] for element in elements_of(block) if element.get("action_id")]
        for action_id in _repeated(ids):
            note(problems, f"{at}/{index}", f"action_id already exists: {action_id}")
    if sum(block["type"] == "table" for block in blocks) > 1:
        note(problems, at, "only one table per message allowed")
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MARKDOWN_MAX:
        note(problems, at, f"no more than {MARKDOWN_MAX} characters of markdown allowed")
    return problems


def check_blocks(blocks: Any, surface: str) -> None:
    """Refuse blocks Slack would refuse on a `message`, `modal` or `home`; raises invalid_blocks.

    Gives blocks and elements without an id one, as Slack does: what comes back in a click names them.
    """
    problems = _problems(blocks, surface, "/blocks")
    if problems:
        raise invalid("invalid_blocks", problems)
    _name(blocks)


def _name(blocks: list[dict[str, Any]]) -> None:
    """Fill in missing ids: the place is as good a name as Slack's random letters."""
    for index, block in enumerate(blocks):
        block.setdefault("block_id", f"b{index}")
        if block["type"] in ("actions", "section", "input"):
            for place, element in enumerate(elements_of(block)):
                if element["type"] not in ("image", "plain_text", "mrkdwn"):
                    element.setdefault("action_id", f"a{index}.{place}")


_metadata: Mapping[str, Check] = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}
_VIEW = {
    "modal": thing(
        {"type": choice("modal"), "title": text(24, *PLAIN), "blocks": anything},
        {
            **_metadata,
            "close": text(24, *PLAIN),
            "submit": text(24, *PLAIN),
            "clear_on_close": flag,
            "notify_on_close": flag,
            "submit_disabled": flag,
        },
    ),
    "home": thing({"type": choice("home"), "blocks": anything}, _metadata),
}


def check_view(view: Any, kind: str) -> None:
    """Refuse a `modal` or `home` Slack would refuse; raises invalid_arguments with the places."""
    problems: Problems = []
    _VIEW[kind](view, "/view", problems)
    blocks = view.get("blocks") or []
    problems += _problems(blocks, kind, "/view/blocks")
    if (
        not problems
        and any(block["type"] == "input" for block in blocks)
        and kind == "modal"
        and not view.get("submit")
    ):
        note(problems, "/view", "missing required field: submit")
    if problems:
        raise invalid("invalid_arguments", problems)
    _name(blocks)
