"""The only place that appends events: load → decide → react → append, repeated after each lost race."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from weakref import WeakValueDictionary

from bot.domain import events
from bot.domain.commands import AnyCommand
from bot.domain.effects import AnyEffect
from bot.domain.events import AnyEvent
from bot.domain.incident.incident import Incident
from bot.domain.rules.decide.decide import decide
from bot.domain.rules.evolve import evolve
from bot.domain.rules.react import react
from bot.engine.bounded import BoundedDict
from bot.engine.redaction import redact_command
from bot.store import AlreadyDone, Change, Conflict, Job, Store

log = logging.getLogger("firstcheck.record")

Clock = Callable[[], datetime]
Watcher = Callable[[Incident, AnyEvent], None]

#: Losing this many races in a row is a bug, not contention.
MAX_RACES = 20
MAX_CACHED_INCIDENTS = 5000


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class RecordResult:
    """The result of a command. If `repeated`, it had been written before and was not written again."""

    incident: Incident
    events: tuple[AnyEvent, ...] = ()
    repeated: bool = False


class Recorder:
    """Writes commands and learned facts as events. Caches folded incidents, to read each event once."""

    def __init__(
        self, store: Store, clock: Clock = utc_now, *, max_cached: int = MAX_CACHED_INCIDENTS
    ) -> None:
        self.store = store
        self.clock = clock
        #: Called for every event after the commit: logs, metrics.
        self.watchers: list[Watcher] = []
        #: Called after a commit that enqueued effects.
        self.wake: Callable[[], None] = lambda: None
        #: A dropped incident is folded from the log again.
        self._folded = BoundedDict[int, Incident](max_cached)
        #: A lock exists while a task holds it or waits for it.
        self._locks: WeakValueDictionary[int | None, asyncio.Lock] = WeakValueDictionary()

    async def load(self, number: int) -> Incident:
        """Return incident `number` in its current version; version 0 if it does not exist."""
        incident = self._folded.get(number, Incident(number=number))
        for recorded in await self.store.log.events(number, after=incident.version):
            incident = evolve(incident, recorded.event)
        self._folded[number] = incident
        return incident

    async def record(
        self,
        command: AnyCommand,
        number: int | None = None,
        *,
        once: str = "",
        claims: Mapping[str, int | None] | None = None,
        seen: int | None = None,
    ) -> RecordResult:
        """Decide `command` on incident `number` (None: a new one) and write the result, without secrets.

        `once` identifies the request: a second request with the same ID changes nothing. Raise Refused if the
        command is not possible. Raise Conflict if `claims` do not hold, or if the incident has changed since
        version `seen`, for which the command was meant; the caller can then load it again.
        """
        command = redact_command(command)
        async with self._locks.setdefault(number, asyncio.Lock()):
            for _ in range(MAX_RACES):
                if once and (done := await self.store.log.lookup(once)) is not None:
                    return RecordResult(incident=await self.load(done), repeated=True)
                incident = await self.load(await self.store.log.next_number() if number is None else number)
                if number is None and incident.version:
                    continue  # another process has taken the number in the meantime
                if seen not in {None, incident.version}:
                    raise Conflict(f"{incident.name} changed in the meantime")
                events = decide(incident, command, self.clock())
                if not events:
                    return RecordResult(incident=incident)
                change = replace(self._change(incident, events), once=once, claims=claims or {})
                try:
                    await self._append(change)
                except AlreadyDone as done_before:
                    return RecordResult(incident=await self.load(done_before.incident), repeated=True)
                except Conflict:
                    if claims or seen is not None:
                        raise
                    continue
                return RecordResult(incident=change.incident, events=events)
        raise Conflict(f"incident {number} changed {MAX_RACES} times while one command was being written")

    async def learn(
        self,
        number: int,
        new_events: tuple[AnyEvent, ...],
        *,
        settles: Job | None = None,
        effects: tuple[AnyEffect, ...] = (),
    ) -> Incident:
        """Write facts learned from outside, and complete the job that learned them.

        Raise LeaseLost if another worker has claimed the job since.
        """
        async with self._locks.setdefault(number, asyncio.Lock()):
            for _ in range(MAX_RACES):
                incident = await self.load(number)
                change = self._change(incident, new_events)
                change = replace(
                    change,
                    settles=settles,
                    effects=(*change.effects, *effects),
                    claims={key: None for event in new_events for key in _places(event, incident)},
                )
                try:
                    await self._append(change)
                except Conflict:
                    continue
                return change.incident
        raise Conflict(f"incident {number} changed {MAX_RACES} times while one fact was being written")

    def _change(self, before: Incident, new_events: tuple[AnyEvent, ...]) -> Change:
        incident = before
        effects: list[AnyEffect] = []
        for event in new_events:
            incident = evolve(incident, event)
            effects += react(event, incident)
        return Change(
            incident=incident,
            after=before.version,
            events=new_events,
            effects=tuple(effects),
            now=self.clock(),
            priority=incident.severity.rank,
        )

    async def _append(self, change: Change) -> None:
        await self.store.log.append(change)
        self._folded[change.incident.number] = change.incident
        for event in change.events:
            for watch in self.watchers:
                watch(change.incident, event)
        if change.effects:
            self.wake()


def _places(event: AnyEvent, incident: Incident) -> tuple[str, ...]:
    """Return the lookup keys that lead from a channel to its incident.

    A private channel has a key of another kind, because its messages are not the incident's.
    """
    match event:
        case events.ChannelOpened() if event.channel != incident.channel.id:
            return (f"channel:{event.channel}",)
        case events.SideChannelOpened():
            return (f"side:{event.channel}",)
        case _:
            return ()
