"""A small monitor that logs in repeatedly and sends alerts in the format of Prometheus Alertmanager."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from bot.alerts.sources.alertmanager import fingerprint
from bot.alerts.sources.times import NEVER
from bot.demo.auth_service import CREDENTIALS

MAX_RETRY_S = 5.0
HEADERS = {"User-Agent": "Alertmanager/0.25.0", "Content-Type": "application/json"}
LABELS = {"alertname": "LoginFailureRatioHigh", "env": "prod", "service": "auth", "severity": "critical"}
GROUPED_BY = ("alertname", "service")


@dataclass(kw_only=True)
class LoginMonitor:
    """Logs in at `auth_url`, and posts an alert to `alerts_url` when logins start to fail or recover.

    The alert fires when at least `threshold` (0 to 1) of the last `window` logins failed. `clock` returns the
    time in UTC.
    """

    client: httpx.AsyncClient
    auth_url: str
    alerts_url: str
    clock: Callable[[], datetime]
    every_s: float = 0.2
    window: int = 10
    threshold: float = 0.3
    _failed: deque[bool] = field(init=False)
    _firing_since: datetime | None = None
    _summary: str = ""

    def __post_init__(self) -> None:
        """Create the window of the last logins."""
        self._failed = deque(maxlen=self.window)

    async def watch(self) -> None:
        """Log in every `every_s` seconds and post changes, until cancelled."""
        while True:
            await self.probe_once()
            await asyncio.sleep(self.every_s)

    async def probe_once(self) -> None:
        """Log in once, and post if the failure ratio crossed the threshold."""
        self._failed.append(not await self._succeeds(f"{self.auth_url}/login", json=CREDENTIALS))
        ratio = sum(self._failed) / len(self._failed)
        enough = len(self._failed) == self.window
        if self._firing_since is None and enough and ratio >= self.threshold:
            self._firing_since = self.clock()
            self._summary = f"{ratio:.0%} of logins fail"
            await self._post(notification(self._summary, self._firing_since))
        elif self._firing_since is not None and ratio < self.threshold:
            await self._post(notification(self._summary, self._firing_since, self.clock()))
            self._firing_since = None

    async def _post(self, body: bytes) -> None:
        """Post the notification until it is accepted, with exponential backoff."""
        wait_s = 0.1
        while not await self._succeeds(self.alerts_url, content=body, headers=HEADERS):
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, MAX_RETRY_S)

    async def _succeeds(self, url: str, **content: Any) -> bool:
        """Post to `url` and return whether it succeeds. No response counts as a failure."""
        try:
            return (await self.client.post(url, **content)).is_success
        except httpx.HTTPError:
            return False


def notification(
    summary: str, starts_at: datetime, ends_at: datetime | None = None, service: str = "auth"
) -> bytes:
    """Return a notification with an alert of the service as Alertmanager formats it: webhook version 4.

    The format: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
    """
    status = "firing" if ends_at is None else "resolved"
    labels, annotations = {**LABELS, "service": service}, {"summary": summary}
    if service == LABELS["service"]:
        annotations["description"] = "Users cannot log in: POST /login answers with an error."
    alert = {
        "status": status,
        "labels": labels,
        "annotations": annotations,
        "startsAt": _go_time(starts_at),
        "endsAt": NEVER if ends_at is None else _go_time(ends_at),
        "generatorURL": "http://prometheus.example:9090/graph?g0.expr=login_failure_ratio+%3E%3D+0.3",
        "fingerprint": fingerprint(labels),
    }
    group = {name: labels[name] for name in GROUPED_BY}
    group_key = "{}:{" + ", ".join(f'{name}="{value}"' for name, value in group.items()) + "}"
    content = {
        "receiver": "firstcheck",
        "status": status,
        "alerts": [alert],
        "groupLabels": group,
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": "http://alertmanager.example:9093",
        "version": "4",
        "groupKey": group_key,
        "truncatedAlerts": 0,
    }
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"


def _go_time(moment: datetime) -> str:
    """Return RFC 3339 text as Go formats it: UTC as Z, without trailing zeros in the fraction."""
    text = moment.strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".")
    return f"{text}Z"
