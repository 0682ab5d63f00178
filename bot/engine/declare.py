"""What an incident gets from its service when it is declared: the runbook, and the people."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.config.settings import Settings
from bot.domain import commands as c
from bot.domain.runbooks.runbook import Runbook
from bot.engine.record import Outcome, Recorder
from bot.engine.runbook_library import Experience


def invited(named: Iterable[str], service: str, settings: Settings) -> tuple[str, ...]:
    """Return who comes, each once: those named, those of the service, and those who always come."""
    known = settings.services.get(service)
    return tuple(dict.fromkeys((*named, *(known.invite if known else ()), *settings.default_invite)))


def runbook_of(
    service: str, labels: Mapping[str, str], settings: Settings, experience: Experience, recorder: Recorder
) -> tuple[Runbook | None, str]:
    """Return the runbook for an incident of `service` with these labels, and why it is that one."""
    known = settings.services.get(service)
    return experience.choose(service, labels, recorder.clock(), named=known.runbook if known else "")


async def declared(
    recorder: Recorder,
    settings: Settings,
    experience: Experience,
    command: c.Declare,
    *,
    once: str = "",
) -> Outcome:
    """Declare an incident with the runbook and the people of its service. Raises Refused."""
    labels = {"service": command.service}
    runbook, why = runbook_of(command.service, labels, settings, experience, recorder)
    invite = invited(command.invite, command.service, settings)
    full = replace(command, invite=invite, runbook=runbook, runbook_reason=why)
    return await recorder.record(full, once=once)
