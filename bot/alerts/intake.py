"""Turns journal rows into incidents: parse → route → group → record."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import nsmallest

from bot.alerts.sources.reading import Unparseable
from bot.alerts.sources.table import SOURCES
from bot.config.settings import Settings
from bot.domain import commands
from bot.domain.alerts import grouping, routing
from bot.domain.alerts.alert import Alert
from bot.domain.alerts.grouping import AlertGroup
from bot.domain.alerts.routing import Route
from bot.domain.errors import Refused
from bot.domain.incident.incident import Incident
from bot.domain.rules import correlation
from bot.domain.rules.correlation import Correlation
from bot.domain.vocabulary import Severity
from bot.engine.declare import choose_runbook, people_to_invite
from bot.engine.record import Recorder
from bot.engine.runbook_library import RunbookLibrary
from bot.store import Conflict, JournalRow, StoreError, StoreUnusable

log = logging.getLogger("firstcheck.intake")

#: How often to try to record alerts while other writers change the same incident. Needing more is a bug.
MAX_RACES = 10
POLL_S = 1.0
#: How many groups are recorded concurrently. The journal is read again after each slice.
MAX_GROUPS_PER_SLICE = 32
MAX_ROWS_PER_READ = 1000
#: Processing is behind if it reads rows that were received longer ago than this.
BEHIND = timedelta(seconds=0.5)
#: Bodies of at least this many characters are parsed in a thread, so as not to block the event loop.
LARGE_BODY_CHARACTERS = 100_000
#: No more rows are read while this many alerts are in memory. One body of 16 MB may hold 200,000 alerts,
#: which take 500 MB of memory.
MAX_ALERTS_IN_MEMORY = 100_000


@dataclass(kw_only=True)
class Progress:
    """The progress of a journal row: the groups still to record, and its entries that could not be read."""

    groups_left: int
    error: str


@dataclass(frozen=True, kw_only=True)
class RowGroup:
    """A group of alerts and the number of the journal row that it came in."""

    row: int
    group: AlertGroup


@dataclass
class Intake:
    """Processes the journal. A row is marked processed once all of its alerts are recorded."""

    recorder: Recorder
    settings: Settings
    runbooks: RunbookLibrary = field(default_factory=RunbookLibrary)
    #: Called for every alert that is left out, with the reason. Repeats are not counted.
    watchers: list[Callable[[Alert, str], None]] = field(default_factory=list)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Read the journal now."""
        self._woken.set()

    async def run(self) -> None:
        """Process the journal until cancelled."""
        while True:
            self._woken.clear()
            try:
                await self.work()
            except StoreError as error:
                log.warning("could not process the journal, will retry: %s", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await self._woken.wait()

    async def work(self) -> None:
        """Process all pending rows: the highest severity first, and the alerts of one incident in order.

        New rows are read between two slices, so that a storm does not delay a sev1. While it lags behind,
        only sev1 is processed, because unread rows may contain one.
        """
        queues: dict[str, deque[RowGroup]] = {}
        rows: dict[int, Progress] = {}
        while (read_up_to := await self._read(queues, rows)) or queues:
            urgent = nsmallest(MAX_GROUPS_PER_SLICE, queues, key=lambda key: _rank(queues[key]))
            if read_up_to and self.recorder.clock() - read_up_to > BEHIND:
                urgent = [key for key in urgent if _rank(queues[key]) == Severity.SEV1.rank]
            groups = [queues[key].popleft() for key in urgent]
            for key in urgent:
                if not queues[key]:
                    del queues[key]
            errors = await asyncio.gather(*map(self._process, groups))
            settled = list[Awaitable[None]]()
            for each, error in zip(groups, errors, strict=True):
                progress = rows[each.row]
                progress.groups_left -= 1
                if error or not progress.groups_left:
                    settled.append(self._settle(each.row, error or progress.error))
            await asyncio.gather(*settled)

    async def _read(self, queues: dict[str, deque[RowGroup]], rows: dict[int, Progress]) -> datetime | None:
        """Queue some of the journal's new rows and return when the last one was received (UTC).

        Return None if there are no new rows, or too many alerts in memory.
        """
        in_memory = sum(len(each.group.alerts) for queue in queues.values() for each in queue)
        if in_memory >= MAX_ALERTS_IN_MEMORY:
            return None
        self._woken.clear()
        found = await self.recorder.store.journal.pending(MAX_ROWS_PER_READ, after=max(rows, default=0))
        for row in found:
            if in_memory >= MAX_ALERTS_IN_MEMORY:
                break
            groups, error = await self._groups(row)
            rows[row.id] = Progress(groups_left=len(groups), error=error)
            for group in groups:
                queues.setdefault(group.route.key, deque()).append(RowGroup(row=row.id, group=group))
                in_memory += len(group.alerts)
            if not groups:
                await self._settle(row.id, error)
        return found[-1].received_at if found else None

    async def _settle(self, row: int, error: str = "") -> None:
        """Mark the row processed, or quarantined because of an error. The first outcome wins."""
        await self.recorder.store.journal.settle(row, "quarantined" if error else "processed", error)

    async def _groups(self, row: JournalRow) -> tuple[list[AlertGroup], str]:
        """Return a row's alerts in groups, and a sentence about the entries that can't be read."""
        groups, ignored, error = list[AlertGroup](), list[tuple[Alert, str]](), ""
        try:
            if len(row.body) < LARGE_BODY_CHARACTERS:
                groups, ignored, error = self._parse(row)
            else:
                groups, ignored, error = await asyncio.to_thread(self._parse, row)
        except (Unparseable, KeyError) as unreadable:
            error = str(unreadable)
        except Exception as bug:  # a bug that one body triggers must not stop the others
            log.exception("journal row %s could not be read", row.id)
            error = f"internal error: {bug}"
        for alert, reason in ignored:
            self._ignore(alert, reason)
        if error:
            log.warning("journal row %s is quarantined: %s", row.id, error)
        return groups, error

    def _parse(self, row: JournalRow) -> tuple[list[AlertGroup], list[tuple[Alert, str]], str]:
        """Return a row's grouped alerts, its ignored ones, and a sentence about entries that can't be read.

        Runs in a thread, so it changes no shared state.
        """
        notification = SOURCES[row.source](row.body, row.received_at)
        routed, ignored = list[tuple[Alert, Route]](), list[tuple[Alert, str]]()
        for alert in notification.alerts:
            route = self._route(alert)
            if route.ignored and alert.firing:
                ignored.append((alert, route.ignored))
            else:
                routed.append((alert, route))
        return list(grouping.group_by_incident(routed)), ignored, notification.error

    def _route(self, alert: Alert) -> Route:
        settings = self.settings
        route = routing.route(alert, settings.rules, settings.default_severity, settings.severities)
        return replace(route, invite=people_to_invite(route.invite, route.service, settings))

    def _ignore(self, alert: Alert, reason: str) -> None:
        log.info("ignored %s alert %s: %s", alert.status, alert.key, reason)
        for watch in self.watchers:
            watch(alert, reason)

    async def _process(self, each: RowGroup) -> str:
        """Record a group; return why it could not be recorded, or ""."""
        try:
            await self._record(each.group)
        except StoreUnusable:
            raise
        except Exception as error:  # a bug must neither stop the other groups nor lose this one
            log.exception("journal row %s is quarantined", each.row)
            return f"internal error: {error}"
        return ""

    async def _record(self, group: AlertGroup) -> None:
        """Record a group in its incident, or in a new one if the earlier one is over."""
        recorder, route = self.recorder, group.route
        key, source = f"alerts:{route.key}", group.alerts[0].source
        labels = group.alerts[0].labels
        runbook, why = choose_runbook(route.service, labels, self.settings, self.runbooks, recorder)
        command = commands.ReceiveAlerts(
            by=source, alerts=(), route=route, runbook=runbook, runbook_reason=why
        )
        for _ in range(MAX_RACES):
            number = await recorder.store.log.lookup(key)
            placed = await self._correlate(group.alerts, number)
            try:
                for earlier, resolved in placed.earlier.items():
                    await recorder.record(replace(command, alerts=tuple(resolved)), earlier)
                if placed.alerts and placed.joins:
                    await recorder.record(replace(command, alerts=tuple(placed.alerts)), placed.joins)
                elif placed.alerts:
                    new = replace(command, alerts=tuple(placed.alerts), previous=number)
                    await recorder.record(new, claims={key: number})
            except (Conflict, Refused):  # refused: the incident was cancelled in the meantime
                continue
            return
        raise Conflict(f"saving the alerts of {route.key} conflicted with other changes {MAX_RACES} times")

    async def _correlate(self, alerts: tuple[Alert, ...], number: int | None) -> Correlation:
        """Return where the alerts go, and save the resolutions of alerts not seen yet."""
        incidents: list[Incident] = []
        unknown, has_open = {alert.key for alert in alerts}, False
        # People may have reopened an earlier incident after the newest one ended.
        while number and (unknown or not has_open) and len(incidents) <= correlation.MAX_EARLIER:
            incident = await self.recorder.load(number)
            incidents.append(incident)
            unknown -= incident.alerts.keys()
            has_open = has_open or not incident.status.is_over
            number = incident.previous
        journal, now = self.recorder.store.journal, self.recorder.clock()
        ends = await journal.ends(unknown, now - correlation.ENDS_KEPT) if unknown else {}
        placed = correlation.correlate(alerts, incidents, ends, now)
        for alert, reason in placed.ignored:
            if reason != correlation.REPEATED:
                self._ignore(alert, reason)
        if placed.ends:
            await journal.keep_ends(placed.ends, now)
        return placed


def _rank(queue: deque[RowGroup]) -> int:
    """Return the severity rank of a queue's first group; 1 is the highest."""
    return queue[0].group.route.severity.rank
