"""Decides which incident each alert belongs to, and which alerts change nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain.alerts.alert import Alert
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Status

#: If an alert fires this soon after the close, the incident is reopened. If it fires later, it opens a new
#: incident.
REOPEN_WITHIN = timedelta(minutes=30)
#: How long a resolution is kept in case its firing arrives later. Retries can arrive out of order.
ENDS_KEPT = timedelta(hours=24)
#: How many earlier incidents of the same route are searched for an alert.
MAX_EARLIER = 10

REPEATED = "it is a repeat"
CANCELLED = "its episode was cancelled as a false alarm"
OUTDATED = "it has already resolved"
NEVER_FIRED = "it is the resolution of an unknown alert"


@dataclass(kw_only=True)
class Correlation:
    """Where the alerts of one route go."""

    #: The number of the incident that they join; None for a new incident.
    joins: int | None
    #: The alerts for that incident. Empty if nothing is new.
    alerts: list[Alert] = field(default_factory=list)
    #: Resolutions for earlier incidents that are over, by incident number.
    earlier: dict[int, list[Alert]] = field(default_factory=dict)
    #: Resolutions to keep because they may have overtaken their firing: the start of each alert (UTC), by
    #: key.
    ends: dict[str, datetime] = field(default_factory=dict)
    #: Alerts that are left out, with the reason.
    ignored: list[tuple[Alert, str]] = field(default_factory=list)


def correlate(
    alerts: Iterable[Alert], incidents: Sequence[Incident], ends: Mapping[str, datetime], now: datetime
) -> Correlation:
    """Return where the alerts go at `now` (UTC).

    `incidents` are those of the route: the current one and the ones before it. Open ones come first, then the
    one that people ended last, because they may have reopened an earlier one. `ends` holds the resolutions
    kept earlier: the start of each alert (UTC), by its key.

    A firing alert always goes to an open incident, with two exceptions: a repeat of an episode that was
    cancelled as a false alarm, and a late copy of an episode that has already resolved.
    """
    incidents = sorted(incidents, key=_last_active, reverse=True)
    target = next((incident for incident in incidents[:1] if is_joined(incident, now)), None)
    result = Correlation(joins=target.number if target else None)
    latest: dict[str, Alert] = {}
    placed: set[str] = set()
    known_ends = dict(ends)
    for alert in alerts:
        owner = _owner(alert.key, incidents)
        if alert.key in latest:
            reason = "" if alert.changes(latest[alert.key]) else REPEATED
        elif owner:
            reason = _reason(alert, owner, now)
        else:
            reason = _reason_if_unknown(alert, known_ends)
            if reason == NEVER_FIRED and alert.start_told:
                known_ends[alert.key] = result.ends[alert.key] = alert.starts_at
        if reason:
            result.ignored.append((alert, reason))
            continue
        latest[alert.key] = alert
        if owner and owner is not target and not alert.firing and alert.key not in placed:
            result.earlier.setdefault(owner.number, []).append(alert)
        else:
            placed.add(alert.key)
            result.alerts.append(alert)
    return result


def is_joined(incident: Incident, now: datetime) -> bool:
    """Return whether alerts join the incident instead of starting another one."""
    if not incident.status.is_over:
        return True
    closed_at = incident.closed_at
    return incident.status is Status.CLOSED and closed_at is not None and now - closed_at < REOPEN_WITHIN


def _last_active(incident: Incident) -> tuple[bool, datetime, int]:
    """Return a sort key: open incidents are the largest, followed by those that ended last."""
    ended_at = incident.closed_at if incident.status.is_over else None
    return not incident.status.is_over, ended_at or datetime.min.replace(tzinfo=UTC), incident.number


def is_news(alert: Alert, incident: Incident, now: datetime) -> bool:
    """Return whether the alert changes the incident at `now` (UTC).

    After the close a repeat is news as well, because the alert is still firing. A day after its resolution
    was recorded (ENDS_KEPT), a firing is news even with the same start: some senders never change it.
    """
    before = incident.alerts.get(alert.key)
    if before is None:
        return alert.firing
    if alert.changes(before):
        return True
    if not alert.firing:
        return False
    if before.firing:
        return incident.status is Status.CLOSED
    return now - incident.alerts_at[alert.key] >= ENDS_KEPT


def still_firing(incident: Incident, status: Status) -> str:
    """Return a sentence about alerts that fire when the incident ends in `status`, or "" if none does."""
    count = sum(alert.firing for alert in incident.alerts.values())
    if not count:
        return ""
    text = "1 alert is still firing." if count == 1 else f"{count} alerts are still firing."
    match status:
        case Status.CLOSED:
            minutes = REOPEN_WITHIN // timedelta(minutes=1)
            later = "A later repeat opens a new incident."
            return f"{text} A repeat within {minutes} min reopens this incident. {later}"
        case Status.CANCELLED:
            return f"{text} Repeats are ignored. An alert that fires again opens a new incident."
        case _:
            return text


def _owner(key: str, incidents: Iterable[Incident]) -> Incident | None:
    """Return the incident whose state counts for an alert, or None if the alert is new.

    It is the one that heard of the alert last or, if the alert is firing there, the first of those in which
    it is firing.
    """
    known = [incident for incident in incidents if key in incident.alerts]
    latest = max(known, key=lambda incident: incident.alerts_at[key], default=None)
    if latest is None or not latest.alerts[key].firing:
        return latest
    return next(incident for incident in known if incident.alerts[key].firing)


def _reason_if_unknown(alert: Alert, ends: Mapping[str, datetime]) -> str:
    """Return why an alert that belongs to no incident is ignored, or "" if it isn't."""
    if not alert.firing:
        return NEVER_FIRED
    began = ends.get(alert.key)
    return OUTDATED if began is not None and alert.starts_at <= began else ""


def _reason(alert: Alert, owner: Incident, now: datetime) -> str:
    """Return why an alert that the incident already has is ignored, or "" if it isn't."""
    if is_news(alert, owner, now):
        return ""
    if alert.firing and not owner.alerts[alert.key].firing:
        return OUTDATED
    return CANCELLED if alert.firing and owner.status is Status.CANCELLED else REPEATED
