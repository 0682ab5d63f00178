"""Connects the tables of commands, buttons and forms to Bolt.

Everything is saved before it is acknowledged. Bolt acknowledges an event before its listener runs, so a
middleware saves events. Bolt also loses an acknowledgement if an exception follows within 10 ms, so nothing
that may raise comes after `ack`.
"""

import logging
import os
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from traceback import extract_tb
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.config.settings import Settings
from bot.domain.errors import Refused
from bot.slack.api.client import SlackClient
from bot.slack.command_name import renamed, typed
from bot.slack.incoming.channel_events import ChannelEvents
from bot.slack.incoming.handlers import Answer, RequestHandlers
from bot.slack.incoming.slash import parse
from bot.slack.mrkdwn import escape_refusal
from bot.slack.views.blocks import Screen, paragraph
from bot.store import StoreError

log = logging.getLogger("firstcheck.slack")

ANY = re.compile(".*")
#: Slack's notice that it dropped events because there were more than 30,000 in an hour. It carries no event.
LIMITED = "app_rate_limited"
#: The exceptions that a request raises if it differs from Slack's documentation.
MALFORMED = (LookupError, TypeError, AttributeError, ValueError, OverflowError)
Body = dict[str, Any]


def bolt_app(
    client: AsyncWebClient,
    settings: Settings,
    slack: SlackClient,
    handlers: RequestHandlers,
    channel_events: ChannelEvents,
) -> AsyncApp:
    """Return the Bolt app that answers Slack. Its requests are verified by http.py or come by Socket Mode."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        """Return the bot's identity. Its bot ID and user ID are None while Slack can't be reached."""
        identity = await slack.identity_or_empty()
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=settings.slack_bot_token,
            bot_id=identity.get("bot_id"),
            bot_user_id=identity.get("user_id"),
        )

    listeners = Listeners(slack, handlers, channel_events)
    with _without("SLACK_BOT_TOKEN"):
        app = AsyncApp(
            client=client,
            # By default Bolt would call auth.test for every request.
            authorize=authorize,
            signing_secret=settings.slack_signing_secret or "unused in Socket Mode",
            raise_error_for_unhandled_request=False,
            logger=logging.getLogger("slack_bolt"),
        )
    app.middleware(listeners.event)
    app.event(ANY)(_handled)
    app.command(ANY)(listeners.command)
    app.action(ANY)(listeners.click)
    app.view(ANY)(listeners.submit)
    app.view_closed(ANY)(_acknowledge)
    app.error(_on_error)
    return app


@contextmanager
def _without(variable: str) -> Iterator[None]:
    """Hide an environment variable from Bolt, which reads it only to warn that it is not used."""
    value = os.environ.pop(variable, None)
    try:
        yield
    finally:
        if value is not None:
            os.environ[variable] = value


async def _handled() -> None:
    """Do nothing: the middleware handled the event. Without a listener Bolt answers 404 and Slack retries."""


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()


async def _on_error(error: Exception, body: Body, response: BoltResponse | None) -> BoltResponse | None:
    """Log an error. Answer a malformed request, so that Slack retries only after other errors."""
    if not isinstance(error, MALFORMED):
        log.error("a request from Slack failed", exc_info=error)
        return None
    kind = str(body.get("type") or body.get("command", ""))[:80]
    frame = extract_tb(error.__traceback__)[-1]
    log.warning("could not read Slack's %r: %r (%s, line %s)", kind, error, frame.filename, frame.lineno)
    if response is None:  # it was acknowledged already
        return None
    return BoltResponse(status=200 if kind in {"event_callback", LIMITED} else 400)


class Listeners:
    """Bolt's listeners. Each answers within Slack's 3 seconds, because saving takes milliseconds."""

    def __init__(self, slack: SlackClient, handlers: RequestHandlers, channel_events: ChannelEvents) -> None:
        self._slack = slack
        self._handlers = handlers
        self._channel_events = channel_events

    async def event(self, body: Body, next_: Callable[[], Awaitable[None]]) -> BoltResponse | None:
        """Handle an event before it is acknowledged, so that Slack delivers it again if this fails."""
        if body.get("type") == LIMITED:
            self._channel_events.on_dropped(float(body["minute_rate_limited"]))
            return BoltResponse(status=200)
        if body.get("type") == "event_callback" and "event" in body:
            await self._channel_events.handle(body["event"])
        await next_()
        return None

    async def command(self, body: Body, ack: AsyncAck, client: AsyncWebClient) -> None:
        """Answer a slash command."""
        try:
            await self._refuse_outsiders(body.get("team_id"))
            request, name = parse.split(body.get("text", ""), body["user_id"]), body.get("user_name", "")
            channel, once = body["channel_id"], f"command:{body['trigger_id']}"
            answer = await self._handlers.command(request, name=name, channel=channel, once=once)
            reply = await _open(answer, client, body["trigger_id"])
        except (Refused, StoreError) as error:
            reply = _error_screen(error)
        if reply:
            await ack(**_ephemeral(self._renamed(reply)))
        else:
            await ack()

    async def click(self, body: Body, ack: AsyncAck, respond: AsyncRespond, client: AsyncWebClient) -> None:
        """Answer a click. A click that comes too late gets an ephemeral reply."""
        action, person = body["actions"][0], body["user"]["id"]
        reply: Screen | None = None
        try:
            await self._refuse_outsiders(body["user"].get("team_id"))
            once = f"click:{person}:{action['action_id']}:{action['action_ts']}"
            answer = await self._handlers.click(action["action_id"], _value_of(action), person, once)
            reply = await _open(answer, client, body["trigger_id"])
        except (Refused, StoreError) as error:
            reply = _error_screen(error)
        await ack()
        if reply and body.get("response_url"):
            await _respond(respond, self._renamed(reply))

    async def submit(self, body: Body, ack: AsyncAck) -> None:
        """Record the commands of a submitted form, or show the errors beside its fields."""
        try:
            await self._refuse_outsiders(body["user"].get("team_id"))
            answer = await self._handlers.submit(body["view"], body["user"]["id"])
        except (Refused, StoreError) as error:
            answer = self._renamed(_error_screen(error))
        if isinstance(answer, Screen):
            await ack(response_action="update", view=_notice(answer))
        elif answer:
            await ack(response_action="errors", errors=answer)
        else:
            await ack()

    def _renamed(self, reply: Screen) -> Screen:
        return renamed(reply, self._handlers.settings.command)

    async def _refuse_outsiders(self, their_team: str | None) -> None:
        """Raise Refused for people from other companies (Slack Connect), who may only read and write."""
        our_team = (await self._slack.identity_or_empty()).get("team_id")
        if our_team and their_team and our_team != their_team:
            raise Refused("Only members of the workspace that runs Firstcheck can do this.")


def _value_of(action: Body) -> str:
    """Return the value of a button or a menu, or the block's ID and the person for a menu of people."""
    if action.get("selected_user"):
        return f"{action['block_id']} {action['selected_user']}"
    option = action.get("selected_option") or {}
    return str(action.get("value") or option.get("value", ""))


