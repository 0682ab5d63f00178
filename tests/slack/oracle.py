"""Checks whether Slack would accept a message or a form, with slackblocks and further limits."""

import json
from typing import Any

import slackblocks as kit

from bot.slack.views.blocks import Block, Screen

#: Limits that slackblocks does not check: docs.slack.dev/reference/block-kit/blocks.
MAX_BLOCKS = 50
MAX_UPDATE_TEXT = 4000


def take(screen: Screen) -> None:
    """Raise if Slack would refuse the screen as a post or an update."""
    json.dumps({"text": screen.text, "blocks": screen.blocks}, ensure_ascii=False).encode()
    if not 1 <= len(screen.text) <= MAX_UPDATE_TEXT:
        raise ValueError(f"text of {len(screen.text)} characters")
    if not 1 <= len(screen.blocks) <= MAX_BLOCKS:
        raise ValueError(f"{len(screen.blocks)} blocks")
    take_blocks(screen.blocks)


def take_modal(view: Block) -> None:
    """Raise if Slack would refuse the form."""
    json.dumps(view, ensure_ascii=False).encode()
    kit.ModalView(
        title=_text(view["title"]),
        blocks=take_blocks(view["blocks"]),
        close=_text(view["close"]),
        submit=_text(view["submit"]),
        private_metadata=view["private_metadata"],
        callback_id=view["callback_id"],
    )


def take_blocks(blocks: Any) -> list[kit.Block]:
    """Return the blocks as slackblocks objects. Raise if one is invalid or if IDs repeat."""
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(ids) != len(set(ids)):
        raise ValueError(f"block ids repeat: {ids}")
    return [_block(block) for block in blocks]


def _block(block: Block) -> kit.Block:
    match block["type"]:
        case "header":
            return kit.HeaderBlock(_text(block["text"]))
        case "section" if "fields" in block:
            return kit.SectionBlock(fields=[_text(field) for field in block["fields"]])
        case "section":
            return kit.SectionBlock(_text(block["text"]))
        case "context":
            return kit.ContextBlock([_text(element) for element in block["elements"]])
        case "divider":
            return kit.DividerBlock()
        case "actions":
            ids = [element["action_id"] for element in block["elements"]]
            if len(ids) != len(set(ids)):
                raise ValueError(f"action ids repeat: {ids}")
            elements = [
                _button(element) if element["type"] == "button" else _field(element)
                for element in block["elements"]
            ]
            return kit.ActionsBlock(elements, block_id=block.get("block_id"))
        case "input":
            return kit.InputBlock(_text(block["label"]), _field(block["element"]), block_id=block["block_id"])
        case other:
            raise ValueError(f"a block of type {other}")


def _text(text: Block) -> kit.Text:
    if not text["text"].strip():
        raise ValueError("a text of nothing")
    kind = kit.TextType.PLAINTEXT if text["type"] == "plain_text" else kit.TextType.MARKDOWN
    return kit.Text(text["text"], type_=kind)


def _button(button: Block) -> kit.Button:
    if button.get("style", "primary") not in {"primary", "danger"}:
        raise ValueError(f"a button of style {button['style']}")
    return kit.Button(
        text=_text(button["text"]),
        action_id=button["action_id"],
        value=button["value"],
        confirm=_confirm(button["confirm"]) if "confirm" in button else None,
    )


def _confirm(confirm: Block) -> kit.ConfirmationDialogue:
    return kit.ConfirmationDialogue(
        title=_text(confirm["title"]),
        text=_text(confirm["text"]),
        confirm=_text(confirm["confirm"]),
        deny=_text(confirm["deny"]),
    )


def _field(element: Block) -> Any:
    action_id = element["action_id"]
    match element["type"]:
        case "plain_text_input":
            if len(element.get("initial_value", "")) > element["max_length"]:
                raise ValueError("an initial value that is too long")
            return kit.PlainTextInput(
                action_id=action_id,
                initial_value=element.get("initial_value"),
                max_length=element["max_length"],
                placeholder=_text(element["placeholder"]) if "placeholder" in element else None,
            )
        case "static_select":
            options = element["options"]
            if "initial_option" in element and element["initial_option"] not in options:
                raise ValueError("an initial option that is none of the options")
            return kit.StaticSelectMenu(
                action_id=action_id,
                options=[kit.Option(_text(option["text"]), option["value"]) for option in options],
            )
        case "users_select":
            return kit.UserSelectMenu(action_id=action_id, initial_user=element.get("initial_user"))
        case other:
            raise ValueError(f"an element of type {other}")
