"""The door for Slack's HTTP requests: nothing unsigned reaches Bolt, which parses before it verifies."""

import json
import logging
import time
from urllib.parse import parse_qs

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.slack.incoming.bolt_app import MALFORMED

log = logging.getLogger("firstcheck.slack")

PATH = "/slack/events"
#: docs.slack.dev/authentication/verifying-requests-from-slack
MAX_SKEW_S = 300
NOT_SLACKS = "The request is not signed by Slack, or is older than 5 minutes."


def slack_route(app: AsyncApp, signing_secret: str) -> Route:
    """Return the route that takes events, commands, buttons and forms alike; bodies must be UTF-8."""
    handler = AsyncSlackRequestHandler(app)
    verifier = SignatureVerifier(signing_secret)

    async def take(request: Request) -> Response:
        stamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        # Bolt answers a timestamp that is no number with a 500; Slack's have ten digits.
        is_number = stamp.isascii() and stamp.isdigit() and len(stamp) <= 12
        fresh = is_number and abs(time.time() - int(stamp)) <= MAX_SKEW_S
        if not fresh or not signature or not signature.isascii():  # before a stranger's body takes room
            return PlainTextResponse(NOT_SLACKS, 401)
        body = (await request.body()).decode()
        if not verifier.is_valid(body, stamp, signature):
            return PlainTextResponse(NOT_SLACKS, 401)
        if not _holds_object(body, request.headers.get("content-type", "")):
            return PlainTextResponse("The body is neither a JSON object nor a form.", 400)
        try:
            return await handler.handle(request)
        except MALFORMED as error:  # where Bolt trips, it trips over the same again as it tells us
            log.warning("what Slack sent cannot be read: %r", error)
            return PlainTextResponse("The body is not what Slack documents.", 400)

    return Route(PATH, take, methods=["POST"])


def _holds_object(body: str, content_type: str) -> bool:
    """Whether Bolt, which does not ask, can parse it: JSON, or a form whose payload, if any, is JSON."""
    is_json = body.startswith("{") or content_type.startswith("application/json")
    text = body if is_json else parse_qs(body).get("payload", ["{}"])[0]
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(held, dict) and isinstance(held.get("event", {}), dict)
