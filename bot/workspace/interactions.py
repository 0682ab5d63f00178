"""Slash commands, clicks and modals: the payload the app is given, and what its answer does."""

import time
from dataclasses import dataclass
from typing import Any

from bot.workspace import changes, views
from bot.workspace.blocks import elements_of
from bot.workspace.dispatcher import Courier, Delivery
from bot.workspace.errors import SlackError
from bot.workspace.formatting import sent
from bot.workspace.forms import entered, filled
from bot.workspace.people import APP_ID, TEAM_ID
from bot.workspace.response_urls import ResponseUrl, ResponseUrls
from bot.workspace.state import Channel, Json, State, View

TEAM = {"id": TEAM_ID, "domain": "local"}


@dataclass(frozen=True, kw_only=True)
class CommandAnswer:
    """What became of a slash command: `status` is 0 when none came in three seconds.

    `text` is what the person reads at once, `ephemeral` the app's answer, None when only others see it.
    `response_url` tells what arrives later.
    """

    status: int
    text: str
    ephemeral: Json | None
    response_url: ResponseUrl


def failure(delivery: Delivery) -> str:
    """Return Slack's name for a command or click that got no good answer."""
    if delivery.status is None:
        return "operation_timeout" if delivery.failure == "http_timeout" else "dispatch_failed"
    return "http_service_error" if delivery.status >= 500 else "http_client_error"


