"""Hangs the tables of commands, buttons and forms on Bolt.

Everything is written down first and answered second. Bolt acknowledges an event before its listener runs, so
events are taken in a middleware; and it loses an acknowledgement that an exception follows within 10 ms, so
nothing comes after `ack` that may raise.
"""

import logging
import os
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from traceback import extract_tb
from typing import Any, NoReturn

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.config.settings import Settings
from bot.domain.errors import Refused
from bot.domain.incident.incident import Incident
from bot.slack.api.client import SlackClient
from bot.slack.command_name import renamed, typed
from bot.slack.incoming.channel_events import ChannelEvents
from bot.slack.incoming.handlers import Answer, Form, RequestHandlers, done
from bot.slack.incoming.interactions import BUTTONS, FORMS, number_of
from bot.slack.incoming.slash.requests import FormErrors
from bot.slack.mrkdwn import escape_refusal
from bot.slack.views.blocks import Screen, screen, section
from bot.store import StoreError

log = logging.getLogger("firstcheck.slack")

ANY = re.compile(".*")
#: What Slack says when it leaves events out, 30,000 an hour being too many; it carries no event.
LIMITED = "app_rate_limited"
#: What reading ends in when a request is not what Slack documents.
MALFORMED = (LookupError, TypeError, AttributeError, ValueError, OverflowError)
Body = dict[str, Any]


def bolt_app(
    client: AsyncWebClient,
    settings: Settings,
    slack: SlackClient,
    desk: RequestHandlers,
    messages: ChannelEvents,
) -> AsyncApp:
    """Return the Bolt app that answers Slack; requests are verified by http.py, or come by Socket Mode."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        """Say who we are; what Slack sends is taken even while it cannot be asked."""
        us = await slack.identity_or_empty()
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=settings.slack_bot_token,
            bot_id=us.get("bot_id"),
            bot_user_id=us.get("user_id"),
        )

    listeners = Listeners(slack, desk, messages)
    with _without("SLACK_BOT_TOKEN"):
        app = AsyncApp(
            client=client,
            authorize=authorize,
            # Bolt would ask auth.test anew for every request.
            signing_secret=settings.slack_signing_secret or "unused in Socket Mode",
            raise_error_for_unhandled_request=False,
            logger=logging.getLogger("slack_bolt"),
        )
    app.middleware(listeners.event)
    app.event(ANY)(_taken)
    app.command(ANY)(listeners.command)
    app.action(ANY)(listeners.click)
    app.view(ANY)(listeners.submit)
    app.view_closed(ANY)(_acknowledged)
    app.error(_failed)
    return app


@contextmanager
def _without(variable: str) -> Iterator[None]:
    """Hide a variable that Bolt reads by itself, only to warn that it does not use it."""
    value = os.environ.pop(variable, None)
    try:
        yield
    finally:
        if value is not None:
            os.environ[variable] = value


async def _taken() -> None:
    """Leave the event, the middleware took it; one that nobody listens to is a 404 and retried thrice."""


async def _acknowledged(ack: AsyncAck) -> None:
    await ack()


async def _failed(error: Exception, body: Body, response: BoltResponse | None) -> BoltResponse | None:
    """Answer what cannot be read, with one line in the log; after any other failure an event comes again."""
    if not isinstance(error, MALFORMED):
        log.error("a request of Slack's failed", exc_info=error)
        return None
    kind = str(body.get("type") or body.get("command", ""))[:80]
    place = extract_tb(error.__traceback__)[-1]
    log.warning("Slack's %r cannot be read: %r (%s, line %s)", kind, error, place.filename, place.lineno)
    if response is None:  # it was acknowledged already
        return None
    return BoltResponse(status=200 if kind in {"event_callback", LIMITED} else 400)


class Listeners:
    """What Bolt calls; each answers within Slack's 3 seconds, since writing takes milliseconds."""

    def __init__(self, slack: SlackClient, desk: RequestHandlers, messages: ChannelEvents) -> None:
        self._slack = slack
        self._desk = desk
        self._messages = messages

    async def event(self, body: Body, next_: Callable[[], Awaitable[None]]) -> BoltResponse | None:
        """Take an event before it is acknowledged; if that fails, Slack delivers it again."""
        if body.get("type") == LIMITED:
            self._messages.missed(float(body["minute_rate_limited"]))
            return BoltResponse(status=200)
        if body.get("type") == "event_callback" and "event" in body:
            await self._messages.handle(body["event"])
        await next_()
        return None

    async def command(self, body: Body, ack: AsyncAck, client: AsyncWebClient) -> None:
        """Answer a slash command."""
        try:
            answer = await self._desk.command(
                person=body["user_id"],
                name=body.get("user_name", ""),
                channel=body["channel_id"],
                text=body.get("text", ""),
                request=f"command:{body['trigger_id']}",
            )
            shown = await _open(answer, client, body["trigger_id"])
        except (Refused, StoreError) as no:
            shown = _refusal(no)
        if shown is None:
            await ack()
        else:
            shown = self._renamed(shown)
            await ack(text=shown.text, blocks=list(shown.blocks), response_type="ephemeral")

    async def click(self, body: Body, ack: AsyncAck, respond: AsyncRespond, client: AsyncWebClient) -> None:
        """Answer a click; who clicks too late or twice is told so, alone."""
        action, person = body["actions"][0], body["user"]["id"]
        shown: Screen | None = None
        try:
            await self._refuse_outsiders(body)
            reader = BUTTONS.get(action["action_id"], _unknown_button)
            value = _chosen(action)
            request = f"click:{person}:{action['action_id']}:{action['action_ts']}"
            read = partial(reader, value, person)
            answer = await self._desk.click(read, number_of(value), person, request)
            shown = await _open(answer, client, body["trigger_id"])
        except (Refused, StoreError) as no:
            shown = _refusal(no)
        await ack()
        if shown and body.get("response_url"):
            await _respond(respond, self._renamed(shown))

    async def submit(self, body: Body, ack: AsyncAck) -> None:
        """Take a form; what is wrong with it is said beside the field."""
        view, person = body["view"], body["user"]["id"]
        number = number_of(view.get("private_metadata", ""))
        try:
            await self._refuse_outsiders(body)
            incident = await self._desk.incident(number) if number is not None else None
            meant = FORMS.get(view["callback_id"], _unknown_form)(view, person, incident)
            if isinstance(meant, FormErrors):
                await ack(response_action="errors", errors=meant.errors)
                return
            outcome = await self._desk.submit(meant, number, f"form:{view['id']}")
        except (Refused, StoreError) as no:
            await ack(response_action="update", view=_notice(self._renamed(_refusal(no))))
            return
        if number is None:
            await ack(response_action="update", view=_notice(done(meant[0], outcome)))
        else:
            await ack()

    def _renamed(self, shown: Screen) -> Screen:
        return renamed(shown, self._desk.settings.command)

    async def _refuse_outsiders(self, body: Body) -> None:
        """Slack Connect brings people of other companies into a channel: they may read and talk, not act."""
        ours = (await self._slack.identity_or_empty()).get("team_id")
        theirs = body["user"].get("team_id")
        if ours and theirs and ours != theirs:
            raise Refused("Only people of the workspace that runs Firstcheck can do this.")


