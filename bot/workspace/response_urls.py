"""Response URLs: an app may respond to a command or click five times within thirty minutes."""

import json
import secrets
import time
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.workspace import changes
from bot.workspace.arguments import Arguments
from bot.workspace.chat import parse_content
from bot.workspace.errors import SlackError
from bot.workspace.people import BOT_USER_ID
from bot.workspace.state import Channel, Ephemeral, Json, State

MAX_USES = 5
LIFETIME_S = 30 * 60


@dataclass(kw_only=True)
class ResponseUrl:
    """A response URL: the person it belongs to and the message that was clicked, if any."""

    person: str
    channel: str
    message_ts: str | None = None
    issued_at: float = field(default_factory=time.monotonic)
    uses: int = 0
    received: list[Json] = field(default_factory=list)


class ResponseUrls:
    """Issues response URLs and handles the messages posted to them."""

    def __init__(self, state: State) -> None:
        self.issued: dict[str, ResponseUrl] = {}
        self._state = state

    def issue(self, person_id: str, channel_id: str, message_ts: str | None = None) -> str:
        """Return a new response URL."""
        token = secrets.token_urlsafe(16)
        self.issued[token] = ResponseUrl(person=person_id, channel=channel_id, message_ts=message_ts)
        return f"{self._state.url}/response/{token}"

    async def endpoint(self, request: Request) -> Response:
        """Handle one message. Answer 404 with expired_url or used_url if the URL is no longer valid."""
        target = self.issued.get(request.path_params["token"])
        if target is None or time.monotonic() - target.issued_at > LIFETIME_S:
            return PlainTextResponse("expired_url", 404)
        if target.uses >= MAX_USES:
            return PlainTextResponse("used_url", 404)
        target.uses += 1
        try:
            body = json.loads(await request.body())
            self.handle(target, body)
        except ValueError:
            return PlainTextResponse("invalid_payload", 400)
        except SlackError as error:
            return PlainTextResponse(error.error, 400)
        target.received.append(body)
        return PlainTextResponse("ok")

    def handle(self, target: ResponseUrl, body: Json) -> Ephemeral | None:
        """Replace or delete the original message, or post to the channel or to this person (the default)."""
        state, channel = self._state, self._state.get_channel(target.channel)
        if body.get("delete_original") is True:
            self._delete_original(target, channel)
            return None
        fields = parse_content(Arguments(body))
        original = channel.by_ts.get(target.message_ts or "")
        if body.get("replace_original") is True and original is not None:
            changes.update(state, channel, original, {"text": fields["text"], "blocks": fields["blocks"]})
            return None
        if body.get("replace_original") is True:
            self._delete_original(target, channel)
        thread_ts = body.get("thread_ts")
        if body.get("response_type") == "in_channel":
            text = fields.pop("text")
            changes.post(state, channel, BOT_USER_ID, text, bot=True, thread_ts=thread_ts, **fields)
            return None
        return changes.post_ephemeral(
            state, channel, target.person, fields["text"], blocks=fields["blocks"], thread_ts=thread_ts
        )

    def _delete_original(self, target: ResponseUrl, channel: Channel) -> None:
        """Delete the message that was clicked, whether it is ephemeral or not."""
        if target.message_ts in channel.by_ts:
            changes.delete(self._state, channel, channel.message(target.message_ts))
        else:
            changes.delete_ephemeral(self._state, channel, target.message_ts)
