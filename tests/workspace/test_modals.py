"""Modals and home tabs, as an app made with Bolt lives through them."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import SlackError, Workspace

Json = dict[str, Any]
Refusal = Callable[[Awaitable[Any]], Awaitable[str]]
HERE = "C0GENERAL"


def plain(text: str) -> Json:
    """A plain text object."""
    return {"type": "plain_text", "text": text}


def option(value: str) -> Json:
    """An option of a menu."""
    return {"text": plain(value.upper()), "value": value}


TITLE = {"type": "plain_text_input", "action_id": "title", "max_length": 10}
SEVERITY = {"type": "static_select", "action_id": "severity", "options": [option("sev1"), option("sev2")]}
MODAL: Json = {
    "type": "modal",
    "callback_id": "declare",
    "title": plain("Declare"),
    "submit": plain("Declare"),
    "notify_on_close": True,
    "blocks": [
        {"type": "input", "block_id": "t", "label": plain("Title"), "element": TITLE},
        {"type": "input", "block_id": "s", "label": plain("Severity"), "element": SEVERITY, "optional": True},
    ],
}


async def open_modal(workspace: Workspace, app: AsyncApp) -> str:
    """Have Alice type /incident, which opens the modal; returns its id."""

    async def on_command(ack: AsyncAck, command: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=MODAL)

    app.command("/incident")(on_command)
    await workspace.command("U0ALICE", HERE, "/incident", "")
    await workspace.until(lambda: bool(workspace.views))
    return next(iter(workspace.views))


async def test_a_modal_is_submitted_with_its_state(workspace: Workspace, app: AsyncApp) -> None:
    """Plain answers become the state Slack sends, untouched fields included, and the modal closes."""
    submitted: list[Json] = []

    @app.view("declare")
    async def on_submit(ack: AsyncAck, view: Json) -> None:
        submitted.append(view["state"]["values"])
        await ack()

    view_id = await open_modal(workspace, app)
    response = await workspace.submit("U0ALICE", view_id, {"title": "Checkout", "severity": "sev2"})

    assert [
        {
            "t": {"title": {"type": "plain_text_input", "value": "Checkout"}},
            "s": {"severity": {"type": "static_select", "selected_option": option("sev2")}},
        }
    ] == submitted
    assert ({}, {}) == (response, workspace.views)


async def test_the_form_refuses_before_the_app_is_asked(workspace: Workspace, app: AsyncApp) -> None:
    """A required field left empty and a text too long never reach the app."""
    view_id = await open_modal(workspace, app)
    before = len(workspace.deliveries)
    empty = await workspace.submit("U0ALICE", view_id, {})
    too_long = await workspace.submit("U0ALICE", view_id, {"t": {"title": "x" * 11}})

    assert {"t": "Please complete this required field."} == empty["errors"]
    assert {"t": "This field may have at most 10 characters."} == too_long["errors"]
    assert before == len(workspace.deliveries)


async def test_errors_keep_the_modal_open(workspace: Workspace, app: AsyncApp) -> None:
    """What the app says about a field comes back, and the person can try again."""

    @app.view("declare")
    async def on_submit(ack: AsyncAck) -> None:
        await ack(response_action="errors", errors={"t": "There is one already."})

    view_id = await open_modal(workspace, app)
    response = await workspace.submit("U0ALICE", view_id, {"title": "Checkout"})

    assert {"t": "There is one already."} == response["errors"]
    assert [view_id] == list(workspace.views)


async def test_an_answer_may_change_the_modal_or_put_another_on_top(
    workspace: Workspace, app: AsyncApp
) -> None:
    """An update draws the same view anew, push adds one, clear closes all."""
    next_action: Iterator[Json] = iter(
        [
            {"response_action": "update", "view": {**MODAL, "title": plain("Again")}},
            {"response_action": "push", "view": {**MODAL, "title": plain("On top")}},
            {"response_action": "clear"},
        ]
    )

    @app.view("declare")
    async def on_submit(ack: AsyncAck) -> None:
        await ack(**next(next_action))

    view_id = await open_modal(workspace, app)
    seen = []
    for _ in range(3):
        await workspace.submit("U0ALICE", view_id, {"title": "Checkout"})
        seen.append([view.content["title"]["text"] for view in workspace.views.values()])

    assert [["Again"], ["Again", "On top"], []] == seen


async def test_closing_a_modal_is_told_when_asked_for(workspace: Workspace, app: AsyncApp) -> None:
    """notify_on_close brings view_closed."""
    closed: list[str] = []

    @app.view_closed("declare")
    async def on_close(ack: AsyncAck, view: Json) -> None:
        closed.append(view["callback_id"])
        await ack()

    await workspace.close_view("U0ALICE", await open_modal(workspace, app))

    assert (["declare"], {}) == (closed, workspace.views)


async def test_a_trigger_opens_one_modal(
    workspace: Workspace, client: AsyncWebClient, refusal: Refusal
) -> None:
    """A second use, a made-up one and an old one are refused, each in Slack's words."""
    used, old = (workspace.state.triggers.issue("U0ALICE") for _ in range(2))
    await client.views_open(trigger_id=used, view=MODAL)
    twice = await refusal(client.views_open(trigger_id=used, view=MODAL))
    made_up = await refusal(client.views_open(trigger_id="1.2.3", view=MODAL))
    workspace.state.triggers.LIFETIME_S = 0.0
    late = await refusal(client.views_open(trigger_id=old, view=MODAL))

    assert ["exchanged_trigger_id", "invalid_trigger_id", "expired_trigger_id"] == [twice, made_up, late]


