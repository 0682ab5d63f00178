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

    def changes(self, latest: "Alert") -> bool:
        """Return whether this report changes anything compared with `latest`, the last one of this alert.

        Senders repeat and retry identical bodies, sometimes late, so only the states show what is new. A
        later start is a new episode, even if the resolution between them was lost. A resolution from before
        the latest start is stale. Times that the source did not send are not compared with ones that it
        sent, because its clock may be behind ours.
        """
        if self.firing:
            is_later = self.starts_at > latest.starts_at
            return is_later and (self.start_told or not latest.firing)
        if not latest.firing:
            return False
        return self.ends_at is None or not latest.start_told or self.ends_at >= latest.starts_at
