"""Reports the permanent failure of an effect, through other effects."""

from collections.abc import Iterator

from bot.domain import effects, events
from bot.domain.incident.incident import Incident
from bot.domain.stored_names import stored_name

#: Stored names of effects whose failure leaves the channel unusable, so that people need a direct message.
CHANNEL_UNUSABLE = set(map(stored_name, (effects.OpenChannel, effects.JoinChannel, effects.ShowCard)))
_MESSAGES = (effects.ShowStep, effects.ShowHypothesis, effects.ShowHint, effects.ShowTimeBox)
#: Stored names of effects whose failure leaves a gap in the channel, which is reported there.
GAP_IN_CHANNEL = set(map(stored_name, (*_MESSAGES, effects.ShowRunbookEnd)))


def report_failure(event: events.EffectFailed, incident: Incident) -> Iterator[effects.AnyEffect]:
    """Yield the effects that report a failure, apart from those that failed in this incident before.

    Two effects that report each other's failure would never stop.
    """
    failed = {failure.effect for failure in incident.failures}
    yield from (effect for effect in _reports(event, incident) if stored_name(type(effect)) not in failed)


def _reports(event: events.EffectFailed, incident: Incident) -> Iterator[effects.AnyEffect]:
    if event.effect in CHANNEL_UNUSABLE:
        yield effects.NotifyPeople(version=incident.version)
        yield effects.ShowDigest()
    elif event.effect in GAP_IN_CHANNEL:
        yield effects.Announce(version=incident.version)
    yield effects.ShowCard()
