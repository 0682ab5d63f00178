"""`firstcheck serve | demo | check | …`: reads arguments, nothing else."""

import asyncio
import json
import os
import re
import sys
from collections.abc import Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bot import app, telemetry
from bot.cli import breakglass, check_report, probe_report, probe_run, simulate
from bot.cli.runbook_schema import schema
from bot.config.runbooks import check as check_runbooks
from bot.config.runbooks import load_runbooks
from bot.config.settings import DEFAULT_FILE, ConfigMistakes, Settings, inspect, load
from bot.demo.demo import Demo, DemoFailed, Terminal
from bot.demo.replay import StoryFailed
from bot.demo.stack_outage import STORIES
from bot.documents import TemplateMistake
from bot.documents.drafting import check as check_template
from bot.domain import commands
from bot.domain.errors import Refused
from bot.domain.vocabulary import Severity
from bot.probes import PROBES
from bot.slack.incoming.http import PATH
from bot.slack.incoming.slash import arguments
from bot.slack.manifest import manifest as app_manifest
from bot.store import StoreError
from bot.store.sqlite.lock import AlreadyServed

#: What a person can act on: shown as a sentence, without a trace.
SENTENCES = (
    Refused,
    ConfigMistakes,
    StoreError,
    TemplateMistake,
    DemoFailed,
    StoryFailed,
    AlreadyServed,
    OSError,
)

#: Control characters but tab and line end, and those that turn the direction of what follows.
_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def main() -> None:
    """Run the command line; what cannot be done is a sentence and exit code 1, and 2 if it was mistyped."""
    try:
        cli(standalone_mode=True)
    except SENTENCES as said:
        click.echo(str(said), err=True)
        sys.exit(1)


@click.group()
@click.version_option(package_name="firstcheck")
def cli() -> None:
    """Firstcheck opens the incident channel and finds the cause before the database is blamed."""


def settings(*, secrets: bool = False) -> Settings:
    """Return what the environment and firstcheck.yaml say; only who serves needs the `secrets`."""
    return load(os.environ, secrets=secrets)


@cli.command()
def serve() -> None:
    """Serve alerts and Slack until told to end."""
    known = settings(secrets=True)
    telemetry.set_up_logs(as_json=known.log_json)
    asyncio.run(app.serve(known))


@cli.command()
@click.option("--story", type=click.Choice(sorted(STORIES)), help="Replay an outage as it happened.")
@click.option("--once", is_flag=True, help="End when it is done instead of staying up.")
@click.option(
    "--out", type=click.Path(path_type=Path), default="postmortems", help="Where the postmortem goes."
)
@click.option("--port", type=click.IntRange(0, 65535), default=3000, help="Of the page; 0 picks a free one.")
def demo(story: str | None, *, once: bool, out: Path, port: int) -> None:
    """Run an outage on this machine, without Slack."""
    asyncio.run(Demo(out=out, port=port, once=once, console=Terminal()).run(story))


@cli.command()
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


@cli.command(name="simulate")
@click.argument("runbook")
@click.option("--incidents", type=click.IntRange(1, 500), default=30, show_default=True, help="How many.")
def simulate_(runbook: str, incidents: int) -> None:
    """Measure how soon the order of RUNBOOK finds the cause. It makes up incidents, and learns from them."""
    runbooks = {each.id: each for each in load_runbooks(settings().runbooks, PROBES)}
    if runbook not in runbooks:
        raise Refused(f"There is no runbook {runbook!r}; there is {', '.join(runbooks)}.")
    for line in simulate.report(runbooks[runbook], incidents):
        click.echo(line)


@cli.command(name="schema")
def schema_() -> None:
    """Print the JSON Schema of a runbook, for editors."""
    click.echo(json.dumps(schema(PROBES), indent=2))


@cli.command()
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
    work = probe_run.keep_all if save_known_good else probe_run.run_all
    done = asyncio.run(work(known, wanted))
    click.echo(probe_report.FORMATS[form](done))
    sys.exit(probe_report.exit_code(done))


