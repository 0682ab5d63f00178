"""The desk: takes what people ask for in Slack to the log, and says what to answer. Knows no Bolt."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from bot.config.settings import Settings
from bot.domain import commands
from bot.domain.errors import Refused
from bot.domain.incident.incident import Incident
from bot.engine.declare import declare_incident
from bot.engine.record import Recorder, RecordResult
from bot.engine.runbook_library import RunbookLibrary
from bot.slack.dates import on_both_clocks
from bot.slack.incoming.slash import parse, requests
from bot.slack.incoming.slash.arguments import split_incident
from bot.slack.incoming.slash.table import SUBCOMMANDS
from bot.slack.mrkdwn import to_plain
from bot.slack.views import board, command_help, declare, incident_list, skip, status, step
from bot.slack.views.blocks import Block, Screen, screen, section
from bot.store import Conflict, StoreError

log = logging.getLogger("firstcheck.desk")


@dataclass(frozen=True, kw_only=True)
class Form:
    """Open this modal."""

    view: Block


Answer = Screen | Form | None


@dataclass(frozen=True, kw_only=True)
class RequestHandlers:
    """Answers commands, clicks and forms; `request` names each, so that a second delivery changes nothing."""

    recorder: Recorder
    settings: Settings
    experience: RunbookLibrary

    async def command(self, *, person: str, name: str, channel: str, text: str, request: str) -> Answer:
        """Answer a slash command. Raises Refused."""
        await self._remember(person, name)
        number, _ = split_incident(to_plain(text))
        beside = await self.recorder.store.log.lookup(f"side:{channel}")
        if number is None:
            number = beside or await self.recorder.store.log.lookup(f"channel:{channel}")
        incident = await self._known(number)
        ask = requests.SlashRequest(
            person=person,
            text=text,
            incident=incident,
            now=self.recorder.clock(),
            hypothesis=_whose(channel, incident) if incident and beside == number else 0,
            on_call=self.settings.on_call(incident) if incident else (),
            roles=self.settings.roles,
            severities=self.settings.severities,
        )
        meant = parse.read(ask)
        if isinstance(meant, requests.Show):
            return await self.show(meant, incident, person)
        outcome = await self._record(meant, incident.number if incident else None, request)
        in_its_channel = outcome.incident.channel.id == channel and outcome.events
        # Which step was meant is for us to say: it may not be named, and its message stand far up.
        silent = in_its_channel and not isinstance(meant, commands.FinishStep)
        return None if silent else done(meant, outcome)

    async def click(
        self,
        read: Callable[[Incident | None], commands.AnyCommand | requests.Show],
        number: int | None,
        person: str,
        request: str,
    ) -> Answer:
        """Answer a click on a button; `read` says what it means as the incident stands. Raises Refused."""
        while True:
            incident = await self.recorder.load(number) if number is not None else None
            meant = read(incident)
            if isinstance(meant, requests.Show):
                return await self.show(meant, incident, person)
            try:
                await self.recorder.record(
                    meant, number, once=request, seen=incident.version if incident else None
                )
            except Conflict:  # somebody was quicker, and the button may mean something else by now
                continue
            return None

    async def submit(
        self, meant: Sequence[commands.AnyCommand], number: int | None, request: str
    ) -> RecordResult:
        """Record what a form asks for, the first command on a new incident if `number` is None."""
        outcome = await self._record(meant[0], number, f"{request}:0")
        for n, command in enumerate(meant[1:], 1):
            await self._record(command, outcome.incident.number, f"{request}:{n}")
        return outcome

    async def incident(self, number: int) -> Incident:
        """Return the incident as it stands."""
        return await self.recorder.load(number)

    async def show(self, what: requests.Show, incident: Incident | None, person: str) -> Answer:
        """Return what was asked to be shown. Raises Refused where it needs an incident and there is none."""
        now = self.recorder.clock()
        match what:
            case requests.ShowDeclareForm():
                services = sorted(self.settings.services)
                return Form(view=declare.form(title=what.title, services=services, by=person))
            case requests.ShowList():
                rows = await self.recorder.store.log.incidents(open_only=not what.all, limit=None)
                return incident_list.listing(rows, now)
            case requests.ShowHelp():
                return command_help.command_help(what.word, SUBCOMMANDS)
            case requests.ShowStatus():
                return shown(what, await self._as_marked(requests.require_incident(incident)), now)
            case _:
                return shown(what, requests.require_incident(incident), now)

    async def _as_marked(self, incident: Incident) -> Incident:
        """Return the incident with what people marked as it stands: edited, or no word of it once deleted."""
        notes = dict(incident.notes)
        for ref, note in incident.notes.items():
            channel, _, ts = ref.partition("/")
            if ts and (message := await self.recorder.store.transcript.message(channel, ts)):
                notes[ref] = replace(note, text=message.current_text or note.text)
        return replace(incident, notes=notes)

    async def _remember(self, person: str, name: str) -> None:
        """Keep a name if that can be done: without it a full disk still lets people ask."""
        try:
            await self.recorder.store.transcript.remember_people({person: name})
        except StoreError as error:
            log.warning("the name of %s was not kept: %s", person, error)

    async def _known(self, number: int | None) -> Incident | None:
        if number is None:
            return None
        incident = await self.recorder.load(number)
        return incident if incident.version else None

    async def _record(self, command: commands.AnyCommand, number: int | None, request: str) -> RecordResult:
        if isinstance(command, commands.Declare):
            return await declare_incident(
                self.recorder, self.settings, self.experience, command, once=request
            )
        return await self.recorder.record(command, number, once=request)


def _whose(channel: str, incident: Incident) -> int:
    """Return the hypothesis that has this private channel."""
    return next(
        known.number for known in incident.investigation.hypotheses.values() if known.side_channel == channel
    )


def shown(what: requests.OfIncident, incident: Incident, now: datetime) -> Answer:
    """Return what was asked to be shown of an incident. Raises Refused."""
    match what:
        case requests.ShowStatus():
            return status.status(incident, now)
        case requests.ShowBoard():
            return board.areas(incident, now)
        case requests.ShowPostmortem():
            return status.postmortem(incident)
        case requests.ShowSkipForm():
            skipped = incident.investigation.step(what.step)
            if skipped is None:
                raise Refused(f"The runbook of {incident.name} has no such step.")
            return Form(view=skip.form(incident, skipped))
        case _:
            assert_never(what)


def done(command: commands.AnyCommand, outcome: RecordResult) -> Screen:
    """Say to the person what came of a command given outside the incident's channel."""
    incident = outcome.incident
    where = f" → <#{incident.channel.id}>" if incident.channel.id else ""
    if isinstance(command, commands.Declare):
        where = where or " You are invited to its channel as soon as it is open."
        text = f"{incident.full_name} is declared ({incident.severity}).{where}"
    elif isinstance(command, commands.FinishStep):
        text = f"{step.ended(incident, command.step)} ({incident.name})."
    elif outcome.events or outcome.repeated:
        text = f"Written down for {incident.name}{_when(command)}.{where}"
    else:
        text = f"{incident.name}: that is so already.{where}"
    return screen(text, section(text))


def _when(command: commands.AnyCommand) -> str:
    """Say back the time that was typed."""
    at = command.began_at if isinstance(command, commands.DescribeImpact) else command.at
    return f", time {on_both_clocks(at, date=True)}" if at else ""