async def test_views_stack_three_high(workspace: Workspace, client: AsyncWebClient, refusal: Refusal) -> None:
    """The fourth is push_limit_reached."""
    issue = workspace.state.triggers.issue
    await client.views_open(trigger_id=issue("U0ALICE"), view=MODAL)
    for _ in range(2):
        await client.views_push(trigger_id=issue("U0ALICE"), view=MODAL)
    fourth = client.views_push(trigger_id=issue("U0ALICE"), view=MODAL)

    assert "push_limit_reached" == await refusal(fourth)


async def test_a_stale_hash_is_a_conflict(
    workspace: Workspace, client: AsyncWebClient, refusal: Refusal
) -> None:
    """Two updates drawn from the same view: the second loses."""
    opened = await client.views_open(trigger_id=workspace.state.triggers.issue("U0ALICE"), view=MODAL)
    view_id, seen = opened["view"]["id"], opened["view"]["hash"]
    await client.views_update(view_id=view_id, view=MODAL, hash=seen)

    assert "hash_conflict" == await refusal(client.views_update(view_id=view_id, view=MODAL, hash=seen))
    assert "not_found" == await refusal(client.views_update(view_id="V0NONE", view=MODAL))


async def test_a_home_tab_is_published(workspace: Workspace, client: AsyncWebClient) -> None:
    """Each person has one, and publishing again replaces it."""
    for text in ("nothing", "one incident"):
        home = {"type": "home", "blocks": [{"type": "section", "text": plain(text)}]}
        await client.views_publish(user_id="U0ALICE", view=home)

    assert "one incident" == workspace.state.homes["U0ALICE"].content["blocks"][0]["text"]["text"]


async def test_a_choice_in_a_modal_reaches_the_app_with_what_is_typed(
    workspace: Workspace, app: AsyncApp
) -> None:
    """A field that dispatches its action sends the state of the whole view along; others send nothing."""
    chosen: list[Json] = []
    title, severity = MODAL["blocks"]
    view = {**MODAL, "blocks": [title, {**severity, "dispatch_action": True}]}

    @app.action("severity")
    async def on_choice(ack: AsyncAck, body: Json) -> None:
        chosen.append(body["view"]["state"]["values"])
        await ack()

    trigger_id = workspace.state.triggers.issue("U0ALICE")
    opened = await app.client.views_open(trigger_id=trigger_id, view=view)
    view_id = opened["view"]["id"]
    await workspace.click_view("U0ALICE", view_id, "severity", value="sev1", values={"title": "Slow"})
    with pytest.raises(SlackError, match="no_dispatch_action"):
        await workspace.click_view("U0ALICE", view_id, "title", value="Slow")

    assert [("Slow", "sev1")] == [
        (values["t"]["title"]["value"], values["s"]["severity"]["selected_option"]["value"])
        for values in chosen
    ]


async def test_a_view_is_found_by_its_external_id(
    workspace: Workspace, client: AsyncWebClient, refusal: Refusal
) -> None:
    """It names one open view, which can be drawn anew by it."""
    named = {**MODAL, "external_id": "declare-1"}
    issue = workspace.state.triggers.issue
    await client.views_open(trigger_id=issue("U0ALICE"), view=named)
    taken = await refusal(client.views_open(trigger_id=issue("U0BOB"), view=named))
    updated = await client.views_update(external_id="declare-1", view={**named, "title": plain("Again")})

    assert ("duplicate_external_id", "Again") == (taken, updated["view"]["title"]["text"])


async def test_other_people_cannot_use_a_modal(workspace: Workspace, client: AsyncWebClient) -> None:
    """It is in front of one person."""
    opened = await client.views_open(trigger_id=workspace.state.triggers.issue("U0ALICE"), view=MODAL)

    with pytest.raises(SlackError, match="not_found"):
        await workspace.submit("U0BOB", opened["view"]["id"], {"title": "mine"})
