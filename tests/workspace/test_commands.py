"""Slash commands, clicks and response URLs, used by an app made with Bolt."""

import asyncio

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import SlackError, Workspace
from tests.workspace.block_kit import Json, option, plain

GENERAL = "C0GENERAL"


SEVERITY = {"type": "static_select", "action_id": "severity", "options": [option("sev1"), option("sev2")]}
CARD: list[Json] = [
    {
        "type": "actions",
        "block_id": "buttons",
        "elements": [
            {"type": "button", "action_id": "card.ack", "text": plain("Acknowledge"), "value": "INC-1"},
            {**SEVERITY, "action_id": "card.severity"},
        ],
    }
]


async def test_command_is_escaped_and_answered(workspace: Workspace, app: AsyncApp) -> None:
    """The command's text is escaped as for should_escape, and only the person sees the text of ack."""
    received_texts: list[str] = []

    @app.command("/incident")
    async def on_command(ack: AsyncAck, command: Json) -> None:
        received_texts.append(command["text"])
        await ack("Working on it.")

    answer = await workspace.command("U0ALICE", GENERAL, "/incident", "declare a&b <c> @bob in #incidents")

    assert ["declare a&amp;b &lt;c&gt; <@U0BOB|bob> in <#C0INCIDENTS|incidents>"] == received_texts
    assert (200, "Working on it.") == (answer.status, answer.text)
    assert [("U0ALICE", "Working on it.")] == [(item.user, item.text) for item in workspace.ephemerals]


async def test_in_channel_response_is_a_message(workspace: Workspace, app: AsyncApp) -> None:
    """A response with response_type in_channel becomes a message of the bot."""

    @app.command("/incident")
    async def on_command(ack: AsyncAck) -> None:
        await ack(text="Declared.", response_type="in_channel")

    answer = await workspace.command("U0ALICE", GENERAL, "/incident", "declare")

    assert (None, []) == (answer.ephemeral, workspace.ephemerals)
    assert [("Declared.", True)] == [(message.text, message.bot) for message in workspace.messages(GENERAL)]


@pytest.mark.usefixtures("app")
async def test_unknown_command_shows_slacks_error(workspace: Workspace) -> None:
    """Bolt answers 404 to a command without a listener, and the person sees Slack's error."""
    answer = await workspace.command("U0ALICE", GENERAL, "/unheard", "")

    assert (404, '/unheard failed with the error "http_client_error"') == (answer.status, answer.text)


async def test_command_without_an_app_fails(workspace: Workspace) -> None:
    """If no app is connected, a command fails with dispatch_failed."""
    answer = await workspace.command("U0ALICE", GENERAL, "/incident", "")

    assert (0, '/incident failed with the error "dispatch_failed"') == (answer.status, answer.text)


async def test_slow_app_times_out(workspace: Workspace, app: AsyncApp) -> None:
    """An app that does not answer in time causes operation_timeout. The default limit is three seconds."""

    @app.command("/incident")
    async def on_command(ack: AsyncAck) -> None:
        await asyncio.sleep(0.3)
        await ack()

    default_timeout_s, workspace.dispatcher.ack_timeout_s = workspace.dispatcher.ack_timeout_s, 0.1
    answer = await workspace.command("U0ALICE", GENERAL, "/incident", "")

    assert '/incident failed with the error "operation_timeout"' == answer.text
    assert 3.0 == default_timeout_s


async def test_response_url_allows_five_responses(workspace: Workspace, app: AsyncApp) -> None:
    """Five responses are accepted, and the sixth fails with used_url."""
    answers: list[tuple[int, str]] = []

    @app.command("/incident")
    async def on_command(ack: AsyncAck, respond: AsyncRespond) -> None:
        for number in range(6):
            response = await respond(f"answer {number}")
            answers.append((response.status_code, response.body))
        await ack()

    answer = await workspace.command("U0ALICE", GENERAL, "/incident", "")

    assert [(200, "ok")] * 5 + [(404, "used_url")] == answers
    assert [f"answer {number}" for number in range(5)] == [
        item["text"] for item in answer.response_url.received
    ]
    assert [f"answer {number}" for number in range(5)] == [item.text for item in workspace.ephemerals]


