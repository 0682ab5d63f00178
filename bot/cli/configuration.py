"""`firstcheck check`, `simulate`, `schema`, `probe` and `manifest`: the configuration and the runbooks."""

import asyncio
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli import check_report, probe_report, probe_run
from bot.cli import simulate as simulation
from bot.cli.console import echo, printable, settings
from bot.config import runbook_schema
from bot.config.runbooks import check as check_runbooks
from bot.config.runbooks import load_runbooks
from bot.config.settings import DEFAULT_FILE, Settings, inspect
from bot.documents.drafting import check as check_template
from bot.domain.errors import Refused
from bot.probes import PROBES
from bot.slack.incoming.http import PATH
from bot.slack.manifest import manifest as app_manifest
from bot.slack.self_check import Finding, check_slack


@click.command()
@click.option("--offline", is_flag=True, help="Do not contact Slack.")
def check(*, offline: bool) -> None:
    """Check the configuration, the runbooks and the template, and ask Slack whether the tokens work.

    Each mistake is reported with its line. Exit code 1: something is wrong.
    """
    found, mistakes = inspect(os.environ)
    mistakes += check_runbooks(found.runbooks, PROBES)
    mistakes += check_template(found.templates, found.template)
    for mistake in mistakes:
        echo(str(mistake))
    if mistakes:
        sys.exit(1)
    file = Path(os.environ.get("FIRSTCHECK_CONFIG") or DEFAULT_FILE)
    for line in check_report.report(found, file, datetime.now(UTC).date()):
        echo(line)
    findings = [] if offline else asyncio.run(_ask_slack(found))
    for finding in findings:
        echo(finding.text)
    echo(check_report.VALID)
    if problems := sum(finding.is_problem for finding in findings):
        echo(f"Slack needs attention: {problems} problem{'s' if problems > 1 else ''}, see above.")
        sys.exit(1)


async def _ask_slack(current: Settings) -> list[Finding]:
    return [finding async for finding in check_slack(current)]


@click.command()
@click.argument("runbook")
@click.option(
    "--incidents",
    type=click.IntRange(1, 500),
    default=30,
    show_default=True,
    help="Number of incidents to simulate.",
)
def simulate(runbook: str, incidents: int) -> None:
    """Measure how soon RUNBOOK's order finds the cause. The incidents are simulated."""
    runbooks = {each.id: each for each in load_runbooks(settings().runbooks, PROBES)}
    if runbook not in runbooks:
        raise Refused(f"There is no runbook {runbook!r}. Available runbooks: {', '.join(runbooks)}.")
    for line in simulation.report(runbooks[runbook], incidents):
        echo(line)


@click.command()
def schema() -> None:
    """Print the JSON Schema of a runbook."""
    echo(json.dumps(runbook_schema.schema(PROBES), indent=2))


@click.command()
@click.argument("about", metavar="[RUNBOOK|SERVICE]", default="")
@click.option(
    "--format", "form", type=click.Choice(sorted(probe_report.FORMATS)), default="text", help="Output format."
)
@click.option("--save-known-good", is_flag=True, help="Save the running settings as known good.")
def probe(about: str, form: str, *, save_known_good: bool) -> None:
    """Run the probes of a runbook or a service, or all probes.

    Exit code 1: problem found. 2: a probe could not run.
    """
    current = settings()
    try:
        checks = probe_run.checks(current, about)
    except Refused as refused:
        raise click.UsageError(printable(str(refused))) from refused
    work = probe_run.save_all if save_known_good else probe_run.run_all
    done = asyncio.run(work(current, checks))
    echo(probe_report.FORMATS[form](done))
    sys.exit(probe_report.exit_code(done))


@click.command()
@click.option("--url", help="Public https:// address of this bot (default: Socket Mode).")
def manifest(url: str | None) -> None:
    """Print the app manifest for Slack."""
    if url and not url.startswith("https://"):
        raise click.BadParameter(f"must start with https:// (got {url}).", param_hint="--url")
    full = f"{url.rstrip('/')}{PATH}" if url else None
    echo(json.dumps(app_manifest(url=full, command=settings().command), indent=2))
