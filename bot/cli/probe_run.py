"""`firstcheck probe`: runs the probes of runbooks outside an incident, and keeps known good settings."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bot.config.runbooks import load_runbooks
from bot.config.settings import Settings
from bot.config.yaml_entry import closest_match
from bot.domain.errors import Refused
from bot.domain.runbooks.runbook import Probe, Runbook
from bot.domain.text.redaction import redact
from bot.domain.vocabulary import ProbeVerdict
from bot.probes import PROBES, ProbeFailed, ProbeResult, config, options_of, permissions_from, run

#: Probes that look at the same time; more would be a load of its own.
AT_ONCE = 8


@dataclass(frozen=True, kw_only=True)
class Check:
    """A step's probe, to be run for one service, and what it saw once it has."""

    runbook: str
    service: str
    step: str
    title: str
    probe: Probe
    result: ProbeResult | None = None


def checks(settings: Settings, about: str = "") -> list[Check]:
    """Return the probes of the runbook or service `about`, or all, each once for every service it is for.

    Raises Refused when there is no such runbook or service, or nothing to probe; ConfigMistakes.
    """
    runbooks = load_runbooks(settings.runbooks, PROBES)
    known = {*settings.services}.union(*({runbook.id, runbook.service} for runbook in runbooks)) - {""}
    if about and about not in known:
        raise Refused(f"There is no runbook and no service {about!r}{closest_match(about, known)}.")
    found = [
        Check(runbook=runbook.id, service=service, step=step.id, title=step.title, probe=step.probe)
        for runbook in runbooks
        for service in _services(settings, runbook)
        for step in runbook.steps
        if step.probe and about in {"", runbook.id, service}
    ]
    if not found:
        raise Refused(f"There is nothing to probe: no step of {about or 'any runbook'} has a probe.")
    return found


def _services(settings: Settings, runbook: Runbook) -> Sequence[str]:
    """The services whose incidents this runbook is for; without one it runs once, for its own or for none."""
    named = [name for name, service in settings.services.items() if service.runbook == runbook.id]
    own = settings.services.get(runbook.service)
    if own is None or own.runbook not in {"", runbook.id}:
        return named or ([] if own else [runbook.service])
    return list(dict.fromkeys((runbook.service, *named)))


async def run_all(settings: Settings, wanted: Sequence[Check]) -> list[Check]:
    """Return `wanted` with what each saw; several look at once, and one that breaks stops no other."""
    return await _each(wanted, partial(_looked, settings))


async def _looked(settings: Settings, check: Check) -> Check:
    links = _links(settings, check.service)
    return replace(check, result=await run(check.probe, links=links, permissions=permissions_from(settings)))


async def keep_all(settings: Settings, wanted: Sequence[Check]) -> list[Check]:
    """Keep the settings that the config probes among `wanted` read as the known good ones; say how it went.

    Raises Refused when none of them names its known good, or two the same.
    """
    naming = [
        check for check in wanted if check.probe.kind == "config" and "known_good" in check.probe.options
    ]
    names = Counter(str(check.probe.options["known_good"]) for check in naming)
    twice = [name for name, count in names.items() if count > 1]
    if not naming:
        raise Refused("No config probe here has known_good, so there is nothing to keep.")
    if twice:
        raise Refused(f"Two probes keep their settings as {twice[0]!r}: give each a name of its own.")
    return await _each(naming, partial(_kept, settings))


async def _kept(settings: Settings, check: Check) -> Check:
    try:
        kind, options = options_of(check.probe, _links(settings, check.service))
        async with asyncio.timeout(kind.timeout_s):
            kept = await config.save_known_good(options, permissions_from(settings))
    except ProbeFailed as error:
        result = ProbeResult(verdict=ProbeVerdict.FAILED, evidence=redact(str(error)), seconds=0)
    except TimeoutError:
        result = ProbeResult(
            verdict=ProbeVerdict.FAILED, evidence="The settings were not read in time.", seconds=0
        )
    else:
        if isinstance(kept, Path):
            result = ProbeResult(verdict=ProbeVerdict.CLEAR, evidence=f"kept in {kept}", seconds=0)
        else:
            result = ProbeResult(
                verdict=ProbeVerdict.WRONG, evidence=f"not kept: {redact(kept.evidence)}", seconds=0
            )
    return replace(check, result=result)


async def _each(wanted: Sequence[Check], look: Callable[[Check], Awaitable[Check]]) -> list[Check]:
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(check: Check) -> Check:
        async with turn:
            return await look(check)

    return await asyncio.gather(*(one(check) for check in wanted))


def _links(settings: Settings, name: str) -> dict[str, str]:
    service = settings.services.get(name)
    return dict(service.links) if service else {}
