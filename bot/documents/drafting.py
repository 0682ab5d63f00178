"""Drafts the postmortem of an incident from its log and its transcript."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from bot.config.settings import Settings
from bot.config.yaml_entry import Mistake
from bot.documents.merge import path_of, replace_file, write
from bot.documents.picture import picture
from bot.documents.render import TemplateMistake, render
from bot.domain.incident.incident import Incident
from bot.domain.insights.postmortem.facts import PostmortemFacts, facts
from bot.domain.insights.postmortem.log import IncidentLog
from bot.domain.insights.timeline.timeline import people
from bot.slack_markup import parse
from bot.store import Store

#: Looks up display names by ID. Unknown IDs are left out.
Names = Callable[[Iterable[str]], Awaitable[Mapping[str, str]]]


def check(templates: Path, name: str) -> Iterator[Mistake]:
    """Yield the mistake that keeps the template from rendering an empty incident, if there is one."""
    nothing = facts(Incident(number=1), IncidentLog(events=(), names={}, read=parse), ())
    try:
        render(nothing, templates, name)
    except TemplateMistake as mistake:
        yield Mistake(file=str(templates), what=str(mistake))


async def gather(store: Store, incident: Incident, names: Names) -> PostmortemFacts:
    """Return the facts of an incident, with people's names if they are known."""
    events = tuple((row.version, row.event) for row in await store.log.events(incident.number))
    messages = await store.transcript.messages(incident.number)
    known_names = await names(people(events, messages, parse) | set(incident.people))
    return facts(incident, IncidentLog(events=events, names=known_names, read=parse), messages)


async def write_postmortem(store: Store, settings: Settings, incident: Incident, names: Names) -> str:
    """Write the incident's postmortem and its picture to the configured folder, and return its path.

    Raise TemplateMistake or OSError if that fails.
    """
    gathered = await gather(store, incident, names)
    path = path_of(settings.postmortems, incident)
    return str(await asyncio.to_thread(save, gathered, settings, path))


def save(gathered: PostmortemFacts, settings: Settings, path: Path, template: str = "") -> Path:
    """Write a postmortem and the picture beside it, and return the path of the postmortem.

    `template` is the name of the template (default: the configured one). Raise TemplateMistake or OSError if
    that fails.
    """
    drawn = picture(gathered)
    if drawn:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path.with_suffix(".svg"), drawn)
    gathered = replace(gathered, picture=path.with_suffix(".svg").name if drawn else "")
    return write(render(gathered, settings.templates, template or settings.template), path)
