"""What to do when an effect failed for good: report it another way."""

from collections.abc import Iterator

from bot.domain import effects, events
from bot.domain.incident.incident import Incident


def report_failure(event: events.EffectGaveUp, incident: Incident) -> Iterator[effects.AnyEffect]:
    """Say what is missing, by ways that never failed here: others would call for each other for ever."""
    failed = {lost.effect for lost in incident.failures}
    yield from (way for way in _other_ways(event, incident) if type(way).__name__ not in failed)


def _other_ways(event: events.EffectGaveUp, incident: Incident) -> Iterator[effects.AnyEffect]:
    if event.effect in {"OpenChannel", "JoinChannel", "ShowCard"}:
        yield effects.TellPeople(version=incident.version)
        yield effects.ShowDigest()
    elif event.effect in {"ShowStep", "ShowHypothesis", "ShowNudge", "ShowTimeBox", "ShowRunbookEnd"}:
        yield effects.TellChannel(version=incident.version)
    yield effects.ShowCard()
