"""What the outbox does with pagers: pages, and ends the pages when the incident is over."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.config.escalation import Pager
from bot.config.settings import Settings
from bot.domain import effects, events
from bot.domain.escalation.ladder import pager_kind
from bot.engine.outbox import Done, GiveUp, Performer, Result, Task, TryLater, effect_of
from bot.pagers import PAGERS
from bot.pagers.interface import Call, Kind
from bot.pagers.page_key import page_key
from bot.pagers.sending import TIMEOUT_S, Accepted, Rejected, RetryLater, send
from bot.store import Store

#: Then the next rung is taken instead: with the waits between, a pager that is down costs some ten seconds.
TRIES = 5
UNKNOWN = "no pager of that name is configured"
#: Opens a channel in the reader's own workspace (docs.slack.dev/interactivity/deep-linking).
CHANNEL_URL = "https://slack.com/app_redirect?channel="


@dataclass(frozen=True)
class PagePerformers:
    """What paging needs: how pagers are reached, and the store to read the escalation from."""

    settings: Settings
    store: Store
    timeout_s: float = TIMEOUT_S

    def table(self) -> Mapping[type, Performer]:
        """Return who performs which effect."""
        return {effects.Page: self.page, effects.EndPage: self.end_page}

    async def page(self, task: Task) -> Result:
        """Page once: pagers join what has the same key, so that a repeat rings nobody twice."""
        made = await self._escalation(task)
        if made is None or (made.by == events.FIRSTCHECK and not task.incident.status.has_impact):
            return Done()
        reached = self._reached(made.who)
        if reached is None:
            return _failed(task, made, UNKNOWN)
        if not task.incident.is_active:
            return _failed(task, made, f"{task.incident.name} is {task.incident.status} already")
        kind, pager = reached
        call = _call(task, made)
        match await send(kind.page(pager, call), timeout_s=self.timeout_s):
            case RetryLater() as busy if task.job.attempts < TRIES:
                return TryLater(why=busy.why, after_s=busy.after_s, counts=False)
            case RetryLater(why=why) | Rejected(why=why):
                return _failed(task, made, why)
            case Accepted():
                return Done(events=(events.PageSent(at=task.now, to=made.who, key=call.key),))

    async def end_page(self, task: Task) -> Result:
        """Say at the pager that it is over; saying so twice is as good as once."""
        effect = effect_of(task, effects.EndPage)
        reached = self._reached(effect.to)
        if reached is None:
            return GiveUp(why=f"{effect.to}: {UNKNOWN}")
        kind, pager = reached
        match await send(kind.end(pager, effect.key, task.now), timeout_s=self.timeout_s):
            case RetryLater() as busy:
                return TryLater(why=busy.why, after_s=busy.after_s)
            case Rejected(why=why):
                return GiveUp(why=f"{effect.to}: {why}")
            case Accepted():
                return Done()

    def _reached(self, to: str) -> tuple[Kind, Pager] | None:
        """Return the pager of that name and its kind, if it is configured."""
        kind, pager = pager_kind(to), self.settings.pagers.get(to)
        return (PAGERS[kind], pager) if kind and pager else None

    async def _escalation(self, task: Task) -> events.EscalationMade | None:
        version = effect_of(task, effects.Page).version
        recorded = await self.store.log.events(task.incident.number, after=version - 1)
        made = recorded[0].event
        return made if isinstance(made, events.EscalationMade) else None


def _failed(task: Task, made: events.EscalationMade, why: str) -> Done:
    return Done(events=(events.PageFailed(at=task.now, to=made.who, why=why, rung=made.rung),))


def _call(task: Task, made: events.EscalationMade) -> Call:
    incident = task.incident
    return Call(
        key=page_key(incident, effect_of(task, effects.Page).version),
        incident=incident.full_name,
        title=incident.title,
        severity=incident.severity,
        service=incident.service,
        reason=made.reason,
        at=task.now,
        url=f"{CHANNEL_URL}{incident.channel.id}" if incident.channel.id else "",
    )
