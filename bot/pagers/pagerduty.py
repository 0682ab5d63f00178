"""PagerDuty: pages through Events API v2, and reads acknowledgements of webhooks v3.

https://developer.pagerduty.com/docs/events-api-v2-overview: 202 means accepted; repeats with
the same `dedup_key` are merged.
https://developer.pagerduty.com/docs/verifying-webhook-signatures: there are several
signatures while keys are rotated.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from bot.config.escalation import Pager
from bot.domain.vocabulary import Severity
from bot.engine.signatures import hex_hmac
from bot.pagers.interface import Acknowledgement, Call, Kind, Request
from bot.pagers.reading import json_object, object_in, verify

URL = "https://events.pagerduty.com/v2/enqueue"
#: Limit: https://developer.pagerduty.com/docs/send-alert-event
MAX_SUMMARY_CHARACTERS = 1024
#: PagerDuty's severity for each of ours.
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
            "summary": call.summary[:MAX_SUMMARY_CHARACTERS],
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
    """Read a webhook event. Raise UnverifiedRequest if it is not signed with the subscription's secret."""
    expected = f"v1={hex_hmac(pager.secret, body)}"
    signatures = headers.get("x-pagerduty-signature", "").split(",")
    verify(pager, map(str.strip, signatures), expected, "signature")
    event = object_in(json_object(body), "event")
    if event.get("event_type") != "incident.acknowledged":
        return None
    agent = event.get("agent")
    by = agent.get("summary") if isinstance(agent, dict) else None
    # The `dedup_key` of the Events API is `incident_key` here.
    key = object_in(event, "data").get("incident_key", "")
    return Acknowledgement(key=str(key), by=str(by or "PagerDuty"))


KIND = Kind(page=page, end=end, acknowledged=acknowledged)