class Interactions:
    """What people do that asks the app for an answer."""

    def __init__(self, state: State, courier: Courier) -> None:
        self.response_urls = ResponseUrls(state)
        self._state = state
        self._courier = courier

    def _who(self, person_id: str) -> Json:
        """Return the user object of interactive payloads."""
        person = self._state.person(person_id)
        return {"id": person.id, "username": person.name, "name": person.name, "team_id": TEAM_ID}

    async def command(self, person_id: str, channel: Channel, command: str, text: str) -> CommandAnswer:
        """Send a slash command as its form, text escaped as with should_escape, and show the answer."""
        person = self._state.person(person_id)
        response_url = self.response_urls.issue(person_id, channel.id)
        payload = {
            "token": "local-verification-token",
            "team_id": TEAM_ID,
            "team_domain": "local",
            "channel_id": channel.id,
            "channel_name": "directmessage" if channel.is_im else channel.name,
            "user_id": person.id,
            "user_name": person.name,
            "command": command,
            "text": sent(self._state, text, with_names=True),
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            "response_url": response_url,
            "trigger_id": self._state.triggers.issue(person_id),
        }
        delivery = await self._courier.ask("slash_commands", payload)
        target = self.response_urls.issued[response_url.rpartition("/")[2]]
        if not delivery.succeeded:
            shown = f'{command} failed with the error "{failure(delivery)}"'
            changes.whisper(self._state, channel, person_id, shown, blocks=[])
            return CommandAnswer(status=delivery.status or 0, text=shown, ephemeral=None, response_url=target)
        answer = delivery.answer_json()
        if answer:
            self.response_urls.show(target, answer)
        return CommandAnswer(
            status=delivery.status or 0,
            text=str(answer.get("text", "")),
            ephemeral=answer if answer and answer.get("response_type") != "in_channel" else None,
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
        """Use an element of a message (`value` chooses from a menu); returns the status, 0 for no answer."""
        message, is_ephemeral = self._clicked_message(person_id, channel, ts)
        block, element = _find(message["blocks"], action_id, block_id)
        container = {
            "type": "message",
            "message_ts": ts,
            "channel_id": channel.id,
            "is_ephemeral": is_ephemeral,
        }
        payload = self._actions(person_id, block, element, value) | {
            "container": container,
            "channel": {"id": channel.id, "name": "directmessage" if channel.is_im else channel.name},
            "message": message,
            "state": {"values": {}},
            "response_url": self.response_urls.issue(person_id, channel.id, ts),
        }
        return await self._ask(person_id, channel, payload)

    def _clicked_message(self, person_id: str, channel: Channel, ts: str) -> tuple[Json, bool]:
        """Return the message somebody sees at `ts`, and whether only they do."""
        for ephemeral in self._state.ephemerals:
            if ephemeral.ts == ts and ephemeral.user == person_id:
                return {"type": "message", "ts": ts, "text": ephemeral.text, "blocks": ephemeral.blocks}, True
        return {"blocks": []} | channel.message(ts).as_json(include_metadata=True), False

    async def _ask(self, person_id: str, channel: Channel, payload: Json) -> int:
        """Deliver a click; when nobody answers well, the person is told."""
        delivery = await self._courier.ask("interactive", payload)
        if not delivery.succeeded:
            shown = f"This app responded with an error ({failure(delivery)})."
            changes.whisper(self._state, channel, person_id, shown, blocks=[])
        return delivery.status or 0

    async def click_view(
        self, person_id: str, view: View, action_id: str, *, value: Any, values: Json
    ) -> int:
        """Use an element of an open modal; what was chosen stays in its state."""
        block, element = _find(view.content["blocks"], action_id, None)
        if block["type"] == "input" and not block.get("dispatch_action"):
            raise SlackError("no_dispatch_action")
        view.values, _ = filled(view.content, view.values, values)
        if element["type"] != "button":
            view.values.setdefault(block["block_id"], {})[action_id] = entered(element, value)
        container = {"type": "view", "view_id": view.id}
        payload = self._actions(person_id, block, element, value)
        delivery = await self._courier.ask(
            "interactive", {**payload, "container": container, "view": view.as_json()}
        )
        return delivery.status or 0

    def _envelope(self, person_id: str, kind: str) -> Json:
        """Return what every interactive payload starts with."""
        return {
            "type": kind,
            "team": TEAM,
            "user": self._who(person_id),
            "api_app_id": APP_ID,
            "token": "local-verification-token",
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _actions(self, person_id: str, block: Json, element: Json, value: Any) -> Json:
        """Return a block_actions payload with its one action."""
        action = {
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "action_ts": f"{time.time():.6f}",
        }
        if element["type"] == "button":
            carried: Json = {key: element[key] for key in ("text", "value", "style", "url") if key in element}
            action |= {"type": "button", **carried}
        else:
            action |= entered(element, value)
        trigger_id = self._state.triggers.issue(person_id)
        return self._envelope(person_id, "block_actions") | {"trigger_id": trigger_id, "actions": [action]}

    async def submit(self, person_id: str, view: View, answers: Json) -> Json:
        """Press a modal's submit button; returns the app's response, {} when the modal just closes.

        What the form itself refuses comes back as errors without the app being asked. A bad answer of the app
        gives {"error": Slack's name for it} and leaves the modal open.
        """
        view.values, errors = filled(view.content, view.values, answers)
        if errors:
            return {"response_action": "errors", "errors": errors}
        trigger_id = self._state.triggers.issue(person_id)
        payload = self._envelope(person_id, "view_submission") | {
            "trigger_id": trigger_id,
            "view": view.as_json(),
            "response_urls": [],
        }
        delivery = await self._courier.ask("interactive", payload)
        if not delivery.succeeded:
            return {"error": failure(delivery)}
        answer = delivery.answer_json()
        self._follow(view, answer)
        return answer

    def _follow(self, view: View, answer: Json) -> None:
        """Do what the answer to a submission says; raises when it is none Slack knows."""
        match answer.get("response_action"):
            case None:
                views.close(self._state, view)
            case "clear":
                for open_view in views.stack(self._state, view):
                    views.close(self._state, open_view)
            case "update":
                views.replace(self._state, view, views.checked_view(answer.get("view"), "modal"))
            case "push":
                content = views.checked_view(answer.get("view"), "modal")
                views.show(self._state, view.user, content, previous=view)
            case "errors":
                blocks = {block["block_id"] for block in view.content["blocks"]}
                if not set(answer.get("errors", {})) <= blocks or not answer.get("errors"):
                    raise SlackError("invalid_errors")
            case other:
                raise SlackError("invalid_response_action", response_action=other)

    async def close_view(self, person_id: str, view: View) -> None:
        """Dismiss a modal; the app hears of it when it asked to."""
        views.close(self._state, view)
        if view.content.get("notify_on_close"):
            payload = self._envelope(person_id, "view_closed")
            await self._courier.ask("interactive", {**payload, "view": view.as_json(), "is_cleared": False})

    async def shortcut(
        self, person_id: str, callback_id: str, channel: Channel | None = None, ts: str = ""
    ) -> int:
        """Run a global shortcut, or (with a channel and ts) one on a message."""
        trigger_id = self._state.triggers.issue(person_id)
        extra: Json = {
            "callback_id": callback_id,
            "trigger_id": trigger_id,
            "action_ts": f"{time.time():.6f}",
        }
        if channel is None:
            delivery = await self._courier.ask("interactive", self._envelope(person_id, "shortcut") | extra)
            return delivery.status or 0
        extra |= {
            "channel": {"id": channel.id, "name": channel.name},
            "message_ts": ts,
            "message": channel.message(ts).as_json(),
            "response_url": self.response_urls.issue(person_id, channel.id),
        }
        return await self._ask(person_id, channel, self._envelope(person_id, "message_action") | extra)


def _find(blocks: list[Json], action_id: str, block_id: str | None) -> tuple[Json, Json]:
    """Return a block and its element with this action id; raises no_such_element: it cannot be clicked."""
    for block in blocks:
        for element in elements_of(block):
            if element.get("action_id") == action_id and block_id in (None, block["block_id"]):
                return block, element
    raise SlackError("no_such_element")
