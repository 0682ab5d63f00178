"""Slash commands, clicks, modals and shortcuts: builds the payload and handles the app's response."""

import time
from dataclasses import dataclass
from typing import Any

from bot.workspace import changes, views
from bot.workspace.blocks import get_elements
from bot.workspace.dispatcher import Delivery, Dispatcher
from bot.workspace.errors import SlackError
from bot.workspace.formatting import format_user_text
from bot.workspace.forms import build_element_state, build_view_state
from bot.workspace.people import APP_ID, TEAM_ID, VERIFICATION_TOKEN
from bot.workspace.response_urls import ResponseUrl, ResponseUrls
from bot.workspace.state import Channel, Json, State, View

TEAM = {"id": TEAM_ID, "domain": "local"}


@dataclass(frozen=True, kw_only=True)
class CommandAnswer:
    """The result of a slash command. `status` is 0 if the app did not answer within three seconds.

    `text` is the text that the person sees first. `ephemeral` is the app's response if only this person
    sees it. `response_url` records later responses.
    """

    status: int
    text: str
    ephemeral: Json | None
    response_url: ResponseUrl


def error_name(delivery: Delivery) -> str:
    """Return Slack's name for a failed command or click."""
    if delivery.status is None:
        return "operation_timeout" if delivery.failure == "http_timeout" else "dispatch_failed"
    return "http_service_error" if delivery.status >= 500 else "http_client_error"


