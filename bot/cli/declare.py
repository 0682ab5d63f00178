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
from bot.slack.incoming.slash import severities
from bot.slack.views.declare import DEFAULT_SEVERITY
from bot.store.sqlite.lock import file_of

log = logging.getLogger("firstcheck.breakglass")


@click.command()
@click.argument("title")
@click.option(
    "--severity", help="sev1 to sev4, or a word from a monitor. Default: the one in TITLE, or sev2."
)
@click.option("--service", default="", help="Affected service.")
@click.option("--drill", is_flag=True, help="Mark it as a drill.")
def declare(title: str, severity: str | None, service: str, *, drill: bool) -> None:
    """Declare an incident. Its channel opens once Slack can be reached."""
    current = settings()
    in_title, rest = severities.split_severity(title, current.severities)
    severe = severities.parse_severity(severity or in_title or DEFAULT_SEVERITY, current.severities)
    title = title if severity else rest or title
    if severe is None:
        usual = ", ".join(Severity)
        raise click.BadParameter(
            f"{severity!r} is unknown. Use {usual} or a word from your monitoring system, such as critical.",
            param_hint="--severity",
        )
    by = breakglass.who()
    command = commands.Declare(by=by, title=title, severity=severe, service=service, drill=drill)
    echo(asyncio.run(declare_without_slack(current, command)))


async def declare_without_slack(settings: Settings, command: commands.Declare) -> str:
    """Declare an incident, in a new database if there is none, and return what to print.

    Raise Refused if the title or the severity is invalid.
    """
    path = file_of(settings.database)
    new = f" Created the database {path.absolute()}." if path and not path.exists() else ""
    library = RunbookLibrary(usable_runbooks(settings), settings.review_days)
    async with breakglass.recorder_of(settings) as recorder:
        await library.load(recorder.store)
        with breakglass.refusals_for_the_terminal():
            outcome = await declare_incident(recorder, settings, library, command)
    incident = outcome.incident
    return (
        f"Declared {incident.full_name} {incident.title} ({incident.severity}).{new} "
        f"{breakglass.catch_up_note(settings)}"
    )


def usable_runbooks(settings: Settings) -> tuple[Runbook, ...]:
    """Return the runbooks. If one has a mistake, log it and return none, so that people can still declare."""
    try:
        return load_runbooks(settings.runbooks, PROBES)
    except ConfigMistakes as mistakes:
        log.warning("Continuing without runbooks until this is fixed:\n%s", mistakes)
        return ()
