"""The JSON API of the web page, under /workspace. Only this machine can reach it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.workspace.actions import Actions
from bot.workspace.errors import SlackError
from bot.workspace.people import BOT_NAME, BOT_USER_ID, TEAM_NAME
from bot.workspace.state import Channel, Ephemeral, Json, Message

HEARTBEAT_S = 15.0
COMMANDS = ("/incident",)


class PageApi:
    """Answers the page's requests and streams changes to it."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions
        self._state = actions.state
        self._listeners: list[tuple[str, asyncio.Queue[Json | None]]] = []
        self.routes = [
            Route("/workspace/state", self._handle_errors(self._get_state)),
            Route("/workspace/messages", self._handle_errors(self._get_messages)),
            Route("/workspace/stream", self._handle_errors(self._stream)),
            *(
                Route(
                    f"/workspace/{verb}", self._handle_errors(self._build_endpoint(action)), methods=["POST"]
                )
                for verb, action in self._build_actions().items()
            ),
        ]

    def notify(self, change: Json, person_id: str | None) -> None:
        """Send a change to all open pages, or only to those of one person."""
        for listener, queue in self._listeners:
            if person_id in (None, listener):
                queue.put_nowait(change)

    def end_streams(self) -> None:
        """End all streams. The pages reconnect when the workspace is back."""
        for _, queue in self._listeners:
            queue.put_nowait(None)

    def _handle_errors(
        self, endpoint: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """Wrap an endpoint: return errors as JSON, and accept only JSON bodies.

        A form on another website cannot send JSON.
        """

        async def wrapped(request: Request) -> Response:
            content_type = request.headers.get("content-type", "")
            if request.method == "POST" and not content_type.startswith("application/json"):
                return JSONResponse({"ok": False, "error": "invalid_content_type"}, 415)
            try:
                return await endpoint(request)
            except SlackError as slack_error:
                return JSONResponse(slack_error.as_json())
            except (KeyError, ValueError, TypeError) as error:
                return JSONResponse({"ok": False, "error": f"bad_request: {error!r}"}, 400)

        return wrapped

    def _can_see(self, person_id: str, channel: Channel) -> bool:
        """Return whether a person sees this channel in the sidebar."""
        return not (channel.is_private or channel.is_im) or person_id in channel.members

    async def _get_state(self, request: Request) -> Response:
        """Return the people, channels, commands and open modals."""
        state, person_id = self._state, request.query_params["as"]
        people = [person for person in state.people.values() if not person.is_bot]
        channels = [
            {
                "id": channel.id,
                "name": BOT_NAME if channel.is_im else channel.name,
                "kind": channel.kind,
                "topic": channel.topic,
                "purpose": channel.purpose,
                "is_private": channel.is_private,
                "is_archived": channel.is_archived,
                "member": person_id in channel.members,
                "members": channel.members,
                "unread_hint": channel.messages[-1].ts if channel.messages else None,
                "pins": list(channel.pins),
                "bookmarks": channel.bookmarks,
            }
            for channel in state.channels.values()
            if self._can_see(person_id, channel)
        ]
        return JSONResponse(
            {
                "team": TEAM_NAME,
                "people": [
                    {
                        "id": person.id,
                        "name": person.name,
                        "real_name": person.real_name,
                        "tz": person.tz,
                    }
                    for person in people
                ],
                "bot": {"id": BOT_USER_ID, "name": BOT_NAME},
                "channels": channels,
                "commands": COMMANDS,
                "views": [view.as_json() for view in state.views.values() if view.user == person_id],
            }
        )

    def _build_message(self, channel: Channel, message: Message) -> Json:
        """Return one message in the page's format."""
        author = self._state.people[message.user]
        return {
            "ts": message.ts,
            "user": message.user,
            "bot": message.bot,
            "name": author.real_name,
            "text": message.text,
            "blocks": message.blocks,
            "files": message.extra.get("files", []),
            "subtype": message.subtype,
            "thread_ts": message.thread_ts,
            "reply_count": len(message.visible_replies()),
            "edited": message.edited,
            "deleted": message.deleted,
            "reactions": [{"name": name, "users": users} for name, users in message.reactions.items()],
            "pinned": message.ts in channel.pins,
            "ephemeral": False,
        }

    def _build_ephemeral(self, channel: Channel, ephemeral: Ephemeral) -> Json:
        """Return an ephemeral message of the bot in the page's format."""
        message = Message(
            ts=ephemeral.ts,
            user=BOT_USER_ID,
            text=ephemeral.text,
            bot=True,
            blocks=ephemeral.blocks,
            thread_ts=ephemeral.thread_ts,
        )
        return self._build_message(channel, message) | {"ephemeral": True}

    async def _get_messages(self, request: Request) -> Response:
        """Return the messages of a channel, oldest first, including this person's ephemeral ones."""
        person_id = request.query_params["as"]
        channel = self._state.get_channel(request.query_params["channel"])
        if not self._can_see(person_id, channel):
            raise SlackError("channel_not_found")
        messages = [
            self._build_message(channel, message) for message in channel.messages if not message.deleted
        ]
        messages += [
            self._build_ephemeral(channel, ephemeral)
            for ephemeral in self._state.ephemerals
            if ephemeral.channel == channel.id and ephemeral.user == person_id
        ]
        return JSONResponse({"messages": sorted(messages, key=lambda message: float(message["ts"]))})

    async def _stream(self, request: Request) -> Response:
        """Stream changes to one person as server-sent events. A heartbeat detects pages that are gone."""
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        listener = (request.query_params["as"], queue)
        self._listeners.append(listener)

        async def events() -> AsyncIterator[str]:
            try:
                yield ": connected\n\n"
                while True:
                    try:
                        change = await asyncio.wait_for(queue.get(), HEARTBEAT_S)
                    except TimeoutError:
                        yield ": heartbeat\n\n"
                    else:
                        if change is None:
                            return
                        yield f"data: {json.dumps(change)}\n\n"
            finally:
                self._listeners.remove(listener)

        return StreamingResponse(
            events(), media_type="text/event-stream", headers={"cache-control": "no-store"}
        )

    def _build_endpoint(
        self, action: Callable[[Json], Awaitable[Json]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """Return an endpoint that performs an action."""

        async def endpoint(request: Request) -> Response:
            return JSONResponse({"ok": True, **await action(await request.json())})

        return endpoint

    def _build_actions(self) -> Mapping[str, Callable[[Json], Awaitable[Json]]]:
        """Return the page's actions by the last part of their path."""
        actions = self._actions

        def call_with(
            action: Callable[..., Awaitable[Any]], *names: str
        ) -> Callable[[Json], Awaitable[Json]]:
            async def endpoint(body: Json) -> Json:
                await action(body["as"], *(body[name] for name in names))
                return {}

            return endpoint

        return {
            "say": self._say,
            "command": self._command,
            "click": self._click,
            "submit": self._submit,
            "close_view": call_with(actions.close_view, "view_id"),
            "edit": call_with(actions.edit, "channel", "ts", "text"),
            "delete": call_with(actions.delete, "channel", "ts"),
            "react": call_with(actions.react, "channel", "ts", "name"),
            "unreact": call_with(actions.unreact, "channel", "ts", "name"),
            "pin": call_with(actions.pin, "channel", "ts"),
            "unpin": call_with(actions.unpin, "channel", "ts"),
            "join": call_with(actions.join, "channel"),
        }

    async def _say(self, body: Json) -> Json:
        """Post a message or a reply."""
        thread_ts = body.get("thread_ts")
        return {"ts": await self._actions.say(body["as"], body["channel"], body["text"], thread_ts=thread_ts)}

    async def _command(self, body: Json) -> Json:
        """Run a slash command. `text` is the whole line, unless `command` is given separately."""
        command, text = body.get("command"), body.get("text", "")
        if command is None:
            command, _, text = text.partition(" ")
        answer = await self._actions.command(body["as"], body["channel"], command, text.strip())
        return {"status": answer.status, "text": answer.text}

    async def _click(self, body: Json) -> Json:
        """Use an element of a message or a modal. `state` (of a menu) takes precedence over `value`."""
        value = body.get("state") or body.get("value")
        if body.get("view_id"):
            status = await self._actions.click_view(
                body["as"], body["view_id"], body["action_id"], value=value, values=body.get("values")
            )
        else:
            status = await self._actions.click(
                body["as"],
                body["channel"],
                body["ts"],
                body["action_id"],
                value=value,
                block_id=body.get("block_id"),
            )
        return {"status": status}

    async def _submit(self, body: Json) -> Json:
        """Submit a modal. Return its errors by block id, or the view that is open afterwards."""
        person_id, view_id = body["as"], body["view_id"]
        response = await self._actions.submit(person_id, view_id, body.get("values") or {})
        if "error" in response:
            return {"ok": False, "error": response["error"], "errors": None, "view": None}
        is_view = response.get("response_action") in ("update", "push")
        open_views = [view for view in self._state.views.values() if view.user == person_id]
        return {
            "errors": response.get("errors"),
            "view": open_views[-1].as_json() if is_view and open_views else None,
        }
