"""What the outbox does with pagers: pages, and ends the pages when the incident is over."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.config import Settings
from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.incident import Incident
from bot.domain.ladder import pager_kind
from bot.engine.outbox import Done, GiveUp, Performer, Result, Task, TryLater
from bot.pagers import PAGERS
from bot.pagers.interface import Call
from bot.pagers.sending import TIMEOUT_S, Busy, Refused, send
from bot.store import Store

#: Then the next rung is taken instead: with the waits between, a pager that is down costs some ten seconds.
TRIES = 5


@dataclass(frozen=True)
class PagePerformers:
    """What paging needs: how pagers are reached, and the store to read the escalation from."""

    settings: Settings
    store: Store
    timeout_s: float = TIMEOUT_S

    def table(self) -> Mapping[type, Performer]:
        """Return who performs which effect."""
        return {f.Page: self.page, f.EndPage: self.end_page}

    async def page(self, task: Task) -> Result:
        """Page once: pagers join what has the same key, so that a repeat rings nobody twice."""
        effect = task.effect
        if not isinstance(effect, f.Page) or not task.incident.status.hurting:
            return Done()
        recorded = await self.store.events(task.incident.number, after=effect.version - 1)
        made = recorded[0].event
        rung = made.rung if isinstance(made, e.EscalationMade) else 0
        reason = made.reason if isinstance(made, e.EscalationMade) else ""
        kind, pager = pager_kind(effect.to), self.settings.pagers.get(effect.to)
        if kind is None or pager is None:
            why = "no pager of that name is configured"
            return Done(events=(e.PageFailed(at=task.now, to=effect.to, why=why, rung=rung),))
        call = _call(task, key_of(task.incident, effect.version), reason, self.settings.web_url)
        answer = await send(PAGERS[kind].page(pager, call), timeout_s=self.timeout_s)
        if isinstance(answer, Busy) and task.job.attempts < TRIES:
            return TryLater(why=answer.why, after_s=answer.after_s, counts=False)
        if isinstance(answer, Busy | Refused):
            failed = e.PageFailed(at=task.now, to=effect.to, why=answer.why, rung=rung)
            return Done(events=(failed,))
        return Done(events=(e.PageSent(at=task.now, to=effect.to, key=call.key),))

    async def end_page(self, task: Task) -> Result:
        """Say at the pager that it is over; saying so twice is as good as once."""
        effect = task.effect
        kind = pager_kind(effect.to) if isinstance(effect, f.EndPage) else None
        pager = self.settings.pagers.get(effect.to) if isinstance(effect, f.EndPage) else None
        if kind is None or pager is None or not isinstance(effect, f.EndPage):
            return Done()
        answer = await send(PAGERS[kind].end(pager, effect.key, task.now), timeout_s=self.timeout_s)
        match answer:
            case Busy():
                return TryLater(why=answer.why, after_s=answer.after_s)
            case Refused():
                return GiveUp(why=f"{effect.to}: {answer.why}")
            case _:
                return Done()


def key_of(incident: Incident, version: int) -> str:
    """Return what a page is known by: the same at each attempt, another for each escalation and database."""
    declared = f"{incident.declared_at:%Y%m%dT%H%M%S%f}" if incident.declared_at else ""
    return f"firstcheck-{incident.number}-{declared}-{version}"


def number_in(key: str) -> int | None:
    """Return the number of the incident in a page's key, if it is one of ours."""
    ours, _, rest = key.partition("-")
    number = rest.partition("-")[0]
    return int(number) if ours == "firstcheck" and number.isdecimal() and len(number) < 10 else None


def _call(task: Task, key: str, reason: str, web_url: str) -> Call:
    incident = task.incident
    return Call(
        key=key,
        incident=incident.name,
        title=incident.title,
        severity=incident.severity,
        service=incident.service,
        reason=reason,
        at=task.now,
        url=web_url,
    )
