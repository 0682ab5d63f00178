"""What an outbox task is about: its event, and whether its channel still exists."""

from bot.domain import effects, events
from bot.domain.incident.incident import Incident
from bot.engine.outbox import Task
from bot.store import Store

_AboutEvent = effects.Announce | effects.NotifyPeople | effects.NotifyChannel | effects.PublishUpdate


async def event_of(store: Store, task: Task) -> events.AnyEvent:
    """Return the event that the task's effect is about. Raise TypeError if it is about none."""
    effect = task.effect
    if not isinstance(effect, _AboutEvent):
        raise TypeError(f"{type(effect).__name__} is not about an event")
    recorded = await store.log.events(task.incident.number, after=effect.version - 1)
    return recorded[0].event


def is_lost(incident: Incident, channel: str) -> bool:
    """Return whether `channel` is the incident's channel and the bot can no longer write to it."""
    return bool(incident.channel.lost_reason) and channel == incident.channel.id
