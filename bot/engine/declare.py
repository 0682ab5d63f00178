"""What an incident gets from its service when it is declared: the runbook, and the people."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.config.settings import Settings
from bot.domain import commands
from bot.domain.runbooks.runbook import Runbook
from bot.engine.record import Recorder, RecordResult
from bot.engine.runbook_library import RunbookLibrary


def people_to_invite(named: Iterable[str], service: str, settings: Settings) -> tuple[str, ...]:
    """Return who comes, each once: those named, those of the service, and those who always come."""
    known = settings.services.get(service)
    return tuple(dict.fromkeys((*named, *(known.invite if known else ()), *settings.default_invite)))


def choose_runbook(
    service: str,
    labels: Mapping[str, str],
    settings: Settings,
    experience: RunbookLibrary,
    recorder: Recorder,
) -> tuple[Runbook | None, str]:
    """Return the runbook for an incident of `service` with these labels, and why it is that one."""
    known = settings.services.get(service)
    return experience.choose(service, labels, recorder.clock(), named=known.runbook if known else "")


async def declare_incident(
    recorder: Recorder,
    settings: Settings,
    experience: RunbookLibrary,
    command: commands.Declare,
    *,
    once: str = "",
) -> RecordResult:
    """Declare an incident with the runbook and the people of its service. Raises Refused."""
    labels = {"service": command.service}
    runbook, why = choose_runbook(command.service, labels, settings, experience, recorder)
    invite = people_to_invite(command.invite, command.service, settings)
    full = replace(command, invite=invite, runbook=runbook, runbook_reason=why)
    return await recorder.record(full, once=once)
