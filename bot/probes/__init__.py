"""Read-only checks a runbook may run: one file each, and the table of them."""

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
from bot.probes.interface import Finding, Kind, Permissions, ProbeFailed, ProbeResult

__all__ = [
    "PROBES",
    "Finding",
    "Kind",
    "Permissions",
    "ProbeFailed",
    "ProbeResult",
    "allowed_by",
    "options_of",
    "run",
]

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

#: What fits a card and is still read.
LONGEST_EVIDENCE = 1200

_LINK = re.compile(r"\{(\w+)\}")
_log = logging.getLogger(__name__)


def permissions_from(settings: Settings) -> Permissions:
    """Return what the configuration lets probes touch."""
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
    """Run `probe` and return what it saw; whatever goes wrong is the verdict `failed` with a sentence.

    `{name}` in an option is the link of that name of the service the incident is about. A kind of probe
    knows itself how long it may take, unless `timeout_s` says otherwise.
    """
    began = time.monotonic()
    try:
        kind, options = options_of(probe, links)
        timeout_s = timeout_s or kind.timeout_s
        async with asyncio.timeout(timeout_s):
            finding = await kind.run(options, permissions)
    except ProbeFailed as error:
        finding = Finding(verdict=ProbeVerdict.FAILED, evidence=str(error))
    except TimeoutError:
        finding = Finding(
            verdict=ProbeVerdict.FAILED, evidence=f"There was no answer within {timeout_s:g} seconds."
        )
    except Exception:  # noqa: BLE001 - no mistake in a probe may stop the response to an incident
        _log.exception("probe %s failed unexpectedly", probe.kind)
        finding = Finding(verdict=ProbeVerdict.FAILED, evidence="The probe itself broke; its log says why.")
    evidence = redact(finding.evidence)[:LONGEST_EVIDENCE]
    return ProbeResult(verdict=finding.verdict, evidence=evidence, seconds=time.monotonic() - began)


def options_of(probe: Probe, links: Mapping[str, str]) -> tuple[Kind[Any], Any]:
    """Return the kind of `probe`, and its options with the links filled in; raises ProbeFailed."""
    kind = PROBES.get(probe.kind)
    if kind is None:
        raise ProbeFailed(f"There is no probe {probe.kind!r}; there is {', '.join(sorted(PROBES))}.")
    filled = {
        name: _filled(value, links) if isinstance(value, str) else value
        for name, value in probe.options.items()
    }
    return kind, kind.read(filled)


def _filled(text: str, links: Mapping[str, str]) -> str:
    missing = [name for name in _LINK.findall(text) if not links.get(name)]
    if missing:
        raise ProbeFailed(
            f"The service has no link {missing[0]!r}: add it under services.<name>.links in firstcheck.yaml."
        )
    return _LINK.sub(lambda found: links[found[1]], text)
