"""A custom webhook: JSON in both directions, signed with HMAC-SHA256 of timestamp and body."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.config.escalation import Pager
from bot.engine.signatures import hex_hmac
from bot.pagers.interface import Acknowledgement, Call, Kind, Request, UnverifiedRequest
from bot.pagers.reading import json_object, verify

TIMESTAMP = "X-Firstcheck-Timestamp"
SIGNATURE = "X-Firstcheck-Signature"
#: Older requests may be replayed.
MAX_AGE = timedelta(minutes=5)


def page(pager: Pager, call: Call) -> Request:
    """Return the request that pages somebody."""
    content = {
        "action": "page",
        "key": call.key,
        "incident": call.incident,
        "title": call.title,
        "severity": str(call.severity),
        "service": call.service,
        "reason": call.reason,
        "at": call.at.isoformat(),
        "url": call.url,
    }
    return _request(pager, content, call.at)


def end(pager: Pager, key: str, now: datetime) -> Request:
    """Return the request that resolves the page."""
    return _request(pager, {"action": "resolve", "key": key}, now)


def _request(pager: Pager, content: dict[str, str], now: datetime) -> Request:
    body = json.dumps(content).encode()
    return Request(url=pager.url, body=body, headers=signed(pager.secret, body, now))


def signed(secret: str, body: bytes, now: datetime) -> Mapping[str, str]:
    """Return the headers with the signature of `body`."""
    timestamp = str(int(now.timestamp()))
    signature = _signature(secret, timestamp, body)
    return {"Content-Type": "application/json", TIMESTAMP: timestamp, SIGNATURE: signature}


def _signature(secret: str, timestamp: str, body: bytes) -> str:
    return f"sha256={hex_hmac(secret, timestamp.encode() + b'.' + body)}"


def acknowledged(
    pager: Pager, headers: Mapping[str, str], body: bytes, now: datetime
) -> Acknowledgement | None:
    """Read `{"action": "acknowledge", "key": …, "by": …}`. Raise UnverifiedRequest if unsigned or old."""
    timestamp = headers.get(TIMESTAMP.lower(), "")
    expected = _signature(pager.secret, timestamp, body)
    verify(pager, [headers.get(SIGNATURE.lower(), "")], expected, "signature")
    if not timestamp.isdecimal() or abs(now.timestamp() - int(timestamp)) > MAX_AGE.total_seconds():
        raise UnverifiedRequest(
            "The signature is more than 5 minutes old or in the future. Check the sender's clock."
        )
    event = json_object(body)
    if event.get("action") != "acknowledge":
        return None
    return Acknowledgement(key=str(event.get("key", "")), by=str(event.get("by") or "webhook"))


KIND = Kind(page=page, end=end, acknowledged=acknowledged)
