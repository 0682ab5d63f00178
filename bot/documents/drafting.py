"""From an incident's log to its postmortem: gathers what is known and writes the document."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from pathlib import Path

from bot.config.settings import Settings
from bot.config.yaml_entry import Mistake
from bot.documents.merge import path_of, write
from bot.documents.render import TemplateMistake, render
from bot.domain.incident.incident import Incident
from bot.domain.insights.postmortem.facts import PostmortemFacts, facts
from bot.domain.insights.timeline.timeline import people
from bot.slack_markup import parse
from bot.store import Store

#: Returns people's display names by id, as far as they are known.
Names = Callable[[Iterable[str]], Awaitable[Mapping[str, str]]]


def check(templates: Path) -> Iterator[Mistake]:
    """Yield what keeps the template from showing an incident of which nothing is known yet."""
    try:
        render(facts(Incident(number=1), (), (), {}, parse), templates)
    except TemplateMistake as mistake:
        yield Mistake(file=str(templates), what=str(mistake))


async def gather(store: Store, incident: Incident, names: Names) -> PostmortemFacts:
    """Return the facts of an incident, people by their names where they are known."""
    recorded = [(row.version, row.event) for row in await store.log.events(incident.number)]
    messages = await store.transcript.messages(incident.number)
    known = await names(people(recorded, messages, parse) | set(incident.people))
    return facts(incident, recorded, messages, known, parse)


async def write_postmortem(store: Store, settings: Settings, incident: Incident, names: Names) -> str:
    """Write the incident's postmortem into the configured folder; returns its path.

    Raises TemplateMistake and OSError.
    """
    known = await gather(store, incident, names)
    text = render(known, settings.templates)
    path = path_of(settings.postmortems, incident)
    return str(await asyncio.to_thread(write, text, path))
