"""`firstcheck lint`: the gaps in a postmortem, as text, JSON or JUnit XML."""

import asyncio
import json
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import click

from bot.app import assembled
from bot.cli import breakglass
from bot.cli.console import echo, settings
from bot.config.settings import Settings
from bot.documents.drafting import gather
from bot.documents.lint import LONGEST_GAP, Finding, lint_document, lint_facts
from bot.documents.merge import path_of


@click.command()
@click.argument("what", metavar="FILE|INCIDENT")
@click.option("--format", "form", type=click.Choice(["text", "json", "junit"]), default="text")
@click.option(
    "--gap",
    type=click.IntRange(1),
    default=LONGEST_GAP // timedelta(minutes=1),
    show_default=True,
    help="Minutes of silence to report, while users were affected.",
)
def lint(what: str, form: str, gap: int) -> None:
    """Report the gaps in a postmortem: a Markdown FILE, or the document and the record of INCIDENT.

    Exit code 1: something is missing. Warnings alone do not count.
    """
    path = Path(what)
    found = (
        list(lint_document(path.read_text("utf-8", "replace")))
        if path.is_file()
        else asyncio.run(_of_incident(settings(), what, timedelta(minutes=gap)))
    )
    echo(FORMATS[form](what, found))
    sys.exit(any(not finding.is_warning for finding in found))


async def _of_incident(current: Settings, name: str, gap: timedelta) -> list[Finding]:
    """Return the gaps in an incident's record and its document. Raise Refused if it does not exist."""
    breakglass.require_database(current)
    async with assembled(current, runbooks=()) as bot:
        incident = await breakglass.known(bot.recorder, name)
        facts = await gather(bot.store, incident, bot.names)
        document = path_of(current.postmortems, incident)
        text = document.read_text("utf-8", "replace") if document.is_file() else ""
        return [*lint_facts(facts, gap), *(lint_document(text) if text else ())]


def text(what: str, found: Sequence[Finding]) -> str:
    """Return a line for each gap, and their number."""
    lines = [
        f"{what}{f':{finding.line}' if finding.line else ''}: "
        f"{'warning: ' if finding.is_warning else ''}{finding.text} ({finding.rule})"
        for finding in found
    ]
    errors = sum(not finding.is_warning for finding in found)
    return "\n".join([*lines, f"{errors} missing, {len(found) - errors} warnings"])


def as_json(what: str, found: Sequence[Finding]) -> str:
    """Return a JSON object with the list of gaps."""
    return json.dumps({"postmortem": what, "findings": [asdict(finding) for finding in found]}, indent=2)


def junit(what: str, found: Sequence[Finding]) -> str:
    """Return JUnit XML. Each gap is a failed test case; a warning is only printed."""
    errors = str(sum(not finding.is_warning for finding in found))
    root = ET.Element("testsuites", name="firstcheck lint", tests=str(len(found) or 1), failures=errors)
    suite = ET.SubElement(root, "testsuite", name=what, tests=str(len(found) or 1), failures=errors)
    if not found:
        ET.SubElement(suite, "testcase", classname=what, name="complete")
    for finding in found:
        place = f"line {finding.line}: " if finding.line else ""
        case = ET.SubElement(suite, "testcase", classname=what, name=f"{finding.rule}: {place}{finding.text}")
        tag = "system-out" if finding.is_warning else "failure"
        ET.SubElement(case, tag).text = finding.text
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


FORMATS: Mapping[str, Callable[[str, Sequence[Finding]], str]] = {
    "text": text,
    "json": as_json,
    "junit": junit,
}
