"""`firstcheck declare`: an incident with the runbook and the people of its service."""

import asyncio
import logging

import click

from bot.cli import breakglass
from bot.cli.console import echo, settings
from bot.config.runbooks import load_runbooks
from bot.config.settings import Settings
from bot.config.yaml_entry import ConfigMistakes
from bot.domain import commands
from bot.domain.runbooks.runbook import Runbook
from bot.domain.vocabulary import Severity
from bot.engine.declare import declare_incident
from bot.engine.runbook_library import RunbookLibrary
from bot.probes import PROBES
from bot.slack.incoming.slash import arguments
from bot.store.sqlite.lock import file_of

log = logging.getLogger("firstcheck.breakglass")


@click.command()
@click.argument("title")
@click.option(
    "--severity", default="sev2", show_default=True, help="sev1 to sev4, or a monitor's word for it."
)
@click.option("--service", default="", help="What fails.")
@click.option("--drill", is_flag=True, help="An exercise: its card and its pages say so.")
def declare(title: str, severity: str, service: str, *, drill: bool) -> None:
    """Declare an incident. Its channel opens as soon as Slack is there."""
    known = settings()
    severe = arguments.parse_severity(severity, known.severities)
    if severe is None:
        usual = ", ".join(dict.fromkeys((*Severity, *known.severities)))
        raise click.BadParameter(f"{severity!r} is not known; write one of {usual}.", param_hint="--severity")
    by = breakglass.who()
    command = commands.Declare(by=by, title=title, severity=severe, service=service, drill=drill)
    echo(asyncio.run(declare_without_slack(known, command)))


async def declare_without_slack(settings: Settings, command: commands.Declare) -> str:
    """Declare an incident, in a new database if there is none, and return what to print. Raise Refused."""
    path = file_of(settings.database)
    new = f" It is the first in a new database, {path.absolute()}." if path and not path.exists() else ""
    library = RunbookLibrary(usable_runbooks(settings), settings.review_days)
    async with breakglass.recorder_of(settings) as recorder:
        await library.load(recorder.store)
        with breakglass.refusals_for_the_terminal():
            outcome = await declare_incident(recorder, settings, library, command)
    incident = outcome.incident
    return (
        f"{incident.full_name} {incident.title} is declared ({incident.severity}).{new} "
        f"{breakglass.heard(settings)}"
    )


def usable_runbooks(settings: Settings) -> tuple[Runbook, ...]:
    """Return the runbooks, or none with a warning if one has a mistake: declaring must not wait for it."""
    try:
        return load_runbooks(settings.runbooks, PROBES)
    except ConfigMistakes as mistakes:
        log.warning("Going on without runbooks, until this is mended:\n%s", mistakes)
        return ()
