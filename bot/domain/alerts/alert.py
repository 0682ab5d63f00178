"""An alert, as a monitoring system reported it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AlertStatus(StrEnum):
    """The state of an alert."""

    FIRING = "firing"
    RESOLVED = "resolved"


@dataclass(frozen=True, kw_only=True)
class Alert:
    """An alert from a source, identified by `(source, fingerprint)`. Times are UTC."""

    source: str
    fingerprint: str
    status: AlertStatus
    title: str
    starts_at: datetime
    #: Whether the source sent the start time. If not, `starts_at` is the time of receipt on our clock.
    start_told: bool = True
    ends_at: datetime | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    #: The labels that the source grouped by. Empty if it does not group.
    group: Mapping[str, str] = field(default_factory=dict)
    url: str = ""

    @property
    def key(self) -> str:
        """The alert's key, unique across sources."""
        return f"{self.source}:{self.fingerprint}"

    @property
    def firing(self) -> bool:
        """Whether the alert is firing."""
        return self.status is AlertStatus.FIRING

    def changes(self, known: "Alert") -> bool:
        """Return whether this report changes anything compared with `known`, the latest of the same alert.

        Senders repeat and retry with identical bodies, sometimes late, so only the state can tell: firing
        while firing is a repeat, and an end before the known start is stale. An end is not compared with a
        start that the source did not send, because the sender's clock may be behind ours.
        """
        if self.status is known.status:
            return False
        if self.firing:
            return self.starts_at > known.starts_at
        return self.ends_at is None or not known.start_told or self.ends_at >= known.starts_at
