"""Probes: read-only checks that a runbook can run. There is one file per kind, and the table of kinds."""

import asyncio
import logging
import re
import time
from collections.abc import Mapping
from typing import Any

from bot.config.settings import Settings
from bot.domain.runbooks.runbook import Probe
from bot.domain.text.redaction import redact
from bot.domain.vocabulary import ProbeVerdict
from bot.probes import change, command, config, dns, http, prometheus, tcp, tls
from bot.probes.interface import Kind, Permissions, ProbeFailed, ProbeResult

PROBES: Mapping[str, Kind[Any]] = {
    "change": change.KIND,
    "command": command.KIND,
    "config": config.KIND,
    "dns": dns.KIND,
    "http": http.KIND,
    "prometheus": prometheus.KIND,
    "tcp": tcp.KIND,
    "tls": tls.KIND,
}

#: In characters. Longer evidence would not fit on the card.
LONGEST_EVIDENCE = 1200

_LINK = re.compile(r"\{(\w+)\}")
_log = logging.getLogger(__name__)


def permissions_from(settings: Settings) -> Permissions:
    """Return the permissions that the configuration grants to probes."""
    return Permissions(
        hosts=settings.allowed_hosts,
        networks=settings.allowed_networks,
        paths=settings.allowed_paths,
        folder=settings.folder,
        commands=settings.commands,
        known_good=settings.known_good,
    )


async def run(
    probe: Probe, *, links: Mapping[str, str], permissions: Permissions, timeout_s: float | None = None
) -> ProbeResult:
    """Run `probe` and return its result. If anything goes wrong, the verdict is `failed`.

    `{name}` in an option is replaced by that link of the incident's service. `timeout_s` replaces the time
    limit of the kind of probe.
    """
    began = time.monotonic()
    verdict = ProbeVerdict.FAILED
    try:
        kind, options = options_of(probe, links)
        timeout_s = timeout_s or kind.timeout_s
        async with asyncio.timeout(timeout_s):
            finding = await kind.run(options, permissions)
        verdict, evidence = finding.verdict, finding.evidence
    except ProbeFailed as error:
        evidence = str(error)
    except TimeoutError:
        evidence = f"No answer within {timeout_s:g} seconds."
    except Exception:  # noqa: BLE001 - a bug in a probe must not stop the response to an incident
        _log.exception("probe %s failed unexpectedly", probe.kind)
        evidence = "The probe failed unexpectedly. See Firstcheck's log."
    seconds = time.monotonic() - began
    return ProbeResult(verdict=verdict, evidence=redact(evidence)[:LONGEST_EVIDENCE], seconds=seconds)


def options_of(probe: Probe, links: Mapping[str, str]) -> tuple[Kind[Any], Any]:
    """Return the kind of `probe`, and its options with links filled in. Raise ProbeFailed if one is wrong."""
    kind = PROBES.get(probe.kind)
    if kind is None:
        raise ProbeFailed(f"There is no probe {probe.kind!r}; the kinds are {', '.join(sorted(PROBES))}.")
    filled = {
        name: _filled(value, links) if isinstance(value, str) else value
        for name, value in probe.options.items()
    }
    return kind, kind.read(filled)


def _filled(text: str, links: Mapping[str, str]) -> str:
    missing = [name for name in _LINK.findall(text) if not links.get(name)]
    if missing:
        raise ProbeFailed(
            f"The service has no link {missing[0]!r}. Add it under services.<name>.links in firstcheck.yaml."
        )
    return _LINK.sub(lambda found: links[found[1]], text)
