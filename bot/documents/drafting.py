"""From an incident's log to its postmortem: gathers what is known and writes the document."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bot.config.settings import Settings
from bot.config.yaml_entry import Mistake
from bot.documents.merge import path_of, write
from bot.documents.render import TemplateMistake, render
from bot.domain.incident.incident import Incident
from bot.domain.insights.postmortem.facts import PostmortemFacts, facts
from bot.domain.insights.timeline.timeline import Message, people
from bot.store import Store

#: Returns people's display names by id, as far as they are known.
Names = Callable[[Iterable[str]], Awaitable[Mapping[str, str]]]


def check(templates: Path) -> Iterator[Mistake]:
    """Yield what keeps the template from showing an incident of which nothing is known yet."""
    try:
        render(facts(Incident(number=1), (), (), {}), templates)
    except TemplateMistake as mistake:
        yield Mistake(file=str(templates), what=str(mistake))


async def gather(store: Store, incident: Incident, names: Names) -> PostmortemFacts:
    """Return the facts of an incident, people by their names where they are known."""
    recorded = [(row.version, row.event) for row in await store.log.events(incident.number)]
    said = await plain_messages(store, incident.number)
    known = await names(people(recorded, said) | set(incident.people))
    return facts(incident, recorded, said, known)


async def plain_messages(store: Store, number: int) -> list[Message]:
    """Return what people said in an incident's channel, as it stands now."""
    return [
        Message(
            channel=row.channel,
            ts=row.ts,
            user=row.user,
            text=row.text,
            at=datetime.fromtimestamp(float(row.ts), UTC),
            deleted=row.deleted_at is not None,
        )
        for row in await store.transcript.messages(number)
    ]


async def write_postmortem(store: Store, settings: Settings, incident: Incident, names: Names) -> str:
    """Write the incident's postmortem into the configured folder; returns its path.

    Raises TemplateMistake and OSError.
    """
    known = await gather(store, incident, names)
    text = render(known, settings.templates)
    path = path_of(settings.postmortems, incident)
    return str(await asyncio.to_thread(write, text, path))