@cli.command()
@click.option("--url", help="Where Slack reaches this bot; without it the manifest is for Socket Mode.")
def manifest(url: str | None) -> None:
    """Print the app manifest to paste into Slack."""
    if url and not url.startswith("https://"):
        raise click.BadParameter(
            f"Slack calls https:// addresses only, and {url} is none.", param_hint="--url"
        )
    full = f"{url.rstrip('/')}{PATH}" if url else None
    click.echo(json.dumps(app_manifest(url=full, command=settings().command), indent=2))


@cli.command()
@click.argument("incident")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it here.")
def postmortem(incident: str, out: Path | None) -> None:
    """Write the postmortem of INCIDENT. What people wrote in it is kept."""
    _say(breakglass.postmortem(settings(), incident, out))


@cli.command()
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
    _say(breakglass.declare(known, command))


@cli.command()
@click.argument("incident")
@click.argument("text")
@click.option("--at", "at", help="When it happened: 10:45 (UTC), -5m or 2026-02-18T10:45Z.")
def note(incident: str, text: str, at: str | None) -> None:
    """Put TEXT on the timeline of INCIDENT."""
    when = None if at is None else _moment(at)
    _say(breakglass.record(settings(), incident, commands.AddNote(by=breakglass.who(), text=text, at=when)))


@cli.command()
@click.argument("incident")
@click.argument("what_fixed_it", default="")
def resolve(incident: str, what_fixed_it: str) -> None:
    """Say that INCIDENT is over and the fix stands."""
    command = commands.Resolve(by=breakglass.who(), resolution=what_fixed_it)
    _say(breakglass.record(settings(), incident, command))


@cli.command()
@click.argument("incident")
def close(incident: str) -> None:
    """End the response to INCIDENT; the postmortem is drafted."""
    _say(breakglass.closed(settings(), incident, breakglass.who()))


@cli.command()
@click.argument("incident")
@click.argument("reason")
def cancel(incident: str, reason: str) -> None:
    """Say that INCIDENT was none, and why."""
    _say(breakglass.record(settings(), incident, commands.Cancel(by=breakglass.who(), reason=reason)))


@cli.command()
@click.argument("incident")
@click.argument("reason", default="")
def reopen(incident: str, reason: str) -> None:
    """Say that INCIDENT is not over after all."""
    _say(breakglass.record(settings(), incident, commands.Reopen(by=breakglass.who(), reason=reason)))


@cli.command()
@click.argument("incident")
def show(incident: str) -> None:
    """Show INCIDENT and its timeline."""
    _print("\n".join(asyncio.run(breakglass.show(settings(), incident))))


@cli.command(name="list")
@click.option("--all", "every", is_flag=True, help="The closed ones too.")
def list_(*, every: bool) -> None:
    """List the open incidents."""
    lines = asyncio.run(breakglass.listing(settings(), every=every))
    _print("\n".join(lines) if lines else "No open incident.")


@cli.command()
@click.option("--retry", type=click.IntRange(1, 2**63 - 1), metavar="ID", help="Have this body read again.")
def quarantine(retry: int | None) -> None:
    """List the bodies of alerts that could not be read, and why."""
    _print("\n".join(asyncio.run(breakglass.quarantine(settings(), retry))))


def _say(work: Coroutine[Any, Any, str]) -> None:
    _print(asyncio.run(work))


def _print(text: str) -> None:
    """Print what may hold other people's words: no sign that a terminal obeys, none that it cannot show."""
    encoding = sys.stdout.encoding or "utf-8"
    click.echo(_OBEYED.sub("�", text).encode(encoding, errors="replace").decode(encoding))


def _moment(text: str) -> datetime:
    """Return the moment that a person wrote as in Slack, or with its date, in UTC."""
    moment, more = arguments.parse_time(text, datetime.now(UTC))
    if moment and not more:
        return moment
    with suppress(ValueError, OverflowError):
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    raise click.BadParameter(f"{text!r} is no time; write 10:45, -5m or 2026-02-18T10:45Z.")


if __name__ == "__main__":
    main()
