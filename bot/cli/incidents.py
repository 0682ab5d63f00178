"""`firstcheck list`, `note`, `milestone`, `resolve`, `cancel` and `reopen`, which need only the database."""

import asyncio
from datetime import UTC, datetime

import click
from dateutil.tz import tzlocal

from bot.cli import breakglass
from bot.cli.console import echo, settings
from bot.domain import commands
from bot.domain.errors import Refused
from bot.domain.text.time_grammar import parse_whole
from bot.domain.vocabulary import Milestone


@click.command(name="list")
@click.option("--all", "every", is_flag=True, help="Include closed incidents.")
def list_(*, every: bool) -> None:
    """List open incidents."""
    lines = asyncio.run(breakglass.listing(settings(), every=every))
    echo("\n".join(lines) if lines else "No open incidents.")


at_option = click.option(
    "--at", "at", help="When it happened: 10:45, '9:50 PM', -5m or '2026-02-18 10:45 UTC'."
)


@click.command()
@click.argument("incident")
@click.argument("text")
@at_option
def note(incident: str, text: str, at: str | None) -> None:
    """Add TEXT to INCIDENT's timeline."""
    _record(incident, commands.AddNote(by=breakglass.who(), text=text, at=_time(at)))


@click.command()
@click.argument("incident")
@click.argument("name", type=click.Choice([name.replace(" ", "-") for name in Milestone]))
@click.argument("how", default="")
@click.option("--at", "at", required=True, help="When it happened, as in `note`.")
def milestone(incident: str, name: str, how: str, at: str) -> None:
    """Set when INCIDENT reached a milestone, and HOW."""
    happened_at = _time(at) or datetime.now(UTC)
    reached = Milestone(name.replace("-", " "))
    _record(
        incident,
        commands.SetMilestone(by=breakglass.who(), milestone=reached, happened_at=happened_at, how=how),
    )


@click.command()
@click.argument("incident")
@click.argument("what_fixed_it", default="")
@at_option
def resolve(incident: str, what_fixed_it: str, at: str | None) -> None:
    """Resolve INCIDENT: the fix is permanent."""
    _record(incident, commands.Resolve(by=breakglass.who(), resolution=what_fixed_it, at=_time(at)))


@click.command()
@click.argument("incident")
@click.argument("reason")
def cancel(incident: str, reason: str) -> None:
    """Cancel INCIDENT as a false alarm."""
    _record(incident, commands.Cancel(by=breakglass.who(), reason=reason))


@click.command()
@click.argument("incident")
@click.argument("reason", default="")
def reopen(incident: str, reason: str) -> None:
    """Reopen INCIDENT."""
    _record(incident, commands.Reopen(by=breakglass.who(), reason=reason))


def _record(incident: str, command: commands.AnyCommand) -> None:
    echo(asyncio.run(breakglass.record(settings(), incident, command)))


def _time(text: str | None) -> datetime | None:
    """Return the time (UTC) that was typed in this machine's time zone.

    Raise BadParameter if it is not a time.
    """
    try:
        return None if text is None else parse_whole(text, datetime.now(UTC), tzlocal())
    except Refused as refusal:
        raise click.BadParameter(str(refusal), param_hint="--at") from refusal
