"""The door for Slack's HTTP requests: nothing unsigned reaches Bolt, which parses before it verifies."""

import time

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

PATH = "/slack/events"
#: docs.slack.dev/authentication/verifying-requests-from-slack
MAX_SKEW_S = 300


def slack_route(app: AsyncApp, signing_secret: str) -> Route:
    """Return the route that takes events, commands, buttons and forms alike; bodies must be UTF-8."""
    handler = AsyncSlackRequestHandler(app)
    verifier = SignatureVerifier(signing_secret)

    async def take(request: Request) -> Response:
        stamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        # Bolt answers a timestamp that is no number with a 500.
        fresh = stamp.isascii() and stamp.isdigit() and abs(time.time() - int(stamp)) <= MAX_SKEW_S
        body = (await request.body()).decode()
        if not fresh or not signature.isascii() or not verifier.is_valid(body, stamp, signature):
            return PlainTextResponse("The request is not signed by Slack, or is older than 5 minutes.", 401)
        return await handler.handle(request)

    return Route(PATH, take, methods=["POST"])
