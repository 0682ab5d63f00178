"""PagerDuty: Events API v2 out, webhooks v3 in.

https://developer.pagerduty.com/docs/events-api-v2-overview: 202 is taken; `dedup_key` joins repeats.
https://developer.pagerduty.com/docs/verifying-webhook-signatures: several signatures while keys change.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from bot.config.escalation import Pager
from bot.domain.vocabulary import Severity
from bot.pagers.interface import Acknowledgement, Call, Kind, Request, UnverifiedRequest
from bot.pagers.reading import below, equal_in_constant_time, hex_hmac, json_object

URL = "https://events.pagerduty.com/v2/enqueue"
#: Their limit: https://developer.pagerduty.com/docs/send-alert-event
LONGEST_SUMMARY = 1024
#: Theirs are critical, error, warning, info.
SEVERITIES = {
    Severity.SEV1: "critical",
    Severity.SEV2: "error",
    Severity.SEV3: "warning",
    Severity.SEV4: "info",
}


def page(pager: Pager, call: Call) -> Request:
    """Return the event that triggers an alert."""
    event: dict[str, object] = {
        "event_action": "trigger",
        "client": "Firstcheck",
        "payload": {
            "summary": call.summary[:LONGEST_SUMMARY],
            "source": call.service or call.incident,
            "severity": SEVERITIES[call.severity],
            "timestamp": call.at.isoformat(),
            "custom_details": {"incident": call.incident, "reason": call.reason},
        },
    }
    if call.url:
        event["client_url"] = call.url
    return _request(pager, call.key, event)


def end(pager: Pager, key: str, _now: datetime) -> Request:
    """Return the event that resolves the alert."""
    return _request(pager, key, {"event_action": "resolve"})


def _request(pager: Pager, key: str, event: dict[str, object]) -> Request:
    whole = {"routing_key": pager.key, "dedup_key": key, **event}
    headers = {"Content-Type": "application/json"}
    return Request(url=pager.url or URL, body=json.dumps(whole).encode(), headers=headers)


def acknowledged(
    pager: Pager, headers: Mapping[str, str], body: bytes, _now: datetime
) -> Acknowledgement | None:
    """Read a webhook's event. Raises NotTheirs where it is not signed with the subscription's secret."""
    wanted = f"v1={hex_hmac(pager.secret, body)}"
    given = headers.get("x-pagerduty-signature", "").split(",")
    if not pager.secret or not any(equal_in_constant_time(signature.strip(), wanted) for signature in given):
        raise UnverifiedRequest("The signature is missing or wrong.")
    event = below(json_object(body), "event")
    if event.get("event_type") != "incident.acknowledged":
        return None
    agent = event.get("agent")
    by = agent.get("summary") if isinstance(agent, dict) else None
    # What the events API calls `dedup_key` comes back as the incident's key.
    return Acknowledgement(key=str(below(event, "data").get("incident_key", "")), by=str(by or "PagerDuty"))


KIND = Kind(page=page, end=end, acknowledged=acknowledged)
