"""Checks blocks and views against Slack's limits and reports the location of every problem."""

from collections.abc import Mapping
from typing import Any

from bot.workspace.elements import (
    ACTIONS_ELEMENT,
    ANY_TEXT,
    CONTEXT_ELEMENT,
    INPUT_ELEMENT,
    MAX_ID,
    PLAIN_TEXT,
    SECTION_ACCESSORY,
)
from bot.workspace.errors import validation_error
from bot.workspace.schema import (
    Check,
    Problems,
    add_problem,
    any_value,
    array,
    boolean,
    by_type,
    json_object,
    one_of,
    string,
    text_object,
)

MAX_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MAX_MARKDOWN = 12_000  # for all markdown blocks of a message together

_id: Mapping[str, Check] = {"block_id": string(MAX_ID)}
_cell = by_type(
    {
        "raw_text": json_object({"text": string(3000)}),
        "raw_number": json_object({"value": any_value}, {"text": string(3000)}),
        "rich_text": json_object({"elements": array(any_value, 100)}, _id),
    }
)


def _check_section(value: Any, pointer: str, problems: Problems) -> None:
    """Check a section block, which needs text, fields or both."""
    optional = {
        **_id,
        "text": text_object(3000, *ANY_TEXT),
        "fields": array(text_object(2000, *ANY_TEXT), 10),
        "accessory": SECTION_ACCESSORY,
        "expand": boolean,
    }
    json_object({}, optional)(value, pointer, problems)
    if not value.get("text") and not value.get("fields"):
        add_problem(problems, pointer, "missing required field: text or fields")


def _check_image(value: Any, pointer: str, problems: Problems) -> None:
    """Check an image block, which needs alt text and either a URL or a Slack file."""
    optional = {
        **_id,
        "image_url": string(3000),
        "slack_file": any_value,
        "title": text_object(2000, *PLAIN_TEXT),
    }
    json_object({"alt_text": string(2000)}, optional)(value, pointer, problems)
    if bool(value.get("image_url")) == bool(value.get("slack_file")):
        add_problem(problems, pointer, "must have either image_url or slack_file")


_COMMON_BLOCKS: Mapping[str, Check] = {
    "section": _check_section,
    "header": json_object({"text": text_object(150, *PLAIN_TEXT)}, {**_id, "level": any_value}),
    "divider": json_object({}, _id),
    "context": json_object({"elements": array(CONTEXT_ELEMENT, 10)}, _id),
    "actions": json_object({"elements": array(ACTIONS_ELEMENT, 25)}, _id),
    "image": _check_image,
    "input": json_object(
        {"label": text_object(2000, *PLAIN_TEXT), "element": INPUT_ELEMENT},
        {**_id, "hint": text_object(2000, *PLAIN_TEXT), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": json_object({"elements": array(any_value, 100)}, _id),
}
_MESSAGE_BLOCKS: Mapping[str, Check] = {
    "markdown": json_object({"text": string(MAX_MARKDOWN)}, _id),
    "table": json_object(
        {"rows": array(array(_cell, 20), 100)}, {**_id, "column_settings": array(any_value, 20, 0)}
    ),
}
_BLOCK_CHECKS = {
    "message": by_type({**_COMMON_BLOCKS, **_MESSAGE_BLOCKS}),
    "modal": by_type(_COMMON_BLOCKS),
    "home": by_type(_COMMON_BLOCKS),
}


def get_elements(block: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the elements of a block, wherever the block type stores them."""
    elements = [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]
    return [element for element in elements if isinstance(element, dict)]


def _find_duplicates(ids: list[str]) -> set[str]:
    """Return the ids that occur more than once."""
    return {repeated_id for repeated_id in ids if ids.count(repeated_id) > 1}


def _find_problems(blocks: Any, surface: str, pointer: str) -> Problems:
    """Return the problems of a list of blocks."""
    problems: Problems = []
    array(_BLOCK_CHECKS[surface], MAX_BLOCKS[surface], 0)(blocks, pointer, problems)
    if problems:
        return problems
    for block_id in _find_duplicates([block["block_id"] for block in blocks if block.get("block_id")]):
        add_problem(problems, pointer, f"block_id already exists: {block_id}")
    for index, block in enumerate(blocks):
        ids = [element["action_id"] for element in get_elements(block) if element.get("action_id")]
        for action_id in _find_duplicates(ids):
            add_problem(problems, f"{pointer}/{index}", f"action_id already exists: {action_id}")
    if sum(block["type"] == "table" for block in blocks) > 1:
        add_problem(problems, pointer, "only one table per message allowed")
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MAX_MARKDOWN:
        add_problem(problems, pointer, f"no more than {MAX_MARKDOWN} characters of markdown allowed")
    return problems


def check_blocks(blocks: Any, surface: str) -> None:
    """Check the blocks of a `message`, `modal` or `home`. Raise invalid_blocks.

    Blocks and elements without an id get one, as in Slack, because click payloads contain it.
    """
    problems = _find_problems(blocks, surface, "/blocks")
    if problems:
        raise validation_error("invalid_blocks", problems)
    _assign_ids(blocks)


def _assign_ids(blocks: list[dict[str, Any]]) -> None:
    """Assign the missing block and action ids by position, where Slack would use random ones."""
    for index, block in enumerate(blocks):
        block.setdefault("block_id", f"b{index}")
        if block["type"] in ("actions", "section", "input"):
            for position, element in enumerate(get_elements(block)):
                if element["type"] not in ("image", "plain_text", "mrkdwn"):
                    element.setdefault("action_id", f"a{index}.{position}")


_metadata: Mapping[str, Check] = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}
_VIEW_CHECKS = {
    "modal": json_object(
        {"type": one_of("modal"), "title": text_object(24, *PLAIN_TEXT), "blocks": any_value},
        {
            **_metadata,
            "close": text_object(24, *PLAIN_TEXT),
            "submit": text_object(24, *PLAIN_TEXT),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
    ),
    "home": json_object({"type": one_of("home"), "blocks": any_value}, _metadata),
}


def check_view(view: Any, kind: str) -> None:
    """Check a `modal` or `home`. Raise invalid_arguments with the locations."""
    problems: Problems = []
    _VIEW_CHECKS[kind](view, "/view", problems)
    blocks = view.get("blocks") or []
    problems += _find_problems(blocks, kind, "/view/blocks")
    if (
        not problems
        and any(block["type"] == "input" for block in blocks)
        and kind == "modal"
        and not view.get("submit")
    ):
        add_problem(problems, "/view", "missing required field: submit")
    if problems:
        raise validation_error("invalid_arguments", problems)
    _assign_ids(blocks)
