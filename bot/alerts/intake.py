"""From the journal to incidents: parse → route → record, each alert to its incident."""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import nsmallest

from bot.alerts.sources import SOURCES, Unparseable
from bot.config.settings import Settings
from bot.domain import commands
from bot.domain.alerts.alert import Alert
from bot.domain.alerts.routing import Route, route
from bot.domain.incident.incident import Incident
from bot.domain.rules.decide.alerts import has_news
from bot.domain.vocabulary import Status
from bot.engine.declare import choose_runbook, people_to_invite
from bot.engine.record import Recorder
from bot.engine.runbook_library import RunbookLibrary
from bot.store import Conflict, JournalRow, StoreError, StoreUnusable

log = logging.getLogger("firstcheck.intake")

#: An alert that fires again this soon after the close means that it was not over.
REOPEN_WITHIN = timedelta(minutes=30)
#: Two alerts racing for one incident: the loser looks again, and this often is never needed.
MAX_RACES = 10
#: An end that was heard of before its beginning waits so long for it: retries overtake each other.
ENDS_KEPT = timedelta(hours=24)
POLL_S = 1.0
#: So many incidents at once; between two slices what came in meanwhile is looked at.
MAX_ALERTS_PER_SLICE = 32
#: Rows of the journal read at a time, at the most.
MAX_ROWS_PER_READ = 1000
#: Characters from which a body is read beside the event loop.
LARGE_BODY_CHARACTERS = 100_000
#: Alerts of one incident that are written at a time: everything else waits for them.
MAX_ALERTS_PER_WRITE = 1000
#: Alerts in hand with which no more is read from the journal: one body of 16 MB may hold 200,000, in 500 MB.
MAX_ALERTS_PER_INCIDENT = 100_000


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Alerts of one journal row that belong to one incident, or some of them."""

    row: int
    where: Route
    alerts: tuple[Alert, ...]


@dataclass
class Intake:
    """Works the journal off; a row is ticked once all that it meant is written."""

    recorder: Recorder
    settings: Settings
    runbooks: RunbookLibrary = field(default_factory=RunbookLibrary)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Look into the journal now."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self._woken.clear()
            try:
                await self.work()
            except StoreError as why:
                log.warning("the journal could not be worked off; trying again: %s", why)
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await self._woken.wait()

    async def work(self) -> None:
        """Work off all that is pending: the worst first, what belongs together in order.

        What comes in meanwhile is looked at between two slices, so that a storm does not hold up a sev1.
        """
        chains: dict[str, deque[Batch]] = {}
        left: Counter[int] = Counter()
        while await self._read(chains, left) or chains:
            worst = nsmallest(
                MAX_ALERTS_PER_SLICE, chains, key=lambda key: chains[key][0].where.severity.rank
            )
            batches = [chains[key].popleft() for key in worst]
            for key in worst:
                if not chains[key]:
                    del chains[key]
            for batch, why in zip(
                batches, await asyncio.gather(*map(self._process_row, batches)), strict=True
            ):
                left[batch.row] -= 1
                if why or not left[batch.row]:
                    await self._settle(batch.row, why)

    async def _read(self, chains: dict[str, deque[Batch]], left: Counter[int]) -> bool:
        """Add some of what is new in the journal; returns whether there was anything."""
        in_hand = sum(len(batch.alerts) for chain in chains.values() for batch in chain)
        if in_hand >= MAX_ALERTS_PER_INCIDENT:
            return True
        self._woken.clear()
        rows = await self.recorder.store.journal.pending(MAX_ROWS_PER_READ, after=max(left, default=0))
        for row in rows:
            if in_hand >= MAX_ALERTS_PER_INCIDENT:
                break
            batches = await self._batches(row)
            left[row.id] = len(batches)
            for batch in batches:
                chains.setdefault(batch.where.key, deque()).append(batch)
                in_hand += len(batch.alerts)
            if not batches:
                await self._settle(row.id)
        return bool(rows)

    async def _settle(self, row: int, why: str = "") -> None:
        """Tick the row, or quarantine it; how it ended first, it stays."""
        await self.recorder.store.journal.settle(row, "quarantined" if why else "processed", why)

    async def _batches(self, row: JournalRow) -> list[Batch]:
        """Return a row's alerts by the incident they belong to; what cannot be read is quarantined."""
        try:
            if len(row.body) < LARGE_BODY_CHARACTERS:
                return self._read_row(row)
            return await asyncio.to_thread(self._read_row, row)
        except (Unparseable, KeyError) as error:
            log.warning("journal row %s is quarantined: %s", row.id, error)
            await self._settle(row.id, str(error))
        except Exception as error:  # a mistake of ours in one body must not stop the others
            log.exception("journal row %s is quarantined", row.id)
            await self._settle(row.id, f"an error of ours: {error}")
        return []

    def _read_row(self, row: JournalRow) -> list[Batch]:
        """Parse a row and route its alerts; touches nothing that the event loop changes."""
        incidents: dict[str, list[tuple[Alert, Route]]] = {}
        for alert in SOURCES[row.source](row.body, row.received_at):
            where = self._route_alerts(alert)
            incidents.setdefault(where.key, []).append((alert, where))
        return [batch for routed in incidents.values() for batch in _batched(row.id, routed)]

    async def _process_row(self, batch: Batch) -> str:
        """Record what belongs together; returns why it could not be, or nothing."""
        try:
            await self._record_batch(batch.where, batch.alerts)
        except StoreUnusable:
            raise
        except Exception as error:  # what we cannot handle must not stop the others, nor be lost
            log.exception("journal row %s is quarantined", batch.row)
            return f"an error of ours: {error}"
        return ""

    def _route_alerts(self, alert: Alert) -> Route:
        where = route(alert, self.settings.rules, self.settings.default_severity, self.settings.severities)
        return replace(where, invite=people_to_invite(where.invite, where.service, self.settings))

    async def _record_batch(self, where: Route, alerts: tuple[Alert, ...]) -> None:
        key = f"alerts:{where.key}"
        labels = alerts[0].labels
        runbook, why = choose_runbook(where.service, labels, self.settings, self.runbooks, self.recorder)
        for _ in range(MAX_RACES):
            known = await self.recorder.store.log.lookup(key)
            incident = await self.recorder.load(known) if known is not None else None
            heard = incident or Incident(number=0)
            alive = await self._open_firings(heard, alerts)
            if not has_news(heard, alive):
                return
            command = commands.ReceiveAlerts(
                by=alerts[0].source, alerts=alive, route=where, runbook=runbook, runbook_reason=why
            )
            joins = incident is not None and self._accepts_reopen(incident)
            if incident and not joins:
                command = replace(command, previous=incident.number)
            try:
                if joins:
                    await self.recorder.record(command, known)
                else:
                    await self.recorder.record(command, claims={key: known})
            except Conflict:
                continue
            return
        raise Conflict(f"the alerts of {where.key} lost {MAX_RACES} races")

    async def _open_firings(self, incident: Incident, alerts: tuple[Alert, ...]) -> tuple[Alert, ...]:
        """Return the alerts without beginnings of what is over, and keep the ends of what is unknown."""
        unknown = {alert.key for alert in alerts} - incident.alerts.keys()
        if not unknown:
            return alerts
        store, now = self.recorder.store, self.recorder.clock()
        over = await store.journal.ends(unknown, now - ENDS_KEPT)
        ended: dict[str, datetime] = {}
        alive = []
        for alert in alerts:
            if alert.key in unknown:
                if alert.firing and alert.key in over and alert.starts_at <= over[alert.key]:
                    log.info("%s is not taken: it was over before it was heard of", alert.key)
                    continue
                if alert.firing:
                    unknown.remove(alert.key)
                elif alert.start_told:
                    over[alert.key] = ended[alert.key] = alert.starts_at
            alive.append(alert)
        if ended:
            await store.journal.keep_ends(ended, now)
        return tuple(alive)

    def _accepts_reopen(self, incident: Incident) -> bool:
        """Whether alerts of its key still belong to this incident."""
        if not incident.status.is_over:
            return True
        closed = incident.closed_at
        recent = closed is not None and self.recorder.clock() - closed < REOPEN_WITHIN
        return recent and incident.status is Status.CLOSED


def _batched(row: int, routed: list[tuple[Alert, Route]]) -> Iterator[Batch]:
    """Yield the alerts of one incident, so many at a time.

    Those that still fire come first: else it could look between two batches as if all had resolved. And what
    has resolved says nothing of how bad it is.
    """
    last = {alert.key: alert for alert, _ in routed}
    routed.sort(key=lambda each: not last[each[0].key].firing)
    wheres = [where for alert, where in routed if alert.firing] or [routed[0][1]]
    worst = min((where.severity for where in wheres), key=lambda severity: severity.rank)
    where = replace(wheres[0], severity=worst)
    for start in range(0, len(routed), MAX_ALERTS_PER_WRITE):
        alerts = tuple(alert for alert, _ in routed[start : start + MAX_ALERTS_PER_WRITE])
        yield Batch(row=row, where=where, alerts=alerts)
