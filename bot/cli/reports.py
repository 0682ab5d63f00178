"""`firstcheck show`, `close` and `postmortem`: the records of an incident."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from bot.app import assembled
from bot.cli import breakglass
from bot.cli.console import echo, settings
from bot.config.settings import Settings
from bot.documents.drafting import gather, save, write_postmortem
from bot.documents.merge import path_of
from bot.domain import commands
from bot.domain.incident.incident import Incident
from bot.domain.insights.pending_work import pending_lines
from bot.domain.insights.timeline.timeline import entries
from bot.domain.rules.correlation import still_firing
from bot.domain.text.parts import plain_text
from bot.slack_markup import parse


@click.command()
@click.argument("incident")
def show(incident: str) -> None:
    """Show INCIDENT: its timeline, current step and pending work."""
    echo("\n".join(asyncio.run(describe(settings(), incident))))


@click.command()
@click.argument("incident")
def close(incident: str) -> None:
    """Close INCIDENT and draft its postmortem."""
    echo(asyncio.run(close_incident(settings(), incident, breakglass.who())))


@click.command()
@click.argument("incident")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write.")
@click.option("--template", default="", help="Its template, such as google. Default: the configured one.")
def postmortem(incident: str, out: Path | None, template: str) -> None:
    """Write INCIDENT's postmortem again, keeping your edits."""
    echo(asyncio.run(save_postmortem(settings(), incident, out, template)))


async def describe(settings: Settings, name: str) -> Sequence[str]:
    """Return lines: the incident, its timeline, the step to take now, and what is waiting or due later."""
    async with breakglass.opened(settings) as recorder:
        incident = await breakglass.known(recorder, name)
        store = recorder.store
        recorded = [(row.version, row.event) for row in await store.log.events(incident.number)]
        messages = await store.transcript.messages(incident.number)
        names = await store.transcript.people()
        jobs = await store.outbox.jobs(incident.number)
    return [
        f"{incident.full_name}  {incident.severity}  {incident.status}  {incident.title}",
        f"commander: {names.get(incident.commander, incident.commander) or 'none yet'}",
        *(
            "\n  ".join(f"{entry.at:%Y-%m-%d %H:%M} UTC  {plain_text(entry.line, names)}".splitlines())
            for entry in entries(recorded, messages, parse, detail=True)
        ),
        *_step(incident),
        *pending_lines(incident, ((job.effect, job.error) for job in jobs)),
    ]


def _step(incident: Incident) -> Iterator[str]:
    step = incident.investigation.current_step
    if step and incident.investigation.cause is None and incident.status.has_impact:
        yield f"next check: {incident.investigation.number_of(step)}. {step.title}"
        yield from (f"  {line}" for line in step.look.splitlines())
    if (to_fix := incident.investigation.step_to_fix) and incident.status.has_impact:
        yield f"fix: {to_fix.title}"
        yield from (f"  {line}" for line in to_fix.fix.splitlines())


async def close_incident(settings: Settings, name: str, by: str) -> str:
    """Close incident `name`, write its postmortem at once, and return what to print.

    Raise Refused if it can't be closed, and TemplateMistake or OSError if the postmortem can't be written.
    """
    breakglass.require_database(settings)
    async with assembled(settings, runbooks=()) as bot:
        incident = await breakglass.recorded(bot.recorder, name, commands.Close(by=by))
        path = await write_postmortem(bot.store, settings, incident, bot.names)
    warning = still_firing(incident, incident.status)
    state = f"{incident.name} is {incident.status}.{warning and f' {warning}'}"
    return f"{state} {breakglass.catch_up_note(settings)} Postmortem: {path}"


async def save_postmortem(settings: Settings, name: str, out: Path | None, template: str = "") -> str:
    """Write an incident's postmortem to `out` or the configured folder, and return the path.

    Raise Refused if there is no such incident, and TemplateMistake or OSError if the postmortem can't be
    written.
    """
    breakglass.require_database(settings)
    async with assembled(settings, runbooks=()) as bot:
        incident = await breakglass.known(bot.recorder, name)
        facts = await gather(bot.store, incident, bot.names)
        return str(save(facts, settings, out or path_of(settings.postmortems, incident), template))
