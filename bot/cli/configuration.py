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
from bot.cli.console import settings
from bot.config import runbook_schema
from bot.config.runbooks import check as check_runbooks
from bot.config.runbooks import load_runbooks
from bot.config.settings import DEFAULT_FILE, inspect
from bot.documents.drafting import check as check_template
from bot.domain.errors import Refused
from bot.probes import PROBES
from bot.slack.incoming.http import PATH
from bot.slack.manifest import manifest as app_manifest


@click.command()
def check() -> None:
    """Check firstcheck.yaml, the runbooks and the template. Every mistake is named with its place."""
    known, mistakes = inspect(os.environ)
    mistakes += check_runbooks(known.runbooks, PROBES)
    mistakes += check_template(known.templates)
    for mistake in mistakes:
        click.echo(str(mistake))
    if mistakes:
        sys.exit(1)
    file = Path(os.environ.get("FIRSTCHECK_CONFIG") or DEFAULT_FILE)
    for line in check_report.report(known, file, datetime.now(UTC).date()):
        click.echo(line)


@click.command()
@click.argument("runbook")
@click.option("--incidents", type=click.IntRange(1, 500), default=30, show_default=True, help="How many.")
def simulate(runbook: str, incidents: int) -> None:
    """Measure how soon the order of RUNBOOK finds the cause. It makes up incidents, and learns from them."""
    runbooks = {each.id: each for each in load_runbooks(settings().runbooks, PROBES)}
    if runbook not in runbooks:
        raise Refused(f"There is no runbook {runbook!r}; there is {', '.join(runbooks)}.")
    for line in simulation.report(runbooks[runbook], incidents):
        click.echo(line)


@click.command()
def schema() -> None:
    """Print the JSON Schema of a runbook, for editors."""
    click.echo(json.dumps(runbook_schema.schema(PROBES), indent=2))


@click.command()
@click.argument("about", metavar="[RUNBOOK|SERVICE]", default="")
@click.option("--format", "form", type=click.Choice(sorted(probe_report.FORMATS)), default="text")
@click.option(
    "--save-known-good", is_flag=True, help="Keep the settings that run now as the known good ones."
)
def probe(about: str, form: str, *, save_known_good: bool) -> None:
    """Run the probes of a runbook, a service, or all. Exits 1 when something is wrong, 2 when one failed."""
    known = settings()
    try:
        wanted = probe_run.checks(known, about)
    except Refused as refused:
        raise click.UsageError(str(refused)) from refused
    work = probe_run.save_all if save_known_good else probe_run.run_all
    done = asyncio.run(work(known, wanted))
    click.echo(probe_report.FORMATS[form](done))
    sys.exit(probe_report.exit_code(done))


@click.command()
@click.option("--url", help="Where Slack reaches this bot; without it the manifest is for Socket Mode.")
def manifest(url: str | None) -> None:
    """Print the app manifest to paste into Slack."""
    if url and not url.startswith("https://"):
        raise click.BadParameter(
            f"Slack calls https:// addresses only, and {url} is none.", param_hint="--url"
        )
    full = f"{url.rstrip('/')}{PATH}" if url else None
    click.echo(json.dumps(app_manifest(url=full, command=settings().command), indent=2))
