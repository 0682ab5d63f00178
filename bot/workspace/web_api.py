"""The Web API: every method in one table, and the way a call takes through token, scope and limit."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bot.workspace import chat, conversations, directory, history, items, views
from bot.workspace.arguments import Arguments
from bot.workspace.errors import SlackError
from bot.workspace.faults import Fault, Faults
from bot.workspace.rate_limits import TIER_2, TIER_3, TIER_4, Limits
from bot.workspace.socket_mode import Sockets
from bot.workspace.state import Json, State

Answer = Callable[[State, Arguments], Json]
# The scopes that allow a method on a public channel, a private one, and in direct messages: any one of each.
Scopes = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def _same(*scopes: str) -> Scopes:
    """Scopes that do not depend on the channel."""
    return scopes, scopes, scopes


@dataclass(frozen=True)
class Method:
    """What answers a method, how often a minute it may be called, and the scopes it wants."""

    answer: Answer
    per_min: int | None
    scopes: Scopes = ((), (), ())


MANAGE: Scopes = (("channels:manage",), ("groups:write",), ("im:write",))
TOPIC: Scopes = (
    ("channels:manage", "channels:write.topic"),
    ("groups:write", "groups:write.topic"),
    ("im:write", "im:write.topic"),
)
INVITE: Scopes = (
    ("channels:manage", "channels:write.invites"),
    ("groups:write", "groups:write.invites"),
    ("im:write",),
)
READ: Scopes = (("channels:read",), ("groups:read",), ("im:read",))
HISTORY: Scopes = (("channels:history",), ("groups:history",), ("im:history",))
WRITE = _same("chat:write")

METHODS: Mapping[str, Method] = {
    "api.test": Method(directory.api_test, TIER_4),
    "auth.test": Method(directory.auth_test, None),
    "team.info": Method(directory.team_info, TIER_3, _same("team:read")),
    "users.info": Method(directory.user_info, TIER_4, _same("users:read")),
    "users.list": Method(directory.users, TIER_2, _same("users:read")),
    "users.lookupByEmail": Method(directory.user_by_email, TIER_3, _same("users:read.email")),
    "users.conversations": Method(conversations.of_bot, TIER_3, READ),
    "usergroups.list": Method(directory.usergroups, TIER_2, _same("usergroups:read")),
    "usergroups.users.list": Method(directory.usergroup_users, TIER_2, _same("usergroups:read")),
    "conversations.create": Method(conversations.create, TIER_2, MANAGE),
    "conversations.rename": Method(conversations.rename, TIER_2, MANAGE),
    "conversations.archive": Method(conversations.archive, TIER_2, MANAGE),
    "conversations.unarchive": Method(conversations.unarchive, TIER_2, MANAGE),
    "conversations.setTopic": Method(conversations.set_topic, TIER_2, TOPIC),
    "conversations.setPurpose": Method(conversations.set_purpose, TIER_2, TOPIC),
    "conversations.invite": Method(conversations.invite, TIER_3, INVITE),
    "conversations.kick": Method(conversations.kick, TIER_3, MANAGE),
    "conversations.leave": Method(conversations.leave, TIER_3, MANAGE),
    "conversations.join": Method(conversations.join, TIER_3, _same("channels:join")),
    "conversations.open": Method(conversations.open_direct, TIER_3, _same("im:write")),
    "conversations.info": Method(conversations.info, TIER_3, READ),
    "conversations.list": Method(conversations.listing, TIER_2, READ),
    "conversations.members": Method(conversations.members, TIER_4, READ),
    "conversations.history": Method(history.history, TIER_3, HISTORY),
    "conversations.replies": Method(history.replies, TIER_3, HISTORY),
    "chat.postMessage": Method(chat.post_message, None, WRITE),
    "chat.postEphemeral": Method(chat.post_ephemeral, TIER_4, WRITE),
    "chat.update": Method(chat.update, TIER_3, WRITE),
    "chat.delete": Method(chat.delete, TIER_3, WRITE),
    "chat.getPermalink": Method(chat.get_permalink, None),
    "pins.add": Method(items.pin, TIER_2, _same("pins:write")),
    "pins.remove": Method(items.unpin, TIER_2, _same("pins:write")),
    "pins.list": Method(items.pins, TIER_2, _same("pins:read")),
    "bookmarks.add": Method(items.add_bookmark, TIER_2, _same("bookmarks:write")),
    "bookmarks.list": Method(items.bookmarks, TIER_3, _same("bookmarks:read")),
    "reactions.add": Method(items.add_reaction, TIER_3, _same("reactions:write")),
    "reactions.remove": Method(items.remove_reaction, TIER_2, _same("reactions:write")),
    "reactions.get": Method(items.reactions, TIER_3, _same("reactions:read")),
    "views.open": Method(views.open_view, TIER_4),
    "views.push": Method(views.push_view, TIER_4),
    "views.update": Method(views.update_view, TIER_4),
    "views.publish": Method(views.publish_view, TIER_4),
}
OPEN_SOCKET = "apps.connections.open"  # the one method that wants the app's token instead of the bot's
# `commands` allows no method, but an app asks for it to have slash commands.
EVERY_SCOPE = frozenset({"commands"}.union(*(set().union(*method.scopes) for method in METHODS.values())))


@dataclass(frozen=True, kw_only=True)
class Call:
    """One Web API call as it was made; times are of the monotonic clock, `error` its code or fault."""

    method: str
    args: Json
    started_at: float
    finished_at: float
    error: str | None


class CutConnection(Response):
    """An answer that never comes: the head is sent, and then the server hangs up."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Promise a body and send none."""
        headers = [(b"content-length", b"100"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


class WebApi:
    """Answers /api/{method}."""

    def __init__(
        self, state: State, sockets: Sockets, *, bot_token: str, app_token: str, scopes: frozenset[str]
    ) -> None:
        self.state = state
        self.limits = Limits()
        self.faults = Faults()
        self.calls: list[Call] = []
        self.latency_s = 0.0
        self.scopes = scopes
        self._sockets = sockets
        self._tokens = {"bot": bot_token, "app": app_token}

    async def endpoint(self, request: Request) -> Response:
        """Answer one call and remember it."""
        method = request.path_params["method"]
        started_at = time.monotonic()
        args = Arguments({})
        error: str | None = None
        try:
            args = await Arguments.of(request)
            await asyncio.sleep(self.latency_s / 2)
            response, error = self._answer(method, request, args)
            # On its way back: who dies now has it done, and does not know.
            await asyncio.sleep(self.latency_s / 2)
        except SlackError as refusal:
            error = refusal.error
            response = self._refused(method, refusal)
        self.calls.append(
            Call(
                method=method,
                args={name: value for name, value in args.values.items() if name != "token"},
                started_at=started_at,
                finished_at=time.monotonic(),
                error=error,
            )
        )
        return response

    def _answer(self, method: str, request: Request, args: Arguments) -> tuple[Response, str | None]:
        """Take a call through everything that can stop it, then perform it; returns the fault it met, too."""
        fault = self.faults.strike(method)
        if self.faults.down:
            return Response("Service Unavailable", 503), "down"
        if fault is not None and fault.kind != "lost":
            return self._faulty(fault), fault.kind
        if method not in METHODS and method != OPEN_SOCKET:
            raise SlackError("unknown_method", req_method=method)
        self._check_token(method, request, args)
        if method == OPEN_SOCKET:
            url = self.state.url.replace("http", "ws", 1)
            socket_url = f"{url}/socket?ticket={self._sockets.ticket()}"
            return JSONResponse({"ok": True, "url": socket_url}), None
        self._check_scopes(METHODS[method], args)
        channel_id = args.text("channel", "")
        wait_s = self.limits.wait_s(method, METHODS[method].per_min, channel_id)
        if wait_s is not None:
            raise SlackError("ratelimited", retry_after=wait_s)
        answer = {"ok": True, **METHODS[method].answer(self.state, args)}
        if fault is not None:
            return CutConnection(), fault.kind
        return JSONResponse(answer, headers=self._scope_headers(METHODS[method])), None

    def _faulty(self, fault: Fault) -> Response:
        """Fail as ordered, before anything happens."""
        if fault.kind == "ratelimited":
            raise SlackError("ratelimited", retry_after=fault.retry_after)
        if fault.kind == "error":
            raise SlackError(fault.error)
        return Response("Internal Server Error", 500)

    def _refused(self, method: str, refusal: SlackError) -> Response:
        """Say no: 200 with ok false, or 429 when it was too often."""
        if refusal.error == "ratelimited":
            retry_after = str(refusal.extra["retry_after"])
            return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"retry-after": retry_after})
        headers = self._scope_headers(METHODS[method]) if method in METHODS else {}
        return JSONResponse(refusal.as_json(), headers=headers)

    def _check_token(self, method: str, request: Request, args: Arguments) -> None:
        """Raise not_authed, invalid_auth or not_allowed_token_type unless the right token came along."""
        if method == "api.test":
            return
        token = request.headers.get("authorization", "").removeprefix("Bearer ") or args.text("token", "")
        wanted, other = ("app", "bot") if method == OPEN_SOCKET else ("bot", "app")
        if not token:
            raise SlackError("not_authed")
        if token == self._tokens[other]:
            raise SlackError("not_allowed_token_type")
        if token != self._tokens[wanted]:
            raise SlackError("invalid_auth")

    def _check_scopes(self, method: Method, args: Arguments) -> None:
        """Raise missing_scope unless one of the scopes for this kind of channel was granted."""
        channel = self.state.channels.get(args.text("channel", ""))
        is_private = channel.is_private if channel else args.flag("is_private")
        needed = method.scopes[2 if channel and channel.is_im else 1 if is_private else 0]
        if needed and not self.scopes.intersection(needed):
            provided = ",".join(sorted(self.scopes))
            raise SlackError("missing_scope", needed=needed[0], provided=provided)

    def _scope_headers(self, method: Method) -> dict[str, Any]:
        """Return the headers that tell which scopes were granted and which are accepted."""
        accepted = sorted(set().union(*method.scopes))
        return {
            "x-oauth-scopes": ",".join(sorted(self.scopes)),
            "x-accepted-oauth-scopes": ",".join(accepted),
        }
