"""The route for Slack's HTTP requests.

It checks signatures and parses bodies itself. Bolt parses a body before it checks the signature, and takes
every form that contains the word "payload" for a click (docs/decisions/0006-the-slack-door.md).
"""

import json
import logging
import time
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
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
        parsed = _parse(body, request.headers.get("content-type", ""))
        if parsed is None:
            return PlainTextResponse("The body is neither a JSON object nor a form.", 400)
        # Bolt takes parsed bodies only in this mode, which differs from "http" only in that the caller checks
        # the signature.
        headers: dict[str, Any] = dict(request.headers)
        try:
            bolt_request = AsyncBoltRequest(body=parsed, headers=headers, mode="socket_mode")
            return to_starlette_response(await app.async_dispatch(bolt_request))
        except MALFORMED as error:  # raised by Bolt itself
            log.warning("could not read a request from Slack: %r", error)
            return PlainTextResponse("The body is not in the format that Slack documents.", 400)

    return Route(PATH, handle, methods=["POST"])


def _parse(body: str, content_type: str) -> dict[str, Any] | None:
    """Return a JSON object, the fields of a form, or the object in the payload of a click or a form.

    Return None if it is neither. A slash command has a field `command`, and its text is never parsed.
    """
    if body.startswith("{") or content_type.startswith("application/json"):
        text = body
    else:
        fields = dict(parse_qsl(body, keep_blank_values=True))
        if "command" in fields or "payload" not in fields:
            return fields
        text = fields["payload"]
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) and isinstance(parsed.get("event", {}), dict) else None
