"""Commands that work while Slack is down. They write to the database, and Slack is updated later."""

import getpass
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager

from bot.cli.console import on_both_clocks
from bot.config.settings import Settings
from bot.domain.commands import AddNote, AnyCommand, SetMilestone
from bot.domain.errors import Hint, Refused
from bot.domain.incident.incident import Incident
from bot.domain.rules.correlation import still_firing
from bot.engine.record import Recorder
from bot.store import open_store
from bot.store.sqlite.lock import file_of, served

#: The commands of this command line, by the command words in the hints of refusals.
COMMANDS = {word: word for word in ("note", "resolve", "cancel", "reopen")} | {"new": "declare"}


def who() -> str:
    """Return who is typing: `cli:ada`, or `cli:1000` for an account without a name (often in containers)."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # OSError from Python 3.13 on
        return f"cli:{os.getuid()}"


def catch_up_note(settings: Settings) -> str:
    """Return a sentence about when Slack will be updated."""
    if served(settings.database):
        return "Slack will be updated."
    return "`firstcheck serve` isn't running. Slack will be updated when it starts."


async def record(settings: Settings, name: str, command: AnyCommand) -> str:
    """Record a command on incident `name` (INC-7 or 7) and return what to print.

    Raise Refused if it is not allowed.
    """
    async with opened(settings) as recorder:
        incident = await recorded(recorder, name, command)
    return f"Done. {_outcome(command, incident)} {catch_up_note(settings)}"


def _outcome(command: AnyCommand, incident: Incident) -> str:
    """Return a sentence that confirms the command."""
    at = on_both_clocks(command.at) if command.at else ""
    if isinstance(command, AddNote):
        return f"Your note is on {incident.name}'s timeline{at and f' at {at}'}."
    if isinstance(command, SetMilestone):
        return f"{incident.name}: {command.milestone} is set to {on_both_clocks(command.happened_at)}."
    warning = "" if incident.is_active else still_firing(incident, incident.status)
    return f"{incident.name} is {incident.status}{at and f' as of {at}'}.{warning and f' {warning}'}"


async def listing(settings: Settings, *, every: bool) -> Sequence[str]:
    """Return a line for each open incident, or for every incident."""
    async with opened(settings) as recorder:
        rows = await recorder.store.log.incidents(open_only=not every, limit=None)
    return [
        f"INC-{row.number}  {row.severity}  {row.status:<13}  {'DRILL ' * row.drill}{row.title}"
        for row in rows
    ]


async def recorded(recorder: Recorder, name: str, command: AnyCommand) -> Incident:
    """Record a command on incident `name` and return the incident. Raise Refused if it is not allowed."""
    incident = await known(recorder, name)
    with refusals_for_the_terminal(incident.name):
        result = await recorder.record(command, incident.number)
    return result.incident


async def known(recorder: Recorder, name: str) -> Incident:
    """Return the incident called `name` (INC-7, inc-7 or 7). Raise Refused if it does not exist."""
    digits = name.upper().removeprefix("INC-")
    incident = await recorder.load(int(digits)) if digits.isdecimal() and len(digits) < 10 else None
    if incident is None or not incident.version:
        raise Refused(f"There is no incident {name}. To list incidents: `firstcheck list --all`.")
    return incident


@contextmanager
def refusals_for_the_terminal(name: str = "") -> Iterator[None]:
    """Write the hints of refusals as `firstcheck …` commands on incident `name`."""

    def typed(hint: Hint) -> str:
        if hint.word not in COMMANDS:
            return ""
        arguments = f'"{hint.arguments}"' if hint.arguments else ""
        return f"`{' '.join(filter(None, ('firstcheck', COMMANDS[hint.word], name, arguments)))}`"

    try:
        yield
    except Refused as refused:
        raise Refused(refused.in_full(typed)) from refused


def opened(settings: Settings) -> AbstractAsyncContextManager[Recorder]:
    """Open a database that must exist. Raise Refused if it does not."""
    require_database(settings)
    return recorder_of(settings)


def require_database(settings: Settings) -> None:
    """Raise Refused if there is no database. A new one in the wrong folder would look like lost incidents."""
    path = file_of(settings.database)
    if path and not path.exists():
        raise Refused(
            f"There is no database {path.absolute()}. Change to the folder that `firstcheck serve` runs in, "
            "or set FIRSTCHECK_DATABASE to its database, such as sqlite:////srv/firstcheck.db."
        )


@asynccontextmanager
async def recorder_of(settings: Settings) -> AsyncIterator[Recorder]:
    """Open or create the database, and close it when the block ends. Raise StoreError if that fails."""
    store = await open_store(settings.database)
    try:
        yield Recorder(store)
    finally:
        await store.close()
