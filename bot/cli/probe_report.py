"""The results of probes as text, JSON or JUnit XML, and the exit code."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from xml.etree import ElementTree as ET

from bot.cli.probe_run import Check
from bot.domain.vocabulary import ProbeVerdict

_ELEMENTS = {ProbeVerdict.WRONG: "failure", ProbeVerdict.FAILED: "error"}
#: Characters that XML 1.0 does not allow: https://www.w3.org/TR/xml/#charsets
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def exit_code(checks: Sequence[Check]) -> int:
    """Return 1 if a probe found a problem, else 2 if one could not run, else 0."""
    counts = _counts(checks)
    return 1 if counts[ProbeVerdict.WRONG] else 2 if counts[ProbeVerdict.FAILED] else 0


def text(checks: Sequence[Check]) -> str:
    """Return a line for each probe, and one with the number of each verdict."""
    lines = []
    for check in checks:
        result, evidence = check.result, check.result.evidence
        if result.verdict is ProbeVerdict.FAILED:
            evidence = f"{evidence.rstrip('.')}. The result is unknown."
        lines.append(f"{result.verdict:<6}  {check.name}, {result.seconds:.2f} s: {evidence}")
    counts = _counts(checks)
    return "\n".join([*lines, ", ".join(f"{counts[verdict]} {verdict}" for verdict in ProbeVerdict)])


def as_json(checks: Sequence[Check]) -> str:
    """Return a JSON object with the number of each verdict, and the list `probes` with the results."""
    probes = [
        {
            "runbook": check.runbook,
            "service": check.service,
            "step": check.step,
            "kind": check.probe.kind,
            "verdict": check.result.verdict,
            "evidence": check.result.evidence,
            "seconds": round(check.result.seconds, 3),
        }
        for check in checks
    ]
    return json.dumps({**_counts(checks), "probes": probes}, indent=2)


def junit(checks: Sequence[Check]) -> str:
    """Return JUnit XML for CI systems. A problem found is a failure; a probe that could not run is an error.

    https://github.com/testmoapp/junitxml
    """
    root = ET.Element("testsuites", {"name": "firstcheck probe", **_totals(checks)})
    for (runbook, service), group in groupby(checks, key=lambda check: (check.runbook, check.service)):
        members = list(group)
        name = f"{runbook} ({service})" if service else runbook
        suite = ET.SubElement(root, "testsuite", {"name": _clean(name), **_totals(members)})
        for check in members:
            _testcase(suite, name, check)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


FORMATS: Mapping[str, Callable[[Sequence[Check]], str]] = {"text": text, "json": as_json, "junit": junit}


def _testcase(suite: ET.Element, name: str, check: Check) -> None:
    verdict, evidence = check.result.verdict, _clean(check.result.evidence)
    title, seconds = _clean(f"{check.step}: {check.title}"), f"{check.result.seconds:.3f}"
    case = ET.SubElement(suite, "testcase", classname=_clean(name), name=title, time=seconds)
    if verdict in _ELEMENTS:
        ET.SubElement(case, _ELEMENTS[verdict], type=verdict, message=evidence).text = evidence
    else:
        ET.SubElement(case, "system-out").text = evidence


def _totals(checks: Sequence[Check]) -> dict[str, str]:
    counts = _counts(checks)
    return {
        "tests": str(len(checks)),
        "failures": str(counts[ProbeVerdict.WRONG]),
        "errors": str(counts[ProbeVerdict.FAILED]),
        "time": f"{sum(check.result.seconds for check in checks):.3f}",
    }


def _counts(checks: Sequence[Check]) -> dict[ProbeVerdict, int]:
    counts = Counter(check.result.verdict for check in checks)
    return {verdict: counts[verdict] for verdict in ProbeVerdict}


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
