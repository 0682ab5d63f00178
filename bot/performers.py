"""What the outbox does besides Slack: runs probes and drafts postmortems."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass

from bot import documents, probes
from bot.config import Settings
from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.incident import Incident
from bot.domain.postmortem import PostmortemFacts, facts
from bot.domain.timeline import Message, people
from bot.engine.outbox import Done, GiveUp, Performer, Result, Task, TryLater, effect_of
from bot.slack.messages import moment
from bot.store import Store

Names = Callable[[Iterable[str]], Awaitable[Mapping[str, str]]]


@dataclass(frozen=True, kw_only=True)
class LocalPerformers:
    """What performing needs; `names` returns people's display names by id."""

    store: Store
    settings: Settings
    names: Names

    def table(self) -> Mapping[type, Performer]:
        """Return who performs which effect."""
        return {f.RunProbe: self.run_probe, f.DraftPostmortem: self.draft_postmortem}

    async def run_probe(self, task: Task) -> Result:
        """Run a step's probe; reading twice is as good as once."""
        step_id = effect_of(task, f.RunProbe).step
        step = task.incident.runbook.step(step_id) if task.incident.runbook else None
        if step is None or step.probe is None:
            return Done()
        service = self.settings.services.get(task.incident.service)
        result = await probes.run(
            step.probe,
            links=service.links if service else {},
            allowed=probes.allowed_by(self.settings),
        )
        return Done(
            events=(
                e.ProbeFinished(
                    at=task.now,
                    step=step.id,
                    verdict=result.verdict,
                    evidence=result.evidence,
                    seconds=result.seconds,
                ),
            )
        )

    async def draft_postmortem(self, task: Task) -> Result:
        """Write the document; drafting again keeps what people wrote in it."""
        try:
            path = await write_postmortem(self.store, self.settings, task.incident, self.names)
        except documents.TemplateMistake as mistake:
            return GiveUp(why=str(mistake))
        except OSError as error:
            return TryLater(why=f"the postmortem could not be written: {error}")
        if path == task.incident.postmortem:
            return Done()
        return Done(events=(e.PostmortemDrafted(at=task.now, path=path),))


async def gather(store: Store, incident: Incident, names: Names) -> PostmortemFacts:
    """Return the facts of an incident, people by their names where they are known."""
    recorded = [(row.version, row.event) for row in await store.events(incident.number)]
    said = [
        Message(
            channel=row.channel,
            ts=row.ts,
            user=row.user,
            text=row.text,
            at=moment(row.ts),
            thread_ts=row.thread_ts,
            edited=row.edited_at is not None,
            deleted=row.deleted_at is not None,
        )
        for row in await store.messages(incident.number)
    ]
    known = await names(people(recorded, said) | set(incident.people))
    return facts(incident, recorded, said, known)


async def write_postmortem(store: Store, settings: Settings, incident: Incident, names: Names) -> str:
    """Write the incident's postmortem into the configured folder; returns its path.

    Raises TemplateMistake and OSError.
    """
    known = await gather(store, incident, names)
    text = documents.render(known, settings.templates)
    path = documents.path_of(settings.postmortems, incident)
    return str(await asyncio.to_thread(documents.write, text, path))
