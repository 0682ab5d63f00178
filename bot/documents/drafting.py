"""From an incident's log to its postmortem: gathers what is known and writes the document."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bot.config import Settings
from bot.documents.keep import path_of, write
from bot.documents.render import TemplateMistake, render
from bot.domain.incident import Incident
from bot.domain.postmortem import PostmortemFacts, facts
from bot.domain.timeline import Message, people
from bot.files.places import Mistake
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
    said = await told(store, incident.number)
    known = await names(people(recorded, said) | set(incident.people))
    return facts(incident, recorded, said, known)


async def told(store: Store, number: int) -> list[Message]:
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
