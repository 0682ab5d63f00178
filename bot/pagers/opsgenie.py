"""Opsgenie: pages through its Alert API, and reads acknowledgements of its webhook integration.

https://docs.opsgenie.com/docs/alert-api: 202 means accepted; an open alert with the same `alias` is
reused.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from bot.config.escalation import Pager
from bot.pagers.interface import Acknowledgement, Call, Kind, Request
from bot.pagers.reading import json_object, object_in, verify

URL = "https://api.opsgenie.com"
#: Limits: https://docs.opsgenie.com/docs/alert-api#create-alert
MAX_MESSAGE_CHARACTERS = 130
MAX_DESCRIPTION_CHARACTERS = 15_000


def page(pager: Pager, call: Call) -> Request:
    """Return the request that creates an alert."""
    alert: dict[str, object] = {
        "message": call.summary[:MAX_MESSAGE_CHARACTERS],
        "alias": call.key,
        "description": f"{call.summary}\n{call.url}".strip()[:MAX_DESCRIPTION_CHARACTERS],
        "priority": f"P{call.severity.rank}",
        "source": "Firstcheck",
        "entity": call.service,
        "details": {"incident": call.incident, "reason": call.reason},
    }
    return _request(pager, "/v2/alerts", alert)


def end(pager: Pager, key: str, _now: datetime) -> Request:
    """Return the request that closes the alert."""
    path = f"/v2/alerts/{quote(key, safe='')}/close?identifierType=alias"
    return _request(pager, path, {"source": "Firstcheck", "note": "The incident is over."})


def _request(pager: Pager, path: str, body: dict[str, object]) -> Request:
    headers = {"Content-Type": "application/json", "Authorization": f"GenieKey {pager.key}"}
    return Request(url=f"{pager.url or URL}{path}", body=json.dumps(body).encode(), headers=headers)


def acknowledged(
    pager: Pager, headers: Mapping[str, str], body: bytes, _now: datetime
) -> Acknowledgement | None:
    """Read a webhook request. Raise UnverifiedRequest without the bearer token; Opsgenie signs nothing."""
    verify(pager, [headers.get("authorization", "")], f"Bearer {pager.secret}", "bearer token")
    event = json_object(body)
    if event.get("action") != "Acknowledge":
        return None
    alert = object_in(event, "alert")
    return Acknowledgement(key=str(alert.get("alias", "")), by=str(alert.get("username") or "Opsgenie"))


KIND = Kind(page=page, end=end, acknowledged=acknowledged)
