"""Slash commands, clicks and response URLs, as an app made with Bolt lives through them."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import SlackError, Workspace

Json = dict[str, Any]
HERE = "C0GENERAL"


def plain(text: str) -> Json:
    """A plain text object."""
    return {"type": "plain_text", "text": text}


def option(value: str) -> Json:
    """An option of a menu."""
    return {"text": plain(value.upper()), "value": value}


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


async def test_a_command_arrives_escaped_and_its_answer_is_shown(workspace: Workspace, app: AsyncApp) -> None:
    """Text is escaped as with should_escape, and what ack says only the person sees."""
    given: list[str] = []

    @app.command("/incident")
    async def on_command(ack: AsyncAck, command: Json) -> None:
        given.append(command["text"])
        await ack("Working on it.")

    answer = await workspace.command("U0ALICE", HERE, "/incident", "declare a&b <c> @bob in #incidents")

    assert ["declare a&amp;b &lt;c&gt; <@U0BOB|bob> in <#C0INCIDENTS|incidents>"] == given
    assert (200, "Working on it.") == (answer.status, answer.text)
    assert [("U0ALICE", "Working on it.")] == [(one.user, one.text) for one in workspace.ephemerals]


async def test_an_answer_in_channel_is_seen_by_all(workspace: Workspace, app: AsyncApp) -> None:
    """response_type in_channel makes it a message of the bot."""

    @app.command("/incident")
    async def on_command(ack: AsyncAck) -> None:
        await ack(text="Declared.", response_type="in_channel")

    answer = await workspace.command("U0ALICE", HERE, "/incident", "declare")

    assert (None, []) == (answer.ephemeral, workspace.ephemerals)
    assert [("Declared.", True)] == [(message.text, message.bot) for message in workspace.messages(HERE)]


@pytest.mark.usefixtures("app")
async def test_an_unknown_command_fails_in_slacks_words(workspace: Workspace) -> None:
    """Bolt answers 404 to what it has no listener for, and the person reads why nothing happened."""
    answer = await workspace.command("U0ALICE", HERE, "/unheard", "")

    assert (404, '/unheard failed with the error "http_client_error"') == (answer.status, answer.text)


async def test_nobody_there(workspace: Workspace) -> None:
    """Without an app a command ends in dispatch_failed."""
    answer = await workspace.command("U0ALICE", HERE, "/incident", "")

    assert (0, '/incident failed with the error "dispatch_failed"') == (answer.status, answer.text)


async def test_three_seconds_and_no_more(workspace: Workspace, app: AsyncApp) -> None:
    """An app that takes longer is given up on: operation_timeout."""

    @app.command("/incident")
    async def on_command(ack: AsyncAck) -> None:
        await asyncio.sleep(0.3)
        await ack()

    allowed_s, workspace.dispatcher.ack_timeout_s = workspace.dispatcher.ack_timeout_s, 0.1
    answer = await workspace.command("U0ALICE", HERE, "/incident", "")

    assert '/incident failed with the error "operation_timeout"' == answer.text
    assert 3.0 == allowed_s


async def test_a_response_url_is_good_for_five_answers(workspace: Workspace, app: AsyncApp) -> None:
    """respond() works five times, and the sixth is refused."""
    answers: list[tuple[int, str]] = []

    @app.command("/incident")
    async def on_command(ack: AsyncAck, respond: AsyncRespond) -> None:
        for number in range(6):
            said = await respond(f"answer {number}")
            answers.append((said.status_code, said.body))
        await ack()

    answer = await workspace.command("U0ALICE", HERE, "/incident", "")

    assert [(200, "ok")] * 5 + [(404, "used_url")] == answers
    assert [f"answer {number}" for number in range(5)] == [
        one["text"] for one in answer.response_url.received
    ]
    assert [f"answer {number}" for number in range(5)] == [one.text for one in workspace.ephemerals]


async def test_a_response_url_replaces_and_deletes_the_message_clicked(
    workspace: Workspace, app: AsyncApp, client: AsyncWebClient
) -> None:
    """The original of a click is the message with the button."""

    @app.action("card.ack")
    async def on_click(ack: AsyncAck, respond: AsyncRespond) -> None:
        await respond(replace_original=True, text="Acknowledged")
        replaced.append(workspace.messages(HERE)[-1].text)
        await respond(delete_original=True)
        await ack()

    replaced: list[str] = []
    ts = (await client.chat_postMessage(channel=HERE, text="card", blocks=CARD))["ts"]
    await workspace.click("U0BOB", HERE, ts, "card.ack")

    assert (["Acknowledged"], True) == (replaced, workspace.messages(HERE)[-1].deleted)


async def test_a_click_carries_what_the_button_says(
    workspace: Workspace, app: AsyncApp, client: AsyncWebClient
) -> None:
    """Who, where, which message, which value."""
    clicks: list[Json] = []

    @app.action("card.ack")
    async def on_click(ack: AsyncAck, body: Json) -> None:
        clicks.append(body)
        await ack()

    ts = (await client.chat_postMessage(channel=HERE, text="card", blocks=CARD))["ts"]
    status = await workspace.click("U0BOB", HERE, ts, "card.ack")

    assert 200 == status
    assert [("U0BOB", HERE, ts, "INC-1", "buttons")] == [
        (
            body["user"]["id"],
            body["channel"]["id"],
            body["container"]["message_ts"],
            body["actions"][0]["value"],
            body["actions"][0]["block_id"],
        )
        for body in clicks
    ]


async def test_a_choice_is_one_that_is_on_the_menu(
    workspace: Workspace, app: AsyncApp, client: AsyncWebClient
) -> None:
    """Nobody can choose or click what is not there."""
    chosen: list[Json] = []

    @app.action("card.severity")
    async def on_choice(ack: AsyncAck, action: Json) -> None:
        chosen.append(action["selected_option"])
        await ack()

    ts = (await client.chat_postMessage(channel=HERE, text="card", blocks=CARD))["ts"]
    await workspace.click("U0BOB", HERE, ts, "card.severity", value="sev2")
    with pytest.raises(SlackError, match="no_such_option"):
        await workspace.click("U0BOB", HERE, ts, "card.severity", value="sev9")
    with pytest.raises(SlackError, match="no_such_element"):
        await workspace.click("U0BOB", HERE, ts, "card.explode")

    assert [option("sev2")] == chosen


async def test_shortcuts(workspace: Workspace, app: AsyncApp) -> None:
    """A global one, and one on a message."""
    ran: list[str] = []

    @app.shortcut("declare")
    async def on_shortcut(ack: AsyncAck, shortcut: Json) -> None:
        ran.append(shortcut.get("message", {}).get("text", "global"))
        await ack()

    ts = await workspace.say("U0ALICE", HERE, "checkout is slow")
    await workspace.shortcut("U0ALICE", "declare")
    await workspace.shortcut("U0ALICE", "declare", HERE, ts)

    assert ["global", "checkout is slow"] == ran


async def test_an_unknown_response_url_is_expired(workspace: Workspace) -> None:
    """What was never issued (or is older than half an hour) is answered with 404."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{workspace.url}/response/never", json={"text": "x"}) as answer,
    ):
        said = await answer.text()

    assert (404, "expired_url") == (answer.status, said)
