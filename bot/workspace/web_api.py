"""The Web API: the table of methods, and the checks of token, scopes and rate limit before each call."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bot.workspace import chat, conversations, directory, files, history, items, views
from bot.workspace.arguments import Arguments
from bot.workspace.errors import SlackError
from bot.workspace.faults import Fault, Faults
from bot.workspace.rate_limits import TIER_2, TIER_3, TIER_4, RateLimits
from bot.workspace.socket_mode import Sockets
from bot.workspace.state import Json, State

Handler = Callable[[State, Arguments], Json]
# Scopes for public channels, private channels and direct messages. One scope of each tuple is enough.
Scopes = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def _any_channel(*scopes: str) -> Scopes:
    """Return scopes that do not depend on the channel type."""
    return scopes, scopes, scopes


@dataclass(frozen=True)
class Method:
    """A method: its handler, the calls allowed per minute and the scopes it requires."""

    handler: Handler
    per_minute: int | None
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
WRITE = _any_channel("chat:write")

METHODS: Mapping[str, Method] = {
    "api.test": Method(directory.api_test, TIER_4),
    "auth.test": Method(directory.auth_test, None),
    "team.info": Method(directory.get_team, TIER_3, _any_channel("team:read")),
    "users.info": Method(directory.get_user, TIER_4, _any_channel("users:read")),
    "users.list": Method(directory.list_users, TIER_2, _any_channel("users:read")),
    "users.lookupByEmail": Method(directory.find_user_by_email, TIER_3, _any_channel("users:read.email")),
    "users.conversations": Method(conversations.list_bot_channels, TIER_3, READ),
    "usergroups.list": Method(directory.list_usergroups, TIER_2, _any_channel("usergroups:read")),
    "usergroups.users.list": Method(directory.list_usergroup_users, TIER_2, _any_channel("usergroups:read")),
    "conversations.create": Method(conversations.create, TIER_2, MANAGE),
    "conversations.rename": Method(conversations.rename, TIER_2, MANAGE),
    "conversations.archive": Method(conversations.archive, TIER_2, MANAGE),
    "conversations.unarchive": Method(conversations.unarchive, TIER_2, MANAGE),
    "conversations.setTopic": Method(conversations.set_topic, TIER_2, TOPIC),
    "conversations.setPurpose": Method(conversations.set_purpose, TIER_2, TOPIC),
    "conversations.invite": Method(conversations.invite, TIER_3, INVITE),
    "conversations.kick": Method(conversations.kick, TIER_3, MANAGE),
    "conversations.leave": Method(conversations.leave, TIER_3, MANAGE),
    "conversations.join": Method(conversations.join, TIER_3, _any_channel("channels:join")),
    "conversations.open": Method(conversations.open_direct_message, TIER_3, _any_channel("im:write")),
    "conversations.info": Method(conversations.get_info, TIER_3, READ),
    "conversations.list": Method(conversations.list_channels, TIER_2, READ),
    "conversations.members": Method(conversations.list_members, TIER_4, READ),
    "conversations.history": Method(history.get_history, TIER_3, HISTORY),
    "conversations.replies": Method(history.get_replies, TIER_3, HISTORY),
    "chat.postMessage": Method(chat.post_message, None, WRITE),
    "chat.postEphemeral": Method(chat.post_ephemeral, TIER_4, WRITE),
    "chat.update": Method(chat.update, TIER_3, WRITE),
    "chat.delete": Method(chat.delete, TIER_3, WRITE),
    "chat.getPermalink": Method(chat.get_permalink, None),
    "files.getUploadURLExternal": Method(files.get_upload_url, TIER_4, _any_channel("files:write")),
    "files.completeUploadExternal": Method(files.complete_upload, TIER_4, _any_channel("files:write")),
    "pins.add": Method(items.add_pin, TIER_2, _any_channel("pins:write")),
    "pins.remove": Method(items.remove_pin, TIER_2, _any_channel("pins:write")),
    "pins.list": Method(items.list_pins, TIER_2, _any_channel("pins:read")),
    "bookmarks.add": Method(items.add_bookmark, TIER_2, _any_channel("bookmarks:write")),
    "bookmarks.list": Method(items.list_bookmarks, TIER_3, _any_channel("bookmarks:read")),
    "reactions.add": Method(items.add_reaction, TIER_3, _any_channel("reactions:write")),
    "reactions.remove": Method(items.remove_reaction, TIER_2, _any_channel("reactions:write")),
    "reactions.get": Method(items.get_reactions, TIER_3, _any_channel("reactions:read")),
    "views.open": Method(views.open_view, TIER_4),
    "views.push": Method(views.push_view, TIER_4),
    "views.update": Method(views.update_view, TIER_4),
    "views.publish": Method(views.publish_view, TIER_4),
}
OPEN_CONNECTION = "apps.connections.open"  # the only method that requires the app token
# No method requires `commands`, but apps with slash commands request it.
ALL_SCOPES = frozenset({"commands"}.union(*(set().union(*method.scopes) for method in METHODS.values())))


@dataclass(frozen=True, kw_only=True)
class Call:
    """A Web API call that was made. Times are monotonic; `error` is Slack's code or the kind of the fault."""

    method: str
    args: Json
    started_at: float
    finished_at: float
    error: str | None


