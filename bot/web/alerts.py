"""Takes alerts in: who may post is checked, the body goes to the journal, and only then is it answered."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.alerts.sources import SOURCES
from bot.alerts.sources.authorization import forgery, refusal
from bot.config.settings import AlertSecret
from bot.domain.text.redaction import redact
from bot.store import StoreError

#: (source, headers, body, received at) → the journal row's number, once it is on the disk
JournalAppend = Callable[[str, Mapping[str, str], str, datetime], Awaitable[int]]

#: In the name of a header whose value is a secret, which nobody needs in the journal.
SECRET_HEADER = re.compile("auth|cookie|key|token|secret|password|signature")

#: An escape, and its code if JSON may hold the sign as it is: Go escapes &, Java =, and secrets are known by
#: them. Each one ends a search, so that other threads get their turn: a search itself lets none have it.
_ESCAPED = re.compile(r"\\(?:u00([2-7][0-9A-Fa-f])|.)")

LARGE = 100_000  # bytes; redacting a storm's 5 MB takes a second, which the event loop must not wait

log = logging.getLogger(__name__)


def routes(
    *,
    journal_append: JournalAppend,
    secrets: Mapping[str, AlertSecret],
    now: Callable[[], datetime],
    accepted: Callable[[], None],
) -> list[Route]:
    """Return the routes of `POST /alerts/{source}`; `accepted` is called after each body that was kept.

    With and without a closing slash, since Alertmanager follows a redirect as a GET without its body.
    202 means kept, 401 who are you, 404 no such source, and 503 that the journal cannot take it: the one
    refusal after which every sender that ever tries again does so.
    """

    async def take(request: Request) -> Response:
        source = request.path_params["source"]
        if source not in SOURCES:
            known = ", ".join(sorted(SOURCES))
            return JSONResponse({"error": f"There is no source {source!r}; there are: {known}."}, 404)
        secret = secrets.get(source)
        client_host = request.client.host if request.client else ""
        if reason := refusal(secret, request.headers, client_host):  # before a stranger's body takes room
            return _unknown(reason)
        body = await request.body()
        if reason := forgery(secret, request.headers, body):
            return _unknown(reason)
        try:
            text = await asyncio.to_thread(_text, body) if len(body) > LARGE else _text(body)
            row = await journal_append(source, _kept(request.headers), text, now())
        except StoreError as why:
            log.warning("an alert from %s could not be kept: %s", source, why)
            return _send_again()
        except Exception:  # whatever it was, the alert is not kept, and 500 is final for some senders
            log.exception("an alert from %s could not be kept", source)
            return _send_again()
        accepted()
        return JSONResponse({"accepted": row}, 202)

    return [Route(path, take, methods=["POST", "PUT"]) for path in ("/alerts/{source}", "/alerts/{source}/")]


def _send_again() -> Response:
    return JSONResponse({"error": "The journal cannot take it now; send it again."}, 503)


def _unknown(reason: str) -> Response:
    """Return the answer to who did not prove themselves; it says how they could."""
    return JSONResponse({"error": reason}, 401, {"WWW-Authenticate": 'Bearer, Basic realm="alerts"'})


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers worth keeping, without secrets."""
    return {name: redact(value) for name, value in headers.items() if not SECRET_HEADER.search(name)}


def _text(body: bytes) -> str:
    """Return the body as text without secrets; bytes that are no UTF-8 stay visible as escapes."""
    return redact(written_out(body.decode("utf-8", "backslashreplace")))


def written_out(text: str) -> str:
    """Return JSON with the signs themselves in place of their escapes, where JSON may hold them."""
    return _ESCAPED.sub(_sign, text)


def _sign(found: re.Match[str]) -> str:
    if not found[1]:
        return found[0]
    sign = chr(int(found[1], 16))
    return found[0] if sign in '"\\\x7f' else sign