async def test_response_url_changes_the_clicked_message(
    workspace: Workspace, app: AsyncApp, client: AsyncWebClient
) -> None:
    """replace_original and delete_original apply to the message that contains the button."""

    @app.action("card.ack")
    async def on_click(ack: AsyncAck, respond: AsyncRespond) -> None:
        await respond(replace_original=True, text="Acknowledged")
        replaced.append(workspace.messages(GENERAL)[-1].text)
        await respond(delete_original=True)
        await ack()

    replaced: list[str] = []
    ts = (await client.chat_postMessage(channel=GENERAL, text="card", blocks=CARD))["ts"]
    await workspace.click("U0BOB", GENERAL, ts, "card.ack")

    assert (["Acknowledged"], True) == (replaced, workspace.messages(GENERAL)[-1].deleted)


async def test_click_payload_describes_the_click(
    workspace: Workspace, app: AsyncApp, client: AsyncWebClient
) -> None:
    """The payload of a click contains the user, channel, message, value and block id."""
    clicks: list[Json] = []

    @app.action("card.ack")
    async def on_click(ack: AsyncAck, body: Json) -> None:
        clicks.append(body)
        await ack()

    ts = (await client.chat_postMessage(channel=GENERAL, text="card", blocks=CARD))["ts"]
    status = await workspace.click("U0BOB", GENERAL, ts, "card.ack")

    assert 200 == status
    assert [("U0BOB", GENERAL, ts, "INC-1", "buttons")] == [
        (
            body["user"]["id"],
            body["channel"]["id"],
            body["container"]["message_ts"],
            body["actions"][0]["value"],
            body["actions"][0]["block_id"],
        )
        for body in clicks
    ]


async def test_only_existing_options_can_be_chosen(
    workspace: Workspace, app: AsyncApp, client: AsyncWebClient
) -> None:
    """Unknown options and elements cannot be chosen or clicked."""
    chosen: list[Json] = []

    @app.action("card.severity")
    async def on_choice(ack: AsyncAck, action: Json) -> None:
        chosen.append(action["selected_option"])
        await ack()

    ts = (await client.chat_postMessage(channel=GENERAL, text="card", blocks=CARD))["ts"]
    await workspace.click("U0BOB", GENERAL, ts, "card.severity", value="sev2")
    with pytest.raises(SlackError, match="no_such_option"):
        await workspace.click("U0BOB", GENERAL, ts, "card.severity", value="sev9")
    with pytest.raises(SlackError, match="no_such_element"):
        await workspace.click("U0BOB", GENERAL, ts, "card.explode")

    assert [option("sev2")] == chosen


async def test_global_and_message_shortcuts(workspace: Workspace, app: AsyncApp) -> None:
    """A global shortcut and a message shortcut both reach the app."""
    shortcut_texts: list[str] = []

    @app.shortcut("declare")
    async def on_shortcut(ack: AsyncAck, shortcut: Json) -> None:
        shortcut_texts.append(shortcut.get("message", {}).get("text", "global"))
        await ack()

    ts = await workspace.say("U0ALICE", GENERAL, "checkout is slow")
    await workspace.shortcut("U0ALICE", "declare")
    await workspace.shortcut("U0ALICE", "declare", GENERAL, ts)

    assert ["global", "checkout is slow"] == shortcut_texts


async def test_unknown_response_url_is_rejected(workspace: Workspace) -> None:
    """A response URL that was never issued returns 404 with expired_url."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{workspace.url}/response/never", json={"text": "x"}) as response,
    ):
        body = await response.text()

    assert (404, "expired_url") == (response.status, body)