class CutConnection(Response):
    """A response that is cut off: the server closes the connection after the headers."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Announce a body but never send it."""
        headers = [(b"content-length", b"100"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


class WebApi:
    """Serves /api/{method}."""

    def __init__(
        self, state: State, sockets: Sockets, *, bot_token: str, app_token: str, scopes: frozenset[str]
    ) -> None:
        self.state = state
        self.limits = RateLimits()
        self.faults = Faults()
        self.calls: list[Call] = []
        self.latency_s = 0.0
        self.scopes = scopes
        self._sockets = sockets
        self._tokens = {"bot": bot_token, "app": app_token}

    async def endpoint(self, request: Request) -> Response:
        """Answer one call and record it."""
        method = request.path_params["method"]
        started_at = time.monotonic()
        args = Arguments({})
        error: str | None = None
        try:
            args = await Arguments.from_request(request)
            await asyncio.sleep(self.latency_s / 2)
            response, error = self._process(method, request, args)
            # The response is on its way: a client that stops now never learns that the call was performed.
            await asyncio.sleep(self.latency_s / 2)
        except SlackError as slack_error:
            error = slack_error.error
            response = self._error_response(method, slack_error)
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

    def _process(self, method: str, request: Request, args: Arguments) -> tuple[Response, str | None]:
        """Check a call, then perform it. Return the response and the kind of fault, if any."""
        fault = self.faults.match_call(method)
        if self.faults.down:
            return Response("Service Unavailable", 503), "down"
        if fault is not None and fault.kind != "lost":
            return self._apply_fault(fault), fault.kind
        if method not in METHODS and method != OPEN_CONNECTION:
            raise SlackError("unknown_method", req_method=method)
        self._check_token(method, request, args)
        if method == OPEN_CONNECTION:
            url = self.state.url.replace("http", "ws", 1)
            socket_url = f"{url}/socket?ticket={self._sockets.issue_ticket()}"
            return JSONResponse({"ok": True, "url": socket_url}), None
        self._check_scopes(METHODS[method], args)
        channel_id = args.text("channel", "")
        retry_after_s = self.limits.retry_after_s(method, METHODS[method].per_minute, channel_id)
        if retry_after_s is not None:
            raise SlackError("ratelimited", retry_after=retry_after_s)
        body = {"ok": True, **METHODS[method].handler(self.state, args)}
        if fault is not None:
            return CutConnection(), fault.kind
        return JSONResponse(body, headers=self._scope_headers(METHODS[method])), None

    def _apply_fault(self, fault: Fault) -> Response:
        """Fail as planned, before the call is performed."""
        if fault.kind == "ratelimited":
            raise SlackError("ratelimited", retry_after=fault.retry_after)
        if fault.kind == "error":
            raise SlackError(fault.error)
        return Response("Internal Server Error", 500)

    def _error_response(self, method: str, slack_error: SlackError) -> Response:
        """Return the error: 429 for a rate limit, otherwise 200 with ok false."""
        if slack_error.error == "ratelimited":
            retry_after = str(slack_error.extra["retry_after"])
            return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"retry-after": retry_after})
        headers = self._scope_headers(METHODS[method]) if method in METHODS else {}
        return JSONResponse(slack_error.as_json(), headers=headers)

    def _check_token(self, method: str, request: Request, args: Arguments) -> None:
        """Raise not_authed, invalid_auth or not_allowed_token_type unless the token fits the method."""
        if method == "api.test":
            return
        token = request.headers.get("authorization", "").removeprefix("Bearer ") or args.text("token", "")
        required_kind, other_kind = ("app", "bot") if method == OPEN_CONNECTION else ("bot", "app")
        if not token:
            raise SlackError("not_authed")
        if token == self._tokens[other_kind]:
            raise SlackError("not_allowed_token_type")
        if token != self._tokens[required_kind]:
            raise SlackError("invalid_auth")

    def _check_scopes(self, method: Method, args: Arguments) -> None:
        """Raise missing_scope unless one of the scopes for this channel type was granted."""
        channel = self.state.channels.get(args.text("channel", ""))
        is_private = channel.is_private if channel else args.boolean("is_private")
        needed = method.scopes[2 if channel and channel.is_im else 1 if is_private else 0]
        if needed and not self.scopes.intersection(needed):
            provided = ",".join(sorted(self.scopes))
            raise SlackError("missing_scope", needed=needed[0], provided=provided)

    def _scope_headers(self, method: Method) -> dict[str, Any]:
        """Return the headers that list the granted and the accepted scopes."""
        accepted = sorted(set().union(*method.scopes))
        return {
            "x-oauth-scopes": ",".join(sorted(self.scopes)),
            "x-accepted-oauth-scopes": ",".join(accepted),
        }
