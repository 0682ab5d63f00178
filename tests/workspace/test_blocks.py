"""Block Kit validation: rejects what Slack rejects, with its location, and accepts the rest."""

from typing import Any

import pytest
from hypothesis import given, strategies
from slack_sdk.errors import SlackApiError
from slack_sdk.models import blocks as sdk_blocks
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.blocks import check_blocks, check_view
from bot.workspace.errors import SlackError
from tests.workspace.block_kit import Json, mrkdwn, option, plain


def button(**fields: Any) -> Json:
    """Return a valid button unless a field overrides it."""
    return {"type": "button", "text": plain("Go"), "action_id": "go", **fields}


def section(**fields: Any) -> Json:
    """Return a valid section unless a field overrides it."""
    return {"type": "section", "text": mrkdwn("x"), **fields}


def actions(*elements: Json) -> Json:
    """Return an actions block."""
    return {"type": "actions", "elements": list(elements)}


def modal(**fields: Any) -> Json:
    """Return a valid modal with one input unless a field overrides it."""
    input_block = {"type": "input", "label": plain("Title"), "element": {"type": "plain_text_input"}}
    return {
        "type": "modal",
        "title": plain("Declare"),
        "submit": plain("Go"),
        "blocks": [input_block],
        **fields,
    }


TWENTY_SIX_BUTTONS = [button(action_id=f"b{number}") for number in range(26)]
INVALID_BLOCKS: list[tuple[str, list[Json], str]] = [
    ("no text", [section(text=mrkdwn(""))], "/blocks/0/text/text"),
    ("long text", [section(text=mrkdwn("x" * 3001))], "/blocks/0/text/text"),
    ("section of nothing", [{"type": "section"}], "/blocks/0"),
    ("eleven fields", [section(fields=[mrkdwn("x")] * 11)], "/blocks/0/fields"),
    ("long field", [section(fields=[mrkdwn("x" * 2001)])], "/blocks/0/fields/0/text"),
    ("long header", [{"type": "header", "text": plain("x" * 151)}], "/blocks/0/text/text"),
    ("mrkdwn header", [{"type": "header", "text": mrkdwn("x")}], "/blocks/0/text/type"),
    ("unknown type", [{"type": "marquee"}], "/blocks/0/type"),
    ("emoji in mrkdwn", [section(text={**mrkdwn("x"), "emoji": True})], "/blocks/0/text"),
    ("unknown field", [section(colour="red")], "/blocks/0"),
    ("51 blocks", [{"type": "divider"}] * 51, "/blocks"),
    ("26 elements", [actions(*TWENTY_SIX_BUTTONS)], "/blocks/0/elements"),
    ("no elements", [actions()], "/blocks/0/elements"),
    ("long button", [actions(button(text=plain("x" * 76)))], "/blocks/0/elements/0/text/text"),
    ("long value", [actions(button(value="x" * 2001))], "/blocks/0/elements/0/value"),
    ("long url", [actions(button(url="x" * 3001))], "/blocks/0/elements/0/url"),
    ("bad style", [actions(button(style="loud"))], "/blocks/0/elements/0/style"),
    ("long action id", [actions(button(action_id="x" * 256))], "/blocks/0/elements/0/action_id"),
    ("same action id", [actions(button(), button())], "/blocks/0"),
    ("same block id", [section(block_id="b"), section(block_id="b")], "/blocks"),
    ("image without alt", [{"type": "image", "image_url": "https://x.example"}], "/blocks/0"),
    ("eleven in context", [{"type": "context", "elements": [mrkdwn("x")] * 11}], "/blocks/0/elements"),
    ("button in context", [{"type": "context", "elements": [button()]}], "/blocks/0/elements/0/type"),
    (
        "101 options",
        [actions({"type": "static_select", "options": [option("a")] * 101})],
        "/blocks/0/elements/0/options",
    ),
    ("no options", [actions({"type": "static_select"})], "/blocks/0/elements/0"),
    (
        "six in overflow",
        [section(accessory={"type": "overflow", "options": [option("a")] * 6})],
        "/blocks/0/accessory/options",
    ),
    (
        "long option value",
        [actions({"type": "static_select", "options": [{**option("a"), "value": "x" * 151}]})],
        "/blocks/0/elements/0/options/0/value",
    ),
    (
        "bad date",
        [actions({"type": "datepicker", "initial_date": "today"})],
        "/blocks/0/elements/0/initial_date",
    ),
    ("markdown in sum", [{"type": "markdown", "text": "x" * 7000}] * 2, "/blocks"),
    ("two tables", [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}] * 2, "/blocks"),
    (
        "confirm",
        [
            actions(
                button(
                    confirm={
                        "title": plain("x" * 101),
                        "text": plain("?"),
                        "confirm": plain("y"),
                        "deny": plain("n"),
                    }
                )
            )
        ],
        "/blocks/0/elements/0/confirm/title/text",
    ),
]


