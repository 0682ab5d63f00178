"""Block Kit: what Slack refuses is refused here, with its place, and what it takes is taken."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError
from slack_sdk.models import blocks as kit
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace.blocks import check_blocks, check_view
from bot.workspace.errors import SlackError

Json = dict[str, Any]


def plain(text: str) -> Json:
    """A plain text object."""
    return {"type": "plain_text", "text": text}


def marked(text: str) -> Json:
    """A mrkdwn text object."""
    return {"type": "mrkdwn", "text": text}


def button(**fields: Any) -> Json:
    """A button, correct unless a field says otherwise."""
    return {"type": "button", "text": plain("Go"), "action_id": "go", **fields}


def option(value: str = "a") -> Json:
    """An option of a menu."""
    return {"text": plain("A"), "value": value}


def section(**fields: Any) -> Json:
    """A section, correct unless a field says otherwise."""
    return {"type": "section", "text": marked("x"), **fields}


def actions(*elements: Json) -> Json:
    """An actions block."""
    return {"type": "actions", "elements": list(elements)}


def modal(**fields: Any) -> Json:
    """A modal with one input, correct unless a field says otherwise."""
    field = {"type": "input", "label": plain("Title"), "element": {"type": "plain_text_input"}}
    return {"type": "modal", "title": plain("Declare"), "submit": plain("Go"), "blocks": [field], **fields}


MANY = [button(action_id=f"b{number}") for number in range(26)]
REFUSED: list[tuple[str, list[Json], str]] = [
    ("no text", [section(text=marked(""))], "/blocks/0/text/text"),
    ("long text", [section(text=marked("x" * 3001))], "/blocks/0/text/text"),
    ("section of nothing", [{"type": "section"}], "/blocks/0"),
    ("eleven fields", [section(fields=[marked("x")] * 11)], "/blocks/0/fields"),
    ("long field", [section(fields=[marked("x" * 2001)])], "/blocks/0/fields/0/text"),
    ("long header", [{"type": "header", "text": plain("x" * 151)}], "/blocks/0/text/text"),
    ("mrkdwn header", [{"type": "header", "text": marked("x")}], "/blocks/0/text/type"),
    ("unknown type", [{"type": "marquee"}], "/blocks/0/type"),
    ("emoji in mrkdwn", [section(text={**marked("x"), "emoji": True})], "/blocks/0/text"),
    ("unknown field", [section(colour="red")], "/blocks/0"),
    ("51 blocks", [{"type": "divider"}] * 51, "/blocks"),
    ("26 elements", [actions(*MANY)], "/blocks/0/elements"),
    ("no elements", [actions()], "/blocks/0/elements"),
    ("long button", [actions(button(text=plain("x" * 76)))], "/blocks/0/elements/0/text/text"),
    ("long value", [actions(button(value="x" * 2001))], "/blocks/0/elements/0/value"),
    ("long url", [actions(button(url="x" * 3001))], "/blocks/0/elements/0/url"),
    ("bad style", [actions(button(style="loud"))], "/blocks/0/elements/0/style"),
    ("long action id", [actions(button(action_id="x" * 256))], "/blocks/0/elements/0/action_id"),
    ("same action id", [actions(button(), button())], "/blocks/0"),
    ("same block id", [section(block_id="b"), section(block_id="b")], "/blocks"),
    ("image without alt", [{"type": "image", "image_url": "https://x.example"}], "/blocks/0"),
    ("eleven in context", [{"type": "context", "elements": [marked("x")] * 11}], "/blocks/0/elements"),
    ("button in context", [{"type": "context", "elements": [button()]}], "/blocks/0/elements/0/type"),
    (
        "101 options",
        [actions({"type": "static_select", "options": [option()] * 101})],
        "/blocks/0/elements/0/options",
    ),
    ("no options", [actions({"type": "static_select"})], "/blocks/0/elements/0"),
    (
        "six in overflow",
        [section(accessory={"type": "overflow", "options": [option()] * 6})],
        "/blocks/0/accessory/options",
    ),
    (
        "long option value",
        [actions({"type": "static_select", "options": [option("x" * 151)]})],
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


@pytest.mark.parametrize(("blocks", "place"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_slack_refuses_is_refused_with_its_place(blocks: list[Json], place: str) -> None:
    """The first message ends in the JSON pointer to the mistake."""
    with pytest.raises(SlackError) as refused:
        check_blocks(blocks, "message")
    first = refused.value.extra["response_metadata"]["messages"][0]

    assert ("invalid_blocks", True) == (refused.value.error, first.endswith(f"[json-pointer:{place}]"))


VIEWS: list[tuple[str, Json, str]] = [
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


@pytest.mark.parametrize(("view", "place"), [row[1:] for row in VIEWS], ids=[row[0] for row in VIEWS])
def test_modals_have_limits_of_their_own(view: Json, place: str) -> None:
    """Titles of 24 characters, a submit button for inputs, and no markdown."""
    with pytest.raises(SlackError) as refused:
        check_view(view, "modal")
    first = refused.value.extra["response_metadata"]["messages"][0]

    assert ("invalid_arguments", True) == (refused.value.error, first.endswith(f"[json-pointer:{place}]"))


@given(
    text=st.text(min_size=1, max_size=3000),
    fields=st.lists(st.text(min_size=1, max_size=2000), min_size=1, max_size=10),
    label=st.text(min_size=1, max_size=75),
)
def test_what_the_sdk_builds_within_limits_is_taken(text: str, fields: list[str], label: str) -> None:
    """Whatever is inside the limits passes, as blocks made with slack_sdk's own models."""
    made = [
        kit.SectionBlock(text=kit.MarkdownTextObject(text=text), fields=fields),
        kit.ActionsBlock(elements=[kit.ButtonElement(text=label, action_id="go", value="v")]),
        kit.ContextBlock(elements=[kit.MarkdownTextObject(text=text)]),
        kit.DividerBlock(),
    ]
    blocks = [block.to_dict() for block in made]
    check_blocks(blocks, "message")

    assert ["b0", "b1", "b2", "b3"] == [block["block_id"] for block in blocks]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_no_nonsense_breaks_the_check(nonsense: Any) -> None:
    """Anything that is no list of blocks is refused, and nothing else happens."""
    with pytest.raises(SlackError, match="invalid_blocks"):
        check_blocks([nonsense], "message")


async def test_the_client_learns_the_place(client: AsyncWebClient) -> None:
    """invalid_blocks arrives with its messages."""
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(
            channel="C0GENERAL", text="x", blocks=[{"type": "header", "text": plain("")}]
        )

    assert {
        "ok": False,
        "error": "invalid_blocks",
        "response_metadata": {
            "messages": ["[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]"]
        },
    } == refused.value.response.data
