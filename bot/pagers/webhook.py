"""A webhook of your own: JSON signed with HMAC-SHA256 over time and body, both ways."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.config.escalation import Pager
from bot.pagers.interface import Acknowledgement, Call, Kind, Request, UnverifiedRequest
from bot.pagers.reading import equal_in_constant_time, hex_hmac, json_object

TIMESTAMP = "X-Firstcheck-Timestamp"
SIGNATURE = "X-Firstcheck-Signature"
#: What was signed longer ago may have been recorded and sent again.
FRESH = timedelta(minutes=5)


def page(pager: Pager, call: Call) -> Request:
    """Return the request that pages somebody."""
    told = {
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
    return _request(pager, told, call.at)


def end(pager: Pager, key: str, now: datetime) -> Request:
    """Return the request that says it is over."""
    return _request(pager, {"action": "resolve", "key": key}, now)


def _request(pager: Pager, told: dict[str, str], now: datetime) -> Request:
    body = json.dumps(told).encode()
    return Request(url=pager.url, body=body, headers=signed(pager.secret, body, now))


def signed(secret: str, body: bytes, now: datetime) -> Mapping[str, str]:
    """Return the headers that prove `body`."""
    timestamp = str(int(now.timestamp()))
    return {
        "Content-Type": "application/json",
        TIMESTAMP: timestamp,
        SIGNATURE: f"sha256={hex_hmac(secret, timestamp.encode() + b'.' + body)}",
    }


def acknowledged(
    pager: Pager, headers: Mapping[str, str], body: bytes, now: datetime
) -> Acknowledgement | None:
    """Read `{"action": "acknowledge", "key": …, "by": …}`. Raises NotTheirs where it is not signed now."""
    timestamp = headers.get(TIMESTAMP.lower(), "")
    wanted = f"sha256={hex_hmac(pager.secret, timestamp.encode() + b'.' + body)}"
    if not pager.secret or not equal_in_constant_time(headers.get(SIGNATURE.lower(), ""), wanted):
        raise UnverifiedRequest("The signature is missing or wrong.")
    if not timestamp.isdecimal() or abs(now.timestamp() - int(timestamp)) > FRESH.total_seconds():
        raise UnverifiedRequest("It was signed too long ago.")
    told = json_object(body)
    if told.get("action") != "acknowledge":
        return None
    return Acknowledgement(key=str(told.get("key", "")), by=str(told.get("by") or "webhook"))


KIND = Kind(page=page, end=end, acknowledged=acknowledged)
