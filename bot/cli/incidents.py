"""`firstcheck list`, `note`, `resolve`, `cancel` and `reopen`, which need only the database."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

import click

from bot.cli import breakglass
from bot.cli.console import echo, settings
from bot.domain import commands
from bot.slack.incoming.slash.arguments import parse_time


@click.command(name="list")
@click.option("--all", "every", is_flag=True, help="Include closed ones.")
def list_(*, every: bool) -> None:
    """List open incidents."""
    lines = asyncio.run(breakglass.listing(settings(), every=every))
    echo("\n".join(lines) if lines else "No open incidents.")


@click.command()
@click.argument("incident")
@click.argument("text")
@click.option("--at", "at", help="Time it happened: 10:45 (UTC), -5m or 2026-02-18T10:45Z.")
def note(incident: str, text: str, at: str | None) -> None:
    """Add TEXT to the timeline of INCIDENT."""
    when = None if at is None else _moment(at)
    _record(incident, commands.AddNote(by=breakglass.who(), text=text, at=when))


@click.command()
@click.argument("incident")
@click.argument("what_fixed_it", default="")
def resolve(incident: str, what_fixed_it: str) -> None:
    """Resolve INCIDENT: the fix is permanent."""
    _record(incident, commands.Resolve(by=breakglass.who(), resolution=what_fixed_it))


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


def _moment(text: str) -> datetime:
    """Return the time (UTC) from text as in Slack, or in ISO 8601."""
    moment, more = parse_time(text, datetime.now(UTC))
    if moment and not more:
        return moment
    with suppress(ValueError, OverflowError):
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    raise click.BadParameter(f"{text!r} is not a time. Use 10:45, -5m or 2026-02-18T10:45Z.")
