"""What works when Slack does not: the command line writes to the store, and Slack catches up."""

import getpass
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path

from bot import documents
from bot.app import Firstcheck, assembled
from bot.config.runbooks import load_runbooks
from bot.config.settings import Settings
from bot.config.yaml_entry import ConfigMistakes
from bot.documents.drafting import gather, write_postmortem
from bot.domain import commands
from bot.domain.errors import Hint, Refused
from bot.domain.incident.incident import Incident
from bot.domain.insights.pending_work import pending_lines
from bot.domain.insights.timeline.timeline import entries
from bot.domain.text.parts import plain_text
from bot.engine.declare import declare_incident
from bot.probes import PROBES
from bot.slack_markup import parse
from bot.store.sqlite.lock import file_of, served

log = logging.getLogger("firstcheck.breakglass")

#: The commands of this command line, by the words that refusals hint at.
COMMANDS = {word: word for word in ("note", "resolve", "cancel", "reopen")} | {"new": "declare"}


def who() -> str:
    """Return who types: `cli:ada`, by number where the account has no name, as in many a container."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # OSError from Python 3.13 on
        return f"cli:{os.getuid()}"


def heard(settings: Settings) -> str:
    """Return when Slack hears of what was written."""
    if served(settings.database):
        return "Slack catches up."
    return "No Firstcheck serves this database now: Slack hears of it when one does."


async def declare(settings: Settings, command: commands.Declare) -> str:
    """Declare an incident, in a new database if there is none; returns what to say. Raises Refused."""
    path = file_of(settings.database)
    new = f" It is the first in a new database, {path.absolute()}." if path and not path.exists() else ""
    async with _assembled(settings) as bot:
        await bot.experience.load(bot.store)
        with _typed_here():
            outcome = await declare_incident(bot.recorder, settings, bot.experience, command)
        incident = outcome.incident
        return (
            f"{incident.full_name} {incident.title} is declared ({incident.severity}).{new} {heard(settings)}"
        )


async def record(settings: Settings, name: str, *issued: commands.AnyCommand) -> str:
    """Record commands on incident `name` (INC-7 or 7); returns what to say. Raises Refused."""
    async with _opened(settings) as bot:
        incident = await _recorded(bot, name, *issued)
        return f"{incident.name} is {incident.status}: written down. {heard(settings)}"


async def closed(settings: Settings, name: str, by: str) -> str:
    """Close incident `name` and write its postmortem now, whoever else is down; returns what to say.

    Raises Refused, TemplateMistake and OSError.
    """
    async with _opened(settings) as bot:
        incident = await _recorded(bot, name, commands.Close(by=by))
        path = await write_postmortem(bot.store, settings, incident, bot.names)
        return f"{incident.name} is closed. {heard(settings)} The postmortem: {path}"


async def listing(settings: Settings, *, every: bool) -> Sequence[str]:
    """Return a line for each open incident, or for each one."""
    async with _opened(settings) as bot:
        rows = await bot.store.log.incidents(open_only=not every, limit=None)
        return [
            f"INC-{row.number}  {row.severity}  {row.status:<13}  {'DRILL ' * row.drill}{row.title}"
            for row in rows
        ]


async def quarantine(settings: Settings, retry: int | None) -> Sequence[str]:
    """Return a line for each body that could not be read, or have body `retry` read again. Raises Refused."""
    async with _opened(settings) as bot:
        if retry is not None:
            if not await bot.store.journal.retry(retry):
                raise Refused(f"There is no body {retry} in quarantine. `firstcheck quarantine` lists them.")
            await bot.intake.work()
        rows = await bot.store.journal.quarantined()
        lines = [
            f"{row.id}  {row.received_at:%Y-%m-%d %H:%M} UTC  {row.source}  {' '.join(row.detail.split())}"
            for row in rows
        ]
        return lines or ["Nothing is in quarantine."]


async def show(settings: Settings, name: str) -> Sequence[str]:
    """Return an incident in lines: its timeline, the step to take now, what waits and what is due later."""
    async with _opened(settings) as bot:
        incident = await known(bot, name)
        recorded = [(row.version, row.event) for row in await bot.store.log.events(incident.number)]
        messages = await bot.store.transcript.messages(incident.number)
        names = await bot.store.transcript.people()
        jobs = await bot.store.outbox.jobs(incident.number)
        return [
            f"{incident.full_name}  {incident.severity}  {incident.status}  {incident.title}",
            f"commander: {names.get(incident.commander, incident.commander) or 'nobody'}",
            *(
                "\n  ".join(f"{entry.at:%Y-%m-%d %H:%M} UTC  {plain_text(entry.line, names)}".splitlines())
                for entry in entries(recorded, messages, parse, detail=True)
            ),
            *_step(incident),
            *pending_lines(incident, ((job.effect, job.error) for job in jobs)),
        ]


def _step(incident: Incident) -> Iterator[str]:
    step = incident.current_step
    if step and incident.cause is None and incident.status.has_impact:
        yield f"check now: {step.title}"
        yield from (f"  {line}" for line in step.look.splitlines())


async def postmortem(settings: Settings, name: str, out: Path | None) -> str:
    """Write an incident's postmortem to `out` or the configured folder; returns the path.

    Raises Refused, TemplateMistake and OSError.
    """
    async with _opened(settings) as bot:
        incident = await known(bot, name)
        if out is None:
            return await write_postmortem(bot.store, settings, incident, bot.names)
        facts = await gather(bot.store, incident, bot.names)
        return str(documents.write(documents.render(facts, settings.templates), out))


async def known(bot: Firstcheck, name: str) -> Incident:
    """Return the incident called `name` (INC-7, inc-7 or 7). Raises Refused when there is none."""
    digits = name.upper().removeprefix("INC-")
    incident = await bot.recorder.load(int(digits)) if digits.isdecimal() and len(digits) < 10 else None
    if incident is None or not incident.version:
        raise Refused(f"There is no incident {name}. `firstcheck list --all` shows those there are.")
    return incident


async def _recorded(bot: Firstcheck, name: str, *issued: commands.AnyCommand) -> Incident:
    incident = await known(bot, name)
    with _typed_here(incident.name):
        for command in issued:
            incident = (await bot.recorder.record(command, incident.number)).incident
    return incident


@contextmanager
def _typed_here(name: str = "") -> Iterator[None]:
    """Spell the hints of a refusal as commands of this command line, on incident `name`."""

    def typed(hint: Hint) -> str:
        if hint.word not in COMMANDS:
            return ""
        arguments = f'"{hint.arguments}"' if hint.arguments else ""
        return f"`{' '.join(filter(None, ('firstcheck', COMMANDS[hint.word], name, arguments)))}`"

    try:
        yield
    except Refused as refused:
        raise Refused(refused.in_full(typed)) from refused


def _opened(settings: Settings) -> AbstractAsyncContextManager[Firstcheck]:
    """Put a bot together around a database that is there. Raises Refused: in a wrong folder none is made."""
    path = file_of(settings.database)
    if path and not path.exists():
        raise Refused(
            f"There is no database {path.absolute()}. Change to the folder Firstcheck serves from, or set "
            "FIRSTCHECK_DATABASE to its database, such as sqlite:////srv/firstcheck.db."
        )
    return _assembled(settings)


def _assembled(settings: Settings) -> AbstractAsyncContextManager[Firstcheck]:
    """Put a bot together, without runbooks where one is wrong: what is typed in need waits for none."""
    try:
        runbooks = load_runbooks(settings.runbooks, PROBES)
    except ConfigMistakes as mistakes:
        log.warning("Going on without runbooks, until this is mended:\n%s", mistakes)
        runbooks = ()
    return assembled(settings, runbooks=runbooks)
