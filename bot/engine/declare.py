"""Declares incidents with the runbook and the people that are configured for their service."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.config.monitoring import Service
from bot.config.settings import Settings
from bot.domain import commands
from bot.domain.runbooks.runbook import Runbook
from bot.engine.record import Recorder, RecordResult
from bot.engine.runbook_library import RunbookLibrary


def people_to_invite(invited: Iterable[str], service: str, settings: Settings) -> tuple[str, ...]:
    """Return `invited`, the service's people, and the people who are always invited, without duplicates."""
    of_service = settings.services.get(service, Service()).invite
    return tuple(dict.fromkeys((*invited, *of_service, *settings.default_invite)))


def choose_runbook(
    service: str, labels: Mapping[str, str], settings: Settings, library: RunbookLibrary, recorder: Recorder
) -> tuple[Runbook | None, str]:
    """Return the runbook for an incident of `service` with these labels, and why it was chosen."""
    runbook = settings.services.get(service, Service()).runbook
    return library.choose(service, labels, recorder.clock(), named=runbook)


async def declare_incident(
    recorder: Recorder,
    settings: Settings,
    library: RunbookLibrary,
    command: commands.Declare,
    *,
    once: str = "",
) -> RecordResult:
    """Declare an incident with the runbook and the people of its service. Raise Refused if it is invalid."""
    labels = {"service": command.service}
    runbook, why = choose_runbook(command.service, labels, settings, library, recorder)
    invite = people_to_invite(command.invite, command.service, settings)
    full = replace(command, invite=invite, runbook=runbook, runbook_reason=why)
    return await recorder.record(full, once=once)
