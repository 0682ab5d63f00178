"""The route for Slack's HTTP requests. It checks signatures itself, because Bolt parses bodies first."""

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
UNVERIFIED = "The request is not signed by Slack, or is older than 5 minutes."


def slack_route(app: AsyncApp, signing_secret: str) -> Route:
    """Return the route for events, commands, buttons and forms. Bodies must be UTF-8."""
    handler = AsyncSlackRequestHandler(app)
    verifier = SignatureVerifier(signing_secret)

    async def handle(request: Request) -> Response:
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        # Bolt answers 500 if the timestamp is not a number. Slack's have ten digits.
        is_number = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12
        fresh = is_number and abs(time.time() - int(timestamp)) <= MAX_SKEW_S
        if not fresh or not signature or not signature.isascii():  # before the body is read into memory
            return PlainTextResponse(UNVERIFIED, 401)
        body = (await request.body()).decode()
        if not verifier.is_valid(body, timestamp, signature):
            return PlainTextResponse(UNVERIFIED, 401)
        if not _holds_object(body, request.headers.get("content-type", "")):
            return PlainTextResponse("The body is neither a JSON object nor a form.", 400)
        try:
            return await handler.handle(request)
        except MALFORMED as error:  # raised by Bolt's own error handler
            log.warning("could not read a request from Slack: %r", error)
            return PlainTextResponse("The body is not what Slack documents.", 400)

    return Route(PATH, handle, methods=["POST"])


def _holds_object(body: str, content_type: str) -> bool:
    """Return whether Bolt can parse the body: a JSON object, or a form whose payload, if any, is one."""
    is_json = body.startswith("{") or content_type.startswith("application/json")
    text = body if is_json else parse_qs(body).get("payload", ["{}"])[0]
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(parsed, dict) and isinstance(parsed.get("event", {}), dict)
