"""Drafts the postmortem of an incident from its log and its transcript."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from pathlib import Path

from bot.config.settings import Settings
from bot.config.yaml_entry import Mistake
from bot.documents.merge import path_of, write
from bot.documents.render import TemplateMistake, render
from bot.domain.incident.incident import Incident
from bot.domain.insights.postmortem.facts import PostmortemFacts, facts
from bot.domain.insights.postmortem.log import IncidentLog
from bot.domain.insights.timeline.timeline import people
from bot.slack_markup import parse
from bot.store import Store

#: Looks up display names by ID. Unknown IDs are left out.
Names = Callable[[Iterable[str]], Awaitable[Mapping[str, str]]]


def check(templates: Path) -> Iterator[Mistake]:
    """Yield the mistake that keeps the template from rendering an empty incident, if there is one."""
    try:
        render(facts(Incident(number=1), IncidentLog(events=(), names={}, read=parse), ()), templates)
    except TemplateMistake as mistake:
        yield Mistake(file=str(templates), what=str(mistake))


async def gather(store: Store, incident: Incident, names: Names) -> PostmortemFacts:
    """Return the facts of an incident, with people's names if they are known."""
    events = tuple((row.version, row.event) for row in await store.log.events(incident.number))
    messages = await store.transcript.messages(incident.number)
    known_names = await names(people(events, messages, parse) | set(incident.people))
    return facts(incident, IncidentLog(events=events, names=known_names, read=parse), messages)


async def write_postmortem(store: Store, settings: Settings, incident: Incident, names: Names) -> str:
    """Write the incident's postmortem to the configured folder and return its path.

    Raise TemplateMistake or OSError if that fails.
    """
    gathered = await gather(store, incident, names)
    text = render(gathered, settings.templates)
    path = path_of(settings.postmortems, incident)
    return str(await asyncio.to_thread(write, text, path))
