"""Receives alerts: checks the sender, saves the body in the journal, and only then responds."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.alerts.sources.authorization import header_error, signature_error
from bot.alerts.sources.table import SOURCES
from bot.config.settings import AlertSecret
from bot.domain.text.redaction import redact
from bot.store import StoreError

#: (source, headers, body, received at) → the number of the journal row, once it is on disk
JournalAppend = Callable[[str, Mapping[str, str], str, datetime], Awaitable[int]]

#: Headers with a secret value, which is not saved in the journal.
SECRET_HEADER = re.compile("auth|cookie|key|token|secret|password|signature")

#: A JSON escape, with its code if the character needs no escape. Go escapes &, and Java =, which would hide
#: secrets from the redaction. The pattern matches every escape, so that no single match takes long and blocks
#: other threads.
_ESCAPED = re.compile(r"\\(?:u00([2-7][0-9A-Fa-f])|.)")

LARGE_BODY_BYTES = 10_000  # redacting 5 MB takes a second, which would block the event loop

log = logging.getLogger(__name__)


def routes(
    *,
    journal_append: JournalAppend,
    secrets: Mapping[str, AlertSecret],
    now: Callable[[], datetime],
    accepted: Callable[[], None],
    open_to_loopback: bool = True,
) -> list[Route]:
    """Return the routes of `POST /alerts/{source}`; `accepted` is called after each saved body.

    There is a route with a trailing slash too, because Alertmanager follows a redirect with a GET without a
    body. They answer 202 if the body is saved, 401 if the sender is unauthorized, 404 if there is no such
    source, and 503 if the body could not be saved: every sender that retries at all retries after a 503.
    """

    async def receive(request: Request) -> Response:
        source = request.path_params["source"]
        if source not in SOURCES:
            return _unknown(source)
        secret = secrets.get(source)
        client_host = request.client.host if request.client else ""
        if error := header_error(secret, request.headers, client_host, open_to_loopback=open_to_loopback):
            return _unauthorized(error)
        body = await request.body()  # takes up memory, so it is only read for authorized senders
        if error := signature_error(secret, request.headers, body):
            return _unauthorized(error)
        try:
            text = await _redact_body(body)
            row = await journal_append(source, _headers_to_save(request.headers), text, now())
        except StoreError as error:
            log.warning("could not save an alert from %s: %s", source, error)
        except Exception:  # the alert is not saved, and some senders do not retry after a 500
            log.exception("could not save an alert from %s", source)
        else:
            accepted()
            return JSONResponse({"accepted": row}, 202)
        return JSONResponse({"error": "The alert could not be saved. Send it again."}, 503)

    return [Route(f"/alerts/{{source}}{end}", receive, methods=["POST", "PUT"]) for end in ("", "/")]


async def _redact_body(body: bytes) -> str:
    """Return the text of a body without secrets. A large one is redacted in a thread."""
    if len(body) > LARGE_BODY_BYTES:
        return await asyncio.to_thread(_redacted_text, body)
    return _redacted_text(body)


def _unknown(source: str) -> Response:
    """Return the response for an unknown source, with a list of the known ones."""
    names = ", ".join(sorted(SOURCES))
    return JSONResponse({"error": f"There is no source {source!r}. The sources are: {names}."}, 404)


def _unauthorized(error: str) -> Response:
    """Return the response for an unauthorized sender, with the accepted schemes."""
    return JSONResponse({"error": error}, 401, {"WWW-Authenticate": 'Bearer, Basic realm="alerts"'})


def _headers_to_save(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers without secrets."""
    return {name: redact(value) for name, value in headers.items() if not SECRET_HEADER.search(name)}


def _redacted_text(body: bytes) -> str:
    """Return the body as text without secrets; bytes that are not UTF-8 become escapes."""
    return redact(unescape(body.decode("utf-8", "backslashreplace")))


def unescape(text: str) -> str:
    """Return JSON text without escapes of characters that need none."""
    return _ESCAPED.sub(_unescaped, text)


def _unescaped(escape: re.Match[str]) -> str:
    if not escape[1]:
        return escape[0]
    character = chr(int(escape[1], 16))
    return escape[0] if character in '"\\\x7f' else character
