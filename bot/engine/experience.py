"""What closed incidents taught, kept in memory, and laid over a runbook when it is chosen."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain import events as e
from bot.domain.experience import Lesson, learned, lesson
from bot.domain.folding import fold
from bot.domain.incident import Incident
from bot.domain.runbook import Runbook, choose, stale
from bot.domain.words import Status
from bot.store import Store, StoreError

log = logging.getLogger("firstcheck.experience")

#: Looked back at when Firstcheck starts; what is older has faded.
MOST_INCIDENTS = 500


@dataclass
class Experience:
    """The runbooks and what is known of them; choosing one asks no store."""

    runbooks: tuple[Runbook, ...] = ()
    #: A runbook whose review is longer ago says so.
    review_days: int = 180
    _lessons: dict[int, Lesson] = field(default_factory=dict)

    def choose(
        self, service: str, labels: Mapping[str, str], now: datetime, *, named: str = ""
    ) -> tuple[Runbook | None, str]:
        """Return the runbook for an incident, with what closed ones taught of it, and a sentence why."""
        runbook, why = choose(self.runbooks, service, labels, named=named)
        if runbook is None:
            return None, why
        taught = learned(runbook, self._lessons.values(), now)
        return replace(taught, stale=stale(runbook, now.date(), self.review_days)), why

    def watch(self, incident: Incident, _: e.AnyEvent | None = None) -> None:
        """Learn from an incident when it closes and when more is said of it; forget it when it reopens."""
        taught = lesson(incident)
        if taught:
            self._lessons[incident.number] = taught
        else:
            self._lessons.pop(incident.number, None)

    async def recall(self, store: Store) -> None:
        """Learn from the incidents that closed before this process began."""
        for row in await store.log.incidents(limit=MOST_INCIDENTS):
            if row.status is Status.CLOSED and row.number not in self._lessons:
                try:
                    recorded = await store.log.events(row.number)
                except StoreError as why:
                    log.warning("nothing is learned from INC-%s: %s", row.number, why)
                    continue
                self.watch(fold(row.number, (each.event for each in recorded)))
