"""Experience from closed incidents, kept in memory and applied when a runbook is chosen."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain import events
from bot.domain.incident.incident import Incident
from bot.domain.insights.learning import CauseRecord, cause_record, with_experience
from bot.domain.rules.evolve import fold
from bot.domain.runbooks.runbook import Runbook, choose, stale
from bot.domain.vocabulary import Status
from bot.store import Store, StoreError

log = logging.getLogger("firstcheck.experience")

#: How many of the latest incidents are read at startup. Older ones hardly count any more.
MAX_INCIDENTS = 500


@dataclass
class RunbookLibrary:
    """The runbooks and the experience with them, in memory so that `choose` does not read the store."""

    runbooks: tuple[Runbook, ...] = ()
    #: A runbook whose last review is longer ago is marked as stale.
    review_days: int = 180
    _records: dict[int, CauseRecord] = field(default_factory=dict)

    def choose(
        self, service: str, labels: Mapping[str, str], now: datetime, *, named: str = ""
    ) -> tuple[Runbook | None, str]:
        """Return the runbook for an incident, weighted by closed ones, and why it was chosen."""
        runbook, why = choose(self.runbooks, service, labels, named=named)
        if runbook is None:
            return None, why
        weighted = with_experience(runbook, self._records.values(), now)
        return replace(weighted, stale=stale(runbook, now.date(), self.review_days)), why

    def observe(self, incident: Incident, _: events.AnyEvent | None = None) -> None:
        """Learn from an incident when it is closed or changed afterwards; forget it when it is reopened."""
        if record := cause_record(incident):
            self._records[incident.number] = record
        else:
            self._records.pop(incident.number, None)

    async def load(self, store: Store) -> None:
        """Learn from the incidents that were closed before this process started."""
        for row in await store.log.incidents(limit=MAX_INCIDENTS):
            if row.status is Status.CLOSED and row.number not in self._records:
                try:
                    recorded = await store.log.events(row.number)
                except StoreError as error:
                    log.warning("could not learn from INC-%s: %s", row.number, error)
                    continue
                self.observe(fold(row.number, (each.event for each in recorded)))