@pytest.mark.parametrize(
    ("blocks", "pointer"), [row[1:] for row in INVALID_BLOCKS], ids=[row[0] for row in INVALID_BLOCKS]
)
def test_invalid_blocks_are_rejected_with_their_location(blocks: list[Json], pointer: str) -> None:
    """The first message ends with the JSON pointer of the invalid value."""
    with pytest.raises(SlackError) as error_info:
        check_blocks(blocks, "message")
    first = error_info.value.extra["response_metadata"]["messages"][0]

    assert ("invalid_blocks", True) == (error_info.value.error, first.endswith(f"[json-pointer:{pointer}]"))


INVALID_MODALS: list[tuple[str, Json, str]] = [
    ("long title", modal(title=plain("x" * 25)), "/view/title/text"),
    ("long submit", modal(submit=plain("x" * 25)), "/view/submit/text"),
    ("no title", modal(title=None), "/view"),
    ("input without submit", modal(submit=None), "/view"),
    ("long metadata", modal(private_metadata="x" * 3001), "/view/private_metadata"),
    ("long callback id", modal(callback_id="x" * 256), "/view/callback_id"),
    ("101 blocks", modal(blocks=[{"type": "divider"}] * 101), "/view/blocks"),
    ("markdown", modal(blocks=[{"type": "markdown", "text": "x"}]), "/view/blocks/0/type"),
    ("home", modal(type="home"), "/view/type"),
]


@pytest.mark.parametrize(
    ("view", "pointer"), [row[1:] for row in INVALID_MODALS], ids=[row[0] for row in INVALID_MODALS]
)
def test_invalid_modals_are_rejected_with_their_location(view: Json, pointer: str) -> None:
    """Modals have titles of at most 24 characters, need a submit button for inputs, and allow no markdown."""
    with pytest.raises(SlackError) as error_info:
        check_view(view, "modal")
    first = error_info.value.extra["response_metadata"]["messages"][0]

    assert ("invalid_arguments", True) == (
        error_info.value.error,
        first.endswith(f"[json-pointer:{pointer}]"),
    )


@given(
    text=strategies.text(min_size=1, max_size=3000),
    fields=strategies.lists(strategies.text(min_size=1, max_size=2000), min_size=1, max_size=10),
    label=strategies.text(min_size=1, max_size=75),
)
def test_blocks_of_the_sdk_are_accepted(text: str, fields: list[str], label: str) -> None:
    """Blocks built with slack_sdk's models within the limits are accepted."""
    models = [
        sdk_blocks.SectionBlock(text=sdk_blocks.MarkdownTextObject(text=text), fields=fields),
        sdk_blocks.ActionsBlock(elements=[sdk_blocks.ButtonElement(text=label, action_id="go", value="v")]),
        sdk_blocks.ContextBlock(elements=[sdk_blocks.MarkdownTextObject(text=text)]),
        sdk_blocks.DividerBlock(),
    ]
    blocks = [block.to_dict() for block in models]
    check_blocks(blocks, "message")

    assert ["b0", "b1", "b2", "b3"] == [block["block_id"] for block in blocks]


@given(
    strategies.recursive(
        strategies.none() | strategies.booleans() | strategies.integers() | strategies.text(),
        lambda inner: strategies.lists(inner) | strategies.dictionaries(strategies.text(), inner),
    )
)
def test_arbitrary_values_are_rejected(value: Any) -> None:
    """Any value that is not a block is rejected with invalid_blocks and causes no other error."""
    with pytest.raises(SlackError, match="invalid_blocks"):
        check_blocks([value], "message")


async def test_client_receives_the_location(client: AsyncWebClient) -> None:
    """The invalid_blocks response contains the messages with their JSON pointers."""
    with pytest.raises(SlackApiError) as error_info:
        await client.chat_postMessage(
            channel="C0GENERAL", text="x", blocks=[{"type": "header", "text": plain("")}]
        )

    assert {
        "ok": False,
        "error": "invalid_blocks",
        "response_metadata": {
            "messages": ["[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]"]
        },
    } == error_info.value.response.data
