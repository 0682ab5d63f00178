"""Runs probes and drafts postmortems for the outbox."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot import documents, probes
from bot.config.settings import Settings
from bot.documents.drafting import Names, write_postmortem
from bot.domain import effects, events
from bot.engine.outbox import Done, GiveUp, Performer, Result, Task, TryLater, effect_of
from bot.store import Store


@dataclass(frozen=True, kw_only=True)
class LocalPerformers:
    """Performs RunProbe and DraftPostmortem; `names` returns people's display names by ID."""

    store: Store
    settings: Settings
    names: Names

    def table(self) -> Mapping[type, Performer]:
        """Return the performer of each effect type."""
        return {effects.RunProbe: self.run_probe, effects.DraftPostmortem: self.draft_postmortem}

    async def run_probe(self, task: Task) -> Result:
        """Run a step's probe. It only reads, so repeating it is safe."""
        step_id = effect_of(task, effects.RunProbe).step
        step = task.incident.investigation.step(step_id)
        if step is None or step.probe is None:
            return Done()
        service = self.settings.services.get(task.incident.service)
        links = service.links if service else {}
        result = await probes.run(step.probe, links=links, permissions=probes.permissions_from(self.settings))
        finished = events.ProbeFinished(
            at=task.now,
            step=step.id,
            verdict=result.verdict,
            evidence=result.evidence,
            seconds=result.seconds,
        )
        return Done(events=(finished,))

    async def draft_postmortem(self, task: Task) -> Result:
        """Write the postmortem. Drafting it again keeps people's edits."""
        try:
            path = await write_postmortem(self.store, self.settings, task.incident, self.names)
        except documents.TemplateMistake as mistake:
            return GiveUp(why=str(mistake))
        except OSError as error:
            return TryLater(why=f"the postmortem could not be written: {error}")
        if task.incident.follow_up.is_drafted and path == task.incident.follow_up.postmortem_path:
            return Done()
        return Done(events=(events.PostmortemDrafted(at=task.now, path=path),))
