"""Sends pages for the outbox, and resolves them when the incident ends."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.config.escalation import Pager
from bot.config.settings import Settings
from bot.domain import effects, events
from bot.domain.recipient import pager_kind
from bot.engine.outbox import Done, GiveUp, Performer, Result, Task, TryLater, effect_of
from bot.pagers import PAGERS
from bot.pagers.http_request import TIMEOUT_S, send
from bot.pagers.interface import Call, Kind
from bot.pagers.page_key import page_key
from bot.store import Store

#: After this many attempts, about ten seconds with backoff, the next rung is reached.
MAX_ATTEMPTS = 5
UNKNOWN = "no pager with that name is configured"
#: Opens a channel in the reader's own workspace (docs.slack.dev/interactivity/deep-linking).
CHANNEL_URL = "https://slack.com/app_redirect?channel="


@dataclass(frozen=True)
class PagePerformers:
    """Performs Page and EndPage. The store is needed to read the escalation."""

    settings: Settings
    store: Store
    timeout_s: float = TIMEOUT_S

    def table(self) -> Mapping[type, Performer]:
        """Return the performer of each effect type."""
        return {effects.Page: self.page, effects.EndPage: self.end_page}

    async def page(self, task: Task) -> Result:
        """Send the page. Pagers merge pages with the same key, so a repeat notifies nobody twice."""
        escalation = await self._escalation(task)
        if escalation is None or (escalation.by == events.FIRSTCHECK and not task.incident.status.has_impact):
            return Done()
        pager_and_kind = self._find_pager(escalation.who)
        if pager_and_kind is None:
            return _failed(task, escalation, UNKNOWN)
        if not task.incident.is_active:
            return _failed(task, escalation, f"{task.incident.name} is already {task.incident.status}")
        kind, pager = pager_and_kind
        call = _call(task, escalation)
        match await send(kind.page(pager, call), timeout_s=self.timeout_s):
            case TryLater() as retry if task.job.attempts < MAX_ATTEMPTS:
                return replace(retry, counts=False)
            case TryLater(why=why) | GiveUp(why=why):
                return _failed(task, escalation, why)
            case Done():
                return Done(events=(events.PageSent(at=task.now, to=escalation.who, key=call.key),))

    async def end_page(self, task: Task) -> Result:
        """Resolve the page in its pager. Repeating this is safe."""
        effect = effect_of(task, effects.EndPage)
        pager_and_kind = self._find_pager(effect.to)
        if pager_and_kind is None:
            return GiveUp(why=f"{effect.to}: {UNKNOWN}")
        kind, pager = pager_and_kind
        outcome = await send(kind.end(pager, effect.key, task.now), timeout_s=self.timeout_s)
        return GiveUp(why=f"{effect.to}: {outcome.why}") if isinstance(outcome, GiveUp) else outcome

    def _find_pager(self, to: str) -> tuple[Kind, Pager] | None:
        """Return the pager with that name and its kind, or None if it is not configured."""
        kind, pager = pager_kind(to), self.settings.pagers.get(to)
        return (PAGERS[kind], pager) if kind and pager else None

    async def _escalation(self, task: Task) -> events.EscalationMade | None:
        version = effect_of(task, effects.Page).version
        recorded = await self.store.log.events(task.incident.number, after=version - 1)
        event = recorded[0].event
        return event if isinstance(event, events.EscalationMade) else None


def _failed(task: Task, escalation: events.EscalationMade, why: str) -> Done:
    return Done(events=(events.PageFailed(at=task.now, to=escalation.who, why=why, rung=escalation.rung),))


def _call(task: Task, escalation: events.EscalationMade) -> Call:
    incident = task.incident
    return Call(
        key=page_key(incident, effect_of(task, effects.Page).version),
        incident=incident.full_name,
        title=incident.title,
        severity=incident.severity,
        service=incident.service,
        reason=escalation.reason,
        at=task.now,
        url=f"{CHANNEL_URL}{incident.channel.id}" if incident.channel.id else "",
    )
