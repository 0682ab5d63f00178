"""Notifies people of incidents whose channels are delayed, at most once a minute per person."""

from dataclasses import replace
from datetime import timedelta

from bot.domain import effects, events
from bot.domain.incident.incident import Incident
from bot.engine.bounded import BoundedDict
from bot.engine.outbox import Done, Task, effect_of
from bot.slack.views import direct_message
from bot.slack.views.blocks import Screen

#: How many people to remember, and how many incidents for each of them.
MAX_REMEMBERED = 10_000


class DelayNotices:
    """Collects the delayed incidents of each person. A restart forgets them and sends at most one more."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        #: When each person may get the next message, in seconds since 1970.
        self._next = BoundedDict[str, float](MAX_REMEMBERED)
        #: The incidents each person has not been notified of yet, by number.
        self._waiting = BoundedDict[str, dict[int, Incident]](MAX_REMEMBERED)
        self._told = BoundedDict[tuple[str, int], bool](MAX_REMEMBERED)

    def message(self, person: str, event: events.ChannelDelayed, task: Task) -> Screen | None:
        """Return the message for a person, or None if they got one already or have to wait for a summary."""
        incident, now = task.incident, task.now.timestamp()
        if (person, incident.number) in self._told:
            return None
        waiting = self._waiting.get(person, {})
        if 0 < self._next.get(person, 0.0) - now <= self._every_s:
            self._waiting[person] = {**waiting, incident.number: incident}
            return None
        self._next[person] = now + self._every_s
        self._waiting[person] = {}
        together = {**waiting, incident.number: incident}
        for number in together:
            self._told[person, number] = True
        if len(together) == 1:
            return direct_message.direct_message(event, incident)
        return direct_message.delayed_channels(tuple(together.values()))

    def later(self, people: tuple[str, ...], task: Task) -> Done:
        """Return Done, with a new effect if somebody has not been notified yet.

        A new effect for a later time does not block other effects, unlike a retry.
        """
        number = task.incident.number
        if all((person, number) in self._told for person in people):
            return Done()
        due = min(self._next[person] for person in people if (person, number) not in self._told)
        wait = timedelta(seconds=max(0.0, due - task.now.timestamp()))
        notify = effect_of(task, effects.NotifyPeople)
        return Done(effects=(replace(notify, not_before=task.now + wait),))
