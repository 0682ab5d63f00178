"""One signal from a monitor, and how bad an incident is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AlertStatus(StrEnum):
    """What a monitor says of an alert."""

    FIRING = "firing"
    RESOLVED = "resolved"


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One alert as a source reported it, named by `(source, fingerprint)`; times are UTC."""

    source: str
    fingerprint: str
    status: AlertStatus
    title: str
    starts_at: datetime
    #: Whether the source said when it began; else `starts_at` is when it was heard of, on our clock.
    start_told: bool = True
    ends_at: datetime | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    #: What the source itself grouped by; empty when it does not group.
    group: Mapping[str, str] = field(default_factory=dict)
    url: str = ""

    @property
    def key(self) -> str:
        """The alert's name among all sources."""
        return f"{self.source}:{self.fingerprint}"

    @property
    def firing(self) -> bool:
        """Whether it still fires."""
        return self.status is AlertStatus.FIRING

    def changes(self, known: "Alert") -> bool:
        """Whether this tells more than `known`, the last that was heard of the same alert.

        Senders repeat and retry with byte-identical bodies, late ones too, so only the state can tell: what
        fires while it fired is a repeat, and an end before the episode known of is stale. An end is not held
        against a start that was not told: it is on the sender's clock, which may be behind ours.
        """
        if self.status is known.status:
            return False
        if self.firing:
            return self.starts_at > known.starts_at
        return self.ends_at is None or not known.start_told or self.ends_at >= known.starts_at