class Interactions:
    """The interactions that the app has to acknowledge."""

    def __init__(self, state: State, dispatcher: Dispatcher) -> None:
        self.response_urls = ResponseUrls(state)
        self._state = state
        self._dispatcher = dispatcher

    def _build_user(self, person_id: str) -> Json:
        """Return the user object of interactive payloads."""
        person = self._state.get_person(person_id)
        return {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team}

    async def command(self, person_id: str, channel: Channel, command: str, text: str) -> CommandAnswer:
        """Send a slash command, with the text escaped as for should_escape, and show the response."""
        person = self._state.get_person(person_id)
        response_url = self.response_urls.issue(person_id, channel.id)
        payload = {
            "token": VERIFICATION_TOKEN,
            "team_id": person.team,
            "team_domain": "local",
            "channel_id": channel.id,
            "channel_name": "directmessage" if channel.is_im else channel.name,
            "user_id": person.id,
            "user_name": person.name,
            "command": command,
            "text": format_user_text(self._state, text, with_names=True),
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            "response_url": response_url,
            "trigger_id": self._state.triggers.issue(person_id),
        }
        delivery = await self._dispatcher.deliver("slash_commands", payload)
        target = self.response_urls.issued[response_url.rpartition("/")[2]]
        if not delivery.succeeded:
            error_text = f'{command} failed with the error "{error_name(delivery)}"'
            changes.post_ephemeral(self._state, channel, person_id, error_text, blocks=[])
            return CommandAnswer(
                status=delivery.status or 0, text=error_text, ephemeral=None, response_url=target
            )
        response = delivery.response_json()
        if response:
            self.response_urls.handle(target, response)
        return CommandAnswer(
            status=delivery.status or 0,
            text=str(response.get("text", "")),
            ephemeral=response if response and response.get("response_type") != "in_channel" else None,
            response_url=target,
        )

    async def click(
        self,
        person_id: str,
        channel: Channel,
        ts: str,
        action_id: str,
        *,
        value: Any = None,
        block_id: str | None = None,
    ) -> int:
        """Use an element of a message; `value` is the choice from a menu.

        Return the status of the app's response, or 0 if there was none.
        """
        message, is_ephemeral = self._find_message(person_id, channel, ts)
        block, element = _find_element(message["blocks"], action_id, block_id)
        container = {
            "type": "message",
            "message_ts": ts,
            "channel_id": channel.id,
            "is_ephemeral": is_ephemeral,
        }
        payload = self._build_block_actions(person_id, block, element, value) | {
            "container": container,
            "channel": {"id": channel.id, "name": "directmessage" if channel.is_im else channel.name},
            "message": message,
            "state": {"values": {}},
            "response_url": self.response_urls.issue(person_id, channel.id, ts),
        }
        return await self._deliver(person_id, channel, payload)

    def _find_message(self, person_id: str, channel: Channel, ts: str) -> tuple[Json, bool]:
        """Return the message this person sees at `ts`, and whether it is ephemeral."""
        for ephemeral in self._state.ephemerals:
            if ephemeral.ts == ts and ephemeral.user == person_id:
                return {"type": "message", "ts": ts, "text": ephemeral.text, "blocks": ephemeral.blocks}, True
        return {"blocks": []} | channel.message(ts).as_json(include_metadata=True), False

    async def _deliver(self, person_id: str, channel: Channel, payload: Json) -> int:
        """Deliver a payload and show the person an error if the app fails."""
        delivery = await self._dispatcher.deliver("interactive", payload)
        if not delivery.succeeded:
            error_text = f"This app responded with an error ({error_name(delivery)})."
            changes.post_ephemeral(self._state, channel, person_id, error_text, blocks=[])
        return delivery.status or 0

    async def click_view(
        self, person_id: str, view: View, action_id: str, *, value: Any, values: Json
    ) -> int:
        """Use an element of an open modal and store the choice in the view's state."""
        block, element = _find_element(view.content["blocks"], action_id, None)
        if block["type"] == "input" and not block.get("dispatch_action"):
            raise SlackError("no_dispatch_action")
        view.values, _ = build_view_state(view.content, view.values, values)
        if element["type"] != "button":
            view.values.setdefault(block["block_id"], {})[action_id] = build_element_state(element, value)
        container = {"type": "view", "view_id": view.id}
        payload = self._build_block_actions(person_id, block, element, value)
        delivery = await self._dispatcher.deliver(
            "interactive", {**payload, "container": container, "view": view.as_json()}
        )
        return delivery.status or 0

    def _build_payload(self, person_id: str, kind: str) -> Json:
        """Return the fields that every interactive payload has."""
        return {
            "type": kind,
            "team": TEAM,
            "user": self._build_user(person_id),
            "api_app_id": APP_ID,
            "token": VERIFICATION_TOKEN,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _build_block_actions(self, person_id: str, block: Json, element: Json, value: Any) -> Json:
        """Return a block_actions payload with one action."""
        action = {
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "action_ts": f"{time.time():.6f}",
        }
        if element["type"] == "button":
            button_fields: Json = {
                key: element[key] for key in ("text", "value", "style", "url") if key in element
            }
            action |= {"type": "button", **button_fields}
        else:
            action |= build_element_state(element, value)
        trigger_id = self._state.triggers.issue(person_id)
        return self._build_payload(person_id, "block_actions") | {
            "trigger_id": trigger_id,
            "actions": [action],
        }

    async def submit(self, person_id: str, view: View, answers: Json) -> Json:
        """Submit a modal and return the app's response, or {} if the modal just closes.

        The form's own validation errors are returned without asking the app. If the app fails, the modal
        stays open and the result is {"error": Slack's name for the failure}.
        """
        view.values, errors = build_view_state(view.content, view.values, answers)
        if errors:
            return {"response_action": "errors", "errors": errors}
        trigger_id = self._state.triggers.issue(person_id)
        payload = self._build_payload(person_id, "view_submission") | {
            "trigger_id": trigger_id,
            "view": view.as_json(),
            "response_urls": [],
        }
        delivery = await self._dispatcher.deliver("interactive", payload)
        if not delivery.succeeded:
            return {"error": error_name(delivery)}
        response = delivery.response_json()
        self._apply_response(view, response)
        return response

    def _apply_response(self, view: View, response: Json) -> None:
        """Apply the response to a submission. Raise invalid_response_action or invalid_errors."""
        match response.get("response_action"):
            case None:
                views.close_view(self._state, view)
            case "clear":
                for stacked_view in views.get_stack(self._state, view):
                    views.close_view(self._state, stacked_view)
            case "update":
                views.replace_view(self._state, view, views.parse_view(response.get("view"), "modal"))
            case "push":
                content = views.parse_view(response.get("view"), "modal")
                views.add_view(self._state, view.user, content, previous=view)
            case "errors":
                blocks = {block["block_id"] for block in view.content["blocks"]}
                if not set(response.get("errors", {})) <= blocks or not response.get("errors"):
                    raise SlackError("invalid_errors")
            case other:
                raise SlackError("invalid_response_action", response_action=other)

    async def close_view(self, person_id: str, view: View) -> None:
        """Close a modal, and send view_closed if the view has notify_on_close."""
        views.close_view(self._state, view)
        if view.content.get("notify_on_close"):
            payload = self._build_payload(person_id, "view_closed")
            await self._dispatcher.deliver(
                "interactive", {**payload, "view": view.as_json(), "is_cleared": False}
            )

    async def shortcut(
        self, person_id: str, callback_id: str, channel: Channel | None = None, ts: str = ""
    ) -> int:
        """Run a global shortcut, or a message shortcut if a channel and ts are given."""
        trigger_id = self._state.triggers.issue(person_id)
        extra: Json = {
            "callback_id": callback_id,
            "trigger_id": trigger_id,
            "action_ts": f"{time.time():.6f}",
        }
        if channel is None:
            delivery = await self._dispatcher.deliver(
                "interactive", self._build_payload(person_id, "shortcut") | extra
            )
            return delivery.status or 0
        extra |= {
            "channel": {"id": channel.id, "name": channel.name},
            "message_ts": ts,
            "message": channel.message(ts).as_json(),
            "response_url": self.response_urls.issue(person_id, channel.id),
        }
        return await self._deliver(
            person_id, channel, self._build_payload(person_id, "message_action") | extra
        )


def _find_element(blocks: list[Json], action_id: str, block_id: str | None) -> tuple[Json, Json]:
    """Return the block and the element with this action id. Raise no_such_element."""
    for block in blocks:
        for element in get_elements(block):
            if element.get("action_id") == action_id and block_id in (None, block["block_id"]):
                return block, element
    raise SlackError("no_such_element")
