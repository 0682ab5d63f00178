"""`firstcheck probe`: runs the probes of runbooks outside an incident, and saves known good settings."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bot.config.monitoring import Service
from bot.config.runbooks import load_runbooks
from bot.config.settings import Settings
from bot.config.yaml_entry import closest_match
from bot.domain.errors import Refused
from bot.domain.runbooks.runbook import Probe, Runbook
from bot.domain.text.redaction import redact
from bot.domain.vocabulary import ProbeVerdict
from bot.probes import PROBES, config, options_of, permissions_from, run
from bot.probes.interface import ProbeFailed, ProbeResult

#: How many probes run at once. More could overload what they check.
MAX_CONCURRENT = 8
NOT_RUN = ProbeResult(verdict=ProbeVerdict.FAILED, evidence="Not run.", seconds=0)


@dataclass(frozen=True, kw_only=True)
class Check:
    """A step's probe for one service, and its result. A probe that was not run counts as failed."""

    runbook: str
    service: str
    step: str
    title: str
    probe: Probe
    result: ProbeResult = NOT_RUN

    @property
    def name(self) -> str:
        """The probe's name in reports: `auth-outage/settings (auth)`."""
        return f"{self.runbook}/{self.step}{f' ({self.service})' if self.service else ''}"


def checks(settings: Settings, about: str = "") -> list[Check]:
    """Return the probes of the runbook or service `about` (default: all), once for each of their services.

    Raise Refused if there is no such runbook or service, or no probe, and ConfigMistakes if a runbook is
    invalid.
    """
    runbooks = load_runbooks(settings.runbooks, PROBES)
    names = {*settings.services}.union(*({runbook.id, runbook.service} for runbook in runbooks)) - {""}
    if about and about not in names:
        raise Refused(f"There is no runbook or service {about!r}{closest_match(about, names)}.")
    found = [
        Check(runbook=runbook.id, service=service, step=step.id, title=step.title, probe=step.probe)
        for runbook in runbooks
        for service in _services(settings, runbook)
        for step in runbook.steps
        if step.probe and about in {"", runbook.id, service}
    ]
    if not found:
        raise Refused(f"No step in {about or 'any runbook'} has a probe.")
    return found


def _services(settings: Settings, runbook: Runbook) -> Sequence[str]:
    """Return the services whose incidents get this runbook.

    If there are none, return its own, which may be "".
    """
    assigned = [name for name, service in settings.services.items() if service.runbook == runbook.id]
    own = settings.services.get(runbook.service)
    if own is None or own.runbook not in {"", runbook.id}:
        return assigned or ([] if own else [runbook.service])
    return list(dict.fromkeys((runbook.service, *assigned)))


async def run_all(settings: Settings, wanted: Sequence[Check]) -> list[Check]:
    """Run the probes concurrently and return them with their results. A failure does not stop the others."""
    return await _each(wanted, partial(_run, settings))


async def _run(settings: Settings, check: Check) -> Check:
    links = settings.services.get(check.service, Service()).links
    return replace(check, result=await run(check.probe, links=links, permissions=permissions_from(settings)))


async def save_all(settings: Settings, wanted: Sequence[Check]) -> list[Check]:
    """Save the settings that the config probes read as known good. Return the probes with the outcome.

    Raise Refused if none of them has `known_good`, or if two use the same name.
    """
    saving = [
        check for check in wanted if check.probe.kind == "config" and "known_good" in check.probe.options
    ]
    names = Counter(str(check.probe.options["known_good"]) for check in saving)
    repeated = [name for name, count in names.items() if count > 1]
    if not saving:
        raise Refused("No config probe here has known_good, so there is nothing to save.")
    if repeated:
        raise Refused(f"Two probes save their settings as {repeated[0]!r}. Give each its own name.")
    return await _each(saving, partial(_save, settings))


async def _save(settings: Settings, check: Check) -> Check:
    try:
        kind, options = options_of(check.probe, settings.services.get(check.service, Service()).links)
        async with asyncio.timeout(kind.timeout_s):
            saved = await config.save_known_good(options, permissions_from(settings))
    except ProbeFailed as error:
        verdict, evidence = ProbeVerdict.FAILED, redact(str(error))
    except TimeoutError:
        verdict, evidence = ProbeVerdict.FAILED, "Reading the settings timed out."
    else:
        if isinstance(saved, Path):
            verdict, evidence = ProbeVerdict.CLEAR, f"saved in {saved}"
        else:
            verdict, evidence = ProbeVerdict.WRONG, f"not saved: {redact(saved.evidence)}"
    return replace(check, result=ProbeResult(verdict=verdict, evidence=evidence, seconds=0))


async def _each(wanted: Sequence[Check], action: Callable[[Check], Awaitable[Check]]) -> list[Check]:
    limit = asyncio.Semaphore(MAX_CONCURRENT)

    async def one(check: Check) -> Check:
        async with limit:
            return await action(check)

    return await asyncio.gather(*(one(check) for check in wanted))