async def _open(answer: Answer, client: AsyncWebClient, trigger: str) -> Screen | None:
    """Open a form at once, because a trigger expires after 3 seconds. Return any other answer unchanged."""
    if not isinstance(answer, dict):
        return answer
    try:
        await client.views_open(trigger_id=trigger, view=answer)
    except (SlackApiError, OSError) as error:
        log.warning("could not open a form: %s", error)
        text = "Slack did not open the form. Please try again, or use the commands in `/incident help`."
        raise Refused(text) from error
    return None


async def _respond(respond: AsyncRespond, reply: Screen) -> None:
    """Reply to the person who clicked. A failure is only logged."""
    try:
        await respond(**_ephemeral(reply), replace_original=False)
    except (SlackApiError, OSError) as error:
        log.warning("could not answer a click: %s", error)


def _ephemeral(reply: Screen) -> Body:
    return {"text": reply.text, "blocks": list(reply.blocks), "response_type": "ephemeral"}


def _error_screen(error: Refused | StoreError) -> Screen:
    if isinstance(error, StoreError):
        log.error("the store failed: %s", error)
        text = "⚠ This was NOT saved, because the database failed. Please notify whoever runs Firstcheck."
        return paragraph(text)
    return paragraph(escape_refusal(error.in_full(typed)))


def _notice(message: Screen) -> dict[str, Any]:
    """Return a modal that only shows a message."""
    title = {"type": "plain_text", "text": "Firstcheck"}
    return {"type": "modal", "title": title, "blocks": list(message.blocks)}
