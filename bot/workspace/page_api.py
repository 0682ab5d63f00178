"""What the page in the browser reads and does: JSON under /workspace, driven only from this machine."""

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
from bot.workspace.state import Channel, Json, Message

HEARTBEAT_S = 15.0
COMMANDS = ("/incident",)


class PageApi:
    """Answers the page and streams changes to it."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions
        self._state = actions.state
        self._listeners: list[tuple[str, asyncio.Queue[Json | None]]] = []
        self.routes = [
            Route("/workspace/state", self._guarded(self._read_state)),
            Route("/workspace/messages", self._guarded(self._read_messages)),
            Route("/workspace/stream", self._guarded(self._stream)),
            *(
                Route(f"/workspace/{verb}", self._guarded(self._doing(act)), methods=["POST"])
                for verb, act in self._verbs().items()
            ),
        ]

    def show(self, change: Json, person_id: str | None) -> None:
        """Tell open pages of a change: everybody's, or only one person's."""
        for listener, queue in self._listeners:
            if person_id in (None, listener):
                queue.put_nowait(change)

    def end_streams(self) -> None:
        """End what is being streamed; the pages connect again when there is somebody to connect to."""
        for _, queue in self._listeners:
            queue.put_nowait(None)

    def _guarded(
        self, answer: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """Say refusals as JSON, and take in nothing else: a foreign page's form cannot be JSON."""

        async def guarded(request: Request) -> Response:
            content_type = request.headers.get("content-type", "")
            if request.method == "POST" and not content_type.startswith("application/json"):
                return JSONResponse({"ok": False, "error": "invalid_content_type"}, 415)
            try:
                return await answer(request)
            except SlackError as refusal:
                return JSONResponse(refusal.as_json())
            except (KeyError, ValueError, TypeError) as error:
                return JSONResponse({"ok": False, "error": f"bad_request: {error!r}"}, 400)

        return guarded

    def _sees(self, person_id: str, channel: Channel) -> bool:
        """Whether a channel is in somebody's sidebar."""
        return not (channel.is_private or channel.is_im) or person_id in channel.members

    async def _read_state(self, request: Request) -> Response:
        """Everything around the messages."""
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
            if self._sees(person_id, channel)
        ]
        return JSONResponse(
            {
                "team": TEAM_NAME,
                "people": [
                    {"id": one.id, "name": one.name, "real_name": one.real_name, "tz": one.tz}
                    for one in people
                ],
                "bot": {"id": BOT_USER_ID, "name": BOT_NAME},
                "channels": channels,
                "commands": COMMANDS,
                "views": [view.as_json() for view in state.views.values() if view.user == person_id],
            }
        )

    def _shown(self, channel: Channel, message: Message) -> Json:
        """Return one message as the page draws it."""
        author = self._state.people[message.user]
        return {
            "ts": message.ts,
            "user": message.user,
            "bot": message.bot,
            "name": author.real_name,
            "text": message.text,
            "blocks": message.blocks,
            "subtype": message.subtype,
            "thread_ts": message.thread_ts,
            "reply_count": len(message.standing_replies()),
            "edited": message.edited,
            "deleted": message.deleted,
            "reactions": [{"name": name, "users": users} for name, users in message.reactions.items()],
            "pinned": message.ts in channel.pins,
            "ephemeral": False,
        }

    async def _read_messages(self, request: Request) -> Response:
        """The messages of one channel, oldest first, and what only this person sees there."""
        person_id = request.query_params["as"]
        channel = self._state.channel(request.query_params["channel"])
        if not self._sees(person_id, channel):
            raise SlackError("channel_not_found")
        shown = [self._shown(channel, message) for message in channel.messages if not message.deleted]
        bot = self._state.people[BOT_USER_ID]
        whispered = [
            {
                "ts": one.ts,
                "user": BOT_USER_ID,
                "bot": True,
                "name": bot.real_name,
                "text": one.text,
                "blocks": one.blocks,
                "thread_ts": one.thread_ts,
                "reply_count": 0,
                "edited": None,
                "deleted": False,
                "reactions": [],
                "pinned": False,
                "ephemeral": True,
            }
            for one in self._state.ephemerals
            if one.channel == channel.id and one.user == person_id
        ]
        both = sorted([*shown, *whispered], key=lambda message: float(str(message["ts"])))
        return JSONResponse({"messages": both})

    async def _stream(self, request: Request) -> Response:
        """Server-sent events for one person, with a heartbeat so that a dead page is noticed."""
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        listener = (request.query_params["as"], queue)
        self._listeners.append(listener)

        async def lines() -> AsyncIterator[str]:
            try:
                yield ": connected\n\n"
                while True:
                    try:
                        change = await asyncio.wait_for(queue.get(), HEARTBEAT_S)
                    except TimeoutError:
                        yield ": still here\n\n"
                    else:
                        if change is None:
                            return
                        yield f"data: {json.dumps(change)}\n\n"
            finally:
                self._listeners.remove(listener)

        return StreamingResponse(
            lines(), media_type="text/event-stream", headers={"cache-control": "no-store"}
        )

    def _doing(self, act: Callable[[Json], Awaitable[Json]]) -> Callable[[Request], Awaitable[Response]]:
        """Wrap what a person does into a request."""

        async def do(request: Request) -> Response:
            return JSONResponse({"ok": True, **await act(await request.json())})

        return do

    def _verbs(self) -> Mapping[str, Callable[[Json], Awaitable[Json]]]:
        """Return what the page can do, by the last part of its address."""
        actions = self._actions

        def plain(act: Callable[..., Awaitable[Any]], *names: str) -> Callable[[Json], Awaitable[Json]]:
            async def do(asked: Json) -> Json:
                await act(asked["as"], *(asked[name] for name in names))
                return {}

            return do

        return {
            "say": self._say,
            "command": self._command,
            "click": self._click,
            "submit": self._submit,
            "close_view": plain(actions.close_view, "view_id"),
            "edit": plain(actions.edit, "channel", "ts", "text"),
            "delete": plain(actions.delete, "channel", "ts"),
            "react": plain(actions.react, "channel", "ts", "name"),
            "unreact": plain(actions.unreact, "channel", "ts", "name"),
            "pin": plain(actions.pin, "channel", "ts"),
            "unpin": plain(actions.unpin, "channel", "ts"),
            "join": plain(actions.join, "channel"),
        }

    async def _say(self, asked: Json) -> Json:
        """Write a message or a reply."""
        thread_ts = asked.get("thread_ts")
        return {
            "ts": await self._actions.say(asked["as"], asked["channel"], asked["text"], thread_ts=thread_ts)
        }

    async def _command(self, asked: Json) -> Json:
        """Run a slash command: `text` is the whole line, or `command` and `text` come apart."""
        command, text = asked.get("command"), asked.get("text", "")
        if command is None:
            command, _, text = text.partition(" ")
        answer = await self._actions.command(asked["as"], asked["channel"], command, text.strip())
        return {"status": answer.status, "text": answer.text}

    async def _click(self, asked: Json) -> Json:
        """Use an element of a message or of a modal; `state` of a menu wins over `value`."""
        value = asked.get("state") or asked.get("value")
        if asked.get("view_id"):
            status = await self._actions.click_view(
                asked["as"], asked["view_id"], asked["action_id"], value=value, values=asked.get("values")
            )
        else:
            status = await self._actions.click(
                asked["as"],
                asked["channel"],
                asked["ts"],
                asked["action_id"],
                value=value,
                block_id=asked.get("block_id"),
            )
        return {"status": status}

    async def _submit(self, asked: Json) -> Json:
        """Submit a modal; answers its errors by block, and the view that is open afterwards, if any."""
        person_id, view_id = asked["as"], asked["view_id"]
        response = await self._actions.submit(person_id, view_id, asked.get("values") or {})
        if "error" in response:
            return {"ok": False, "error": response["error"], "errors": None, "view": None}
        is_view = response.get("response_action") in ("update", "push")
        newest = [view for view in self._state.views.values() if view.user == person_id]
        return {
            "errors": response.get("errors"),
            "view": newest[-1].as_json() if is_view and newest else None,
        }
