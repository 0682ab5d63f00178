"""An alert, as a monitoring system reported it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

#: Annotation that lists the parts of the alert that could not be read.
READING_NOTE = "firstcheck_note"
#: Annotation with the values that the sender measured: "B=22.5, C=1".
MEASURED = "values"
#: The reasons for which a Grafana alert ends although nothing recovered, by its annotation
#: `grafana_state_reason`.
#: https://grafana.com/docs/grafana/latest/alerting/fundamentals/alert-rule-evaluation/stale-alert-instances/
UNSEEN_REASONS: Mapping[str, str] = {
    "missingseries": "its data is missing",
    "nodata": "there is no data",
    "error": "its query failed",
    "paused": "its rule was paused",
    "ruledeleted": "its rule was deleted",
    "updated": "its rule was changed",
}
#: Names of the alerts that Grafana sends when a rule has no data or fails. `rulename` is the rule's name.
UNSEEN_ALERTS = frozenset({"DatasourceNoData", "DatasourceError"})


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

    @property
    def unseen_because(self) -> str:
        """Why the alert ended although its problem may continue; "" if the alert recovered."""
        reason = self.annotations.get("grafana_state_reason", "")
        return "" if self.firing else UNSEEN_REASONS.get(reason.lower().replace(" ", ""), "")

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
