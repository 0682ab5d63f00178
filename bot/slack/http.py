"""The door for Slack's HTTP requests: what Bolt would answer with a 500 is refused before it gets there."""

import time

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

MAX_BODY = 1_000_000
#: docs.slack.dev/authentication/verifying-requests-from-slack
MAX_SKEW_S = 300


def slack_route(app: AsyncApp, signing_secret: str) -> Route:
    """Return the route `/slack/events`, which takes events, commands, buttons and forms alike."""
    handler = AsyncSlackRequestHandler(app)
    verifier = SignatureVerifier(signing_secret)

    async def take(request: Request) -> Response:
        refusal = await _refusal(request, verifier)
        return refusal or await handler.handle(request)

    return Route("/slack/events", take, methods=["POST"])


async def _refusal(request: Request, verifier: SignatureVerifier) -> Response | None:
    """Return the answer to a request that is too large, not text, too old or not signed by Slack."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > MAX_BODY:
        return PlainTextResponse("A request from Slack is under 1 MB and says its length.", 413)
    body = await request.body()
    stamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return PlainTextResponse("The body is not UTF-8.", 400)
    fresh = stamp.isdigit() and abs(time.time() - int(stamp)) <= MAX_SKEW_S
    if not fresh or not signature.isascii() or not verifier.is_valid(text, stamp, signature):
        return PlainTextResponse("The request is not signed by Slack, or is older than 5 minutes.", 401)
    return None
