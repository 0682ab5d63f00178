"""Read-only checks a runbook may run: one file each, and the table of them."""

import asyncio
import logging
import re
import time
from collections.abc import Collection, Mapping

from bot.domain.redaction import redact
from bot.domain.runbook import Probe
from bot.probes import config
from bot.probes.interface import Finding, Look, ProbeFailed, ProbeResult, Verdict

__all__ = ["PROBES", "Finding", "Look", "ProbeFailed", "ProbeResult", "Verdict", "run"]

PROBES: Mapping[str, Look] = {
    "config": config.look,
}

#: A responder waits for it, so it is short.
LONGEST_S = 5.0
#: What fits a card and is still read.
LONGEST_EVIDENCE = 1200

_LINK = re.compile(r"\{(\w+)\}")
_log = logging.getLogger(__name__)


async def run(
    probe: Probe, *, links: Mapping[str, str], allowed_hosts: Collection[str], timeout_s: float = LONGEST_S
) -> ProbeResult:
    """Run `probe` and return what it saw; whatever goes wrong is the verdict `failed` with a sentence.

    `{name}` in an option is the link of that name of the service the incident is about.
    """
    began = time.monotonic()
    try:
        async with asyncio.timeout(timeout_s):
            finding = await _look(probe, links, allowed_hosts)
    except ProbeFailed as error:
        finding = Finding(verdict="failed", evidence=str(error))
    except TimeoutError:
        finding = Finding(verdict="failed", evidence=f"There was no answer within {timeout_s:g} seconds.")
    except Exception:  # noqa: BLE001 a probe must never stop the response to an incident
        _log.exception("probe %s failed unexpectedly", probe.kind)
        finding = Finding(verdict="failed", evidence="The probe itself broke; its log says why.")
    evidence = redact(finding.evidence)[:LONGEST_EVIDENCE]
    return ProbeResult(verdict=finding.verdict, evidence=evidence, seconds=time.monotonic() - began)


async def _look(probe: Probe, links: Mapping[str, str], allowed_hosts: Collection[str]) -> Finding:
    look = PROBES.get(probe.kind)
    if look is None:
        raise ProbeFailed(f"There is no probe {probe.kind!r}; there is {', '.join(sorted(PROBES))}.")
    options = {
        name: _filled(value, links) if isinstance(value, str) else value
        for name, value in probe.options.items()
    }
    return await look(options, allowed_hosts=allowed_hosts)


def _filled(text: str, links: Mapping[str, str]) -> str:
    missing = [name for name in _LINK.findall(text) if not links.get(name)]
    if missing:
        raise ProbeFailed(
            f"The service has no link {missing[0]!r}: add it under services.<name>.links in firstcheck.yaml."
        )
    return _LINK.sub(lambda found: links[found[1]], text)