def _chosen(action: Body) -> str:
    """Return what a button means or a menu was set to; a menu of people adds what its block is about."""
    if action.get("selected_user"):
        return f"{action['block_id']} {action['selected_user']}"
    option = action.get("selected_option") or {}
    return str(action.get("value") or option.get("value", ""))


def _unknown_button(_value: str, _by: str, _incident: Incident | None) -> NoReturn:
    raise Refused("This button is from another version of Firstcheck.")


def _unknown_form(_view: Mapping[str, Any], _by: str, _incident: Incident | None) -> NoReturn:
    raise Refused("This form is from another version of Firstcheck; nothing was written down. Open it anew.")


async def _open(answer: Answer, client: AsyncWebClient, trigger: str) -> Screen | None:
    """Open a form at once, for a trigger lives 3 seconds; anything else is returned to be shown."""
    if not isinstance(answer, Form):
        return answer
    try:
        await client.views_open(trigger_id=trigger, view=answer.view)
    except (SlackApiError, OSError) as error:
        log.warning("a form could not be opened: %s", error)
        raise Refused(
            "Slack did not open the form; please try again. `/incident help` works without."
        ) from error
    return None


async def _respond(respond: AsyncRespond, shown: Screen) -> None:
    """Tell the person who clicked; losing this loses nothing."""
    try:
        await respond(
            text=shown.text, blocks=list(shown.blocks), response_type="ephemeral", replace_original=False
        )
    except (SlackApiError, OSError) as error:
        log.warning("a click could not be answered: %s", error)


def _refusal(no: Refused | StoreError) -> Screen:
    if isinstance(no, StoreError):
        log.error("the store failed: %s", no)
        text = "⚠ This was NOT written down: the database does not take it. Tell whoever runs Firstcheck."
    else:
        text = escape_refusal(no.in_full(typed))
    return screen(text, section(text))


def _notice(shown: Screen) -> dict[str, Any]:
    """Return a modal that only says something."""
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Firstcheck"},
        "blocks": list(shown.blocks),
    }
