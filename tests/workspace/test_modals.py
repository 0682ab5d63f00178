"""Modals and home tabs, used by an app made with Bolt."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import SlackError, Workspace
from tests.workspace.block_kit import Json, option, plain

GetErrorCode = Callable[[Awaitable[Any]], Awaitable[str]]
GENERAL = "C0GENERAL"


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
    """Run /incident as Alice, which opens the modal. Return the view id."""

    async def on_command(ack: AsyncAck, command: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=MODAL)

    app.command("/incident")(on_command)
    await workspace.command("U0ALICE", GENERAL, "/incident", "")
    await workspace.until(lambda: bool(workspace.views))
    return next(iter(workspace.views))


async def test_submission_contains_the_view_state(workspace: Workspace, app: AsyncApp) -> None:
    """Answers become Slack's view state, including untouched fields, and the modal closes."""
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


async def test_form_validation_does_not_reach_the_app(workspace: Workspace, app: AsyncApp) -> None:
    """An empty required field or a text that is too long is rejected without asking the app."""
    view_id = await open_modal(workspace, app)
    deliveries_before = len(workspace.deliveries)
    empty = await workspace.submit("U0ALICE", view_id, {})
    too_long = await workspace.submit("U0ALICE", view_id, {"t": {"title": "x" * 11}})

    assert {"t": "Please complete this required field."} == empty["errors"]
    assert {"t": "This field may have at most 10 characters."} == too_long["errors"]
    assert deliveries_before == len(workspace.deliveries)


async def test_errors_of_the_app_keep_the_modal_open(workspace: Workspace, app: AsyncApp) -> None:
    """If the app returns errors, they are shown and the modal stays open."""

    @app.view("declare")
    async def on_submit(ack: AsyncAck) -> None:
        await ack(response_action="errors", errors={"t": "There is one already."})

    view_id = await open_modal(workspace, app)
    response = await workspace.submit("U0ALICE", view_id, {"title": "Checkout"})

    assert {"t": "There is one already."} == response["errors"]
    assert [view_id] == list(workspace.views)


async def test_response_actions_change_the_modal_stack(workspace: Workspace, app: AsyncApp) -> None:
    """The response action update replaces the view, push adds one on top, and clear closes all."""
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
    titles = []
    for _ in range(3):
        await workspace.submit("U0ALICE", view_id, {"title": "Checkout"})
        titles.append([view.content["title"]["text"] for view in workspace.views.values()])

    assert [["Again"], ["Again", "On top"], []] == titles


async def test_closing_a_modal_notifies_the_app(workspace: Workspace, app: AsyncApp) -> None:
    """A view with notify_on_close sends view_closed."""
    closed: list[str] = []

    @app.view_closed("declare")
    async def on_close(ack: AsyncAck, view: Json) -> None:
        closed.append(view["callback_id"])
        await ack()

    await workspace.close_view("U0ALICE", await open_modal(workspace, app))

    assert (["declare"], {}) == (closed, workspace.views)


async def test_trigger_ids_are_valid_once(
    workspace: Workspace, client: AsyncWebClient, get_error_code: GetErrorCode
) -> None:
    """A used, an unknown and an expired trigger id each fail with Slack's error code."""
    used, old = (workspace.state.triggers.issue("U0ALICE") for _ in range(2))
    await client.views_open(trigger_id=used, view=MODAL)
    used_again = await get_error_code(client.views_open(trigger_id=used, view=MODAL))
    made_up = await get_error_code(client.views_open(trigger_id="1.2.3", view=MODAL))
    workspace.state.triggers.LIFETIME_S = 0.0
    expired = await get_error_code(client.views_open(trigger_id=old, view=MODAL))

    assert ["exchanged_trigger_id", "invalid_trigger_id", "expired_trigger_id"] == [
        used_again,
        made_up,
        expired,
    ]


async def test_stack_has_at_most_three_views(
    workspace: Workspace, client: AsyncWebClient, get_error_code: GetErrorCode
) -> None:
    """Pushing a fourth view fails with push_limit_reached."""
    issue = workspace.state.triggers.issue
    await client.views_open(trigger_id=issue("U0ALICE"), view=MODAL)
    for _ in range(2):
        await client.views_push(trigger_id=issue("U0ALICE"), view=MODAL)
    fourth = client.views_push(trigger_id=issue("U0ALICE"), view=MODAL)

    assert "push_limit_reached" == await get_error_code(fourth)


async def test_outdated_hash_is_a_conflict(
    workspace: Workspace, client: AsyncWebClient, get_error_code: GetErrorCode
) -> None:
    """If two updates are based on the same hash, the second fails with hash_conflict."""
    opened = await client.views_open(trigger_id=workspace.state.triggers.issue("U0ALICE"), view=MODAL)
    view_id, view_hash = opened["view"]["id"], opened["view"]["hash"]
    await client.views_update(view_id=view_id, view=MODAL, hash=view_hash)

    assert "hash_conflict" == await get_error_code(
        client.views_update(view_id=view_id, view=MODAL, hash=view_hash)
    )
    assert "not_found" == await get_error_code(client.views_update(view_id="V0NONE", view=MODAL))


async def test_home_tab_is_published(workspace: Workspace, client: AsyncWebClient) -> None:
    """Publishing a home tab again replaces the previous one."""
    for text in ("nothing", "one incident"):
        home = {"type": "home", "blocks": [{"type": "section", "text": plain(text)}]}
        await client.views_publish(user_id="U0ALICE", view=home)

    assert "one incident" == workspace.state.homes["U0ALICE"].content["blocks"][0]["text"]["text"]


async def test_choice_in_a_modal_sends_the_view_state(workspace: Workspace, app: AsyncApp) -> None:
    """An input with dispatch_action sends the state of the whole view. Other inputs cannot be used alone."""
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


async def test_external_id_identifies_a_view(
    workspace: Workspace, client: AsyncWebClient, get_error_code: GetErrorCode
) -> None:
    """An external_id can be used for updates, and only one open view can have it."""
    view_with_id = {**MODAL, "external_id": "declare-1"}
    issue = workspace.state.triggers.issue
    await client.views_open(trigger_id=issue("U0ALICE"), view=view_with_id)
    duplicate_error = await get_error_code(client.views_open(trigger_id=issue("U0BOB"), view=view_with_id))
    updated = await client.views_update(
        external_id="declare-1", view={**view_with_id, "title": plain("Again")}
    )

    assert ("duplicate_external_id", "Again") == (duplicate_error, updated["view"]["title"]["text"])


async def test_other_people_cannot_use_a_modal(workspace: Workspace, client: AsyncWebClient) -> None:
    """A modal of one person cannot be submitted by another."""
    opened = await client.views_open(trigger_id=workspace.state.triggers.issue("U0ALICE"), view=MODAL)

    with pytest.raises(SlackError, match="not_found"):
        await workspace.submit("U0BOB", opened["view"]["id"], {"title": "mine"})
