"""Selects the events that are published as updates outside the incident's channel, and their effects."""

from collections.abc import Iterator

from bot.domain import effects, events
from bot.domain.incident.incident import Incident


def is_update(event: events.AnyEvent) -> bool:
    """Return whether the event is an update. A status set by an alert does not count, because alerts flap."""
    match event:
        case events.UpdatePosted():
            return True
        case events.StatusChanged():
            return bool(event.note) and event.by != events.FIRSTCHECK
        case _:
            return False


def publish(event: events.AnyEvent, incident: Incident) -> Iterator[effects.AnyEffect]:
    """Yield the effects that publish an update, or the end of an incident whose updates were published."""
    is_end = isinstance(event, events.IncidentResolved) and not event.told_later
    is_turn = is_end or isinstance(event, events.IncidentCancelled | events.IncidentReopened)
    if is_update(event) or (is_turn and incident.has_updates):
        yield effects.ShowDigest()
        yield effects.PublishUpdate(version=incident.version)
