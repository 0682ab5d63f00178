"""The desk: takes what people ask for in Slack to the log, and says what to answer. Knows no Bolt."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from bot.config import Settings
from bot.declaring import declared
from bot.domain import commands as c
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.domain.spans import on_both_clocks
from bot.engine.experience import Experience
from bot.engine.record import Outcome, Recorder
from bot.slack import asks, commands
from bot.slack.arguments import addressed
from bot.slack.mrkdwn import typed
from bot.slack.subcommands import SUBCOMMANDS
from bot.slack.views import board, declare, listing, skip, step
from bot.slack.views.blocks import Block, Screen, screen, section
from bot.store import Conflict, StoreError

log = logging.getLogger("firstcheck.desk")


@dataclass(frozen=True, kw_only=True)
class Form:
    """Open this modal."""

    view: Block


Answer = Screen | Form | None


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Answers commands, clicks and forms; `request` names each, so that a second delivery changes nothing."""

    recorder: Recorder
    settings: Settings
    experience: Experience

    async def command(self, *, person: str, name: str, channel: str, text: str, request: str) -> Answer:
        """Answer a slash command. Raises Refused."""
        await self._remember(person, name)
        number, _ = addressed(typed(text))
        beside = await self.recorder.store.log.lookup(f"side:{channel}")
        if number is None:
            number = beside or await self.recorder.store.log.lookup(f"channel:{channel}")
        incident = await self._known(number)
        ask = asks.Ask(
            person=person,
            text=text,
            incident=incident,
            now=self.recorder.clock(),
            hypothesis=_whose(channel, incident) if incident and beside == number else 0,
            on_call=self.settings.on_call(incident) if incident else (),
            roles=self.settings.roles,
            severities=self.settings.severities,
        )
        meant = commands.read(ask)
        if isinstance(meant, asks.Show):
            return await self.show(meant, incident, person)
        outcome = await self._record(meant, incident.number if incident else None, request)
        in_its_channel = outcome.incident.channel == channel and outcome.events
        # Which step was meant is for us to say: it may not be named, and its message stand far up.
        silent = in_its_channel and not isinstance(meant, c.FinishStep)
        return None if silent else done(meant, outcome)

    async def click(
        self,
        read: Callable[[Incident | None], c.AnyCommand | asks.Show],
        number: int | None,
        person: str,
        request: str,
    ) -> Answer:
        """Answer a click on a button; `read` says what it means as the incident stands. Raises Refused."""
        while True:
            incident = await self.recorder.load(number) if number is not None else None
            meant = read(incident)
            if isinstance(meant, asks.Show):
                return await self.show(meant, incident, person)
            try:
                await self.recorder.record(
                    meant, number, once=request, seen=incident.version if incident else None
                )
            except Conflict:  # somebody was quicker, and the button may mean something else by now
                continue
            return None

    async def submit(self, meant: Sequence[c.AnyCommand], number: int | None, request: str) -> Outcome:
        """Record what a form asks for, the first command on a new incident if `number` is None."""
        outcome = await self._record(meant[0], number, f"{request}:0")
        for n, command in enumerate(meant[1:], 1):
            await self._record(command, outcome.incident.number, f"{request}:{n}")
        return outcome

    async def incident(self, number: int) -> Incident:
        """Return the incident as it stands."""
        return await self.recorder.load(number)

    async def show(self, what: asks.Show, incident: Incident | None, person: str) -> Answer:
        """Return what was asked to be shown. Raises Refused where it needs an incident and there is none."""
        now = self.recorder.clock()
        match what:
            case asks.ShowDeclareForm():
                services = sorted(self.settings.services)
                return Form(view=declare.form(title=what.title, services=services, by=person))
            case asks.ShowList():
                rows = await self.recorder.store.log.incidents(open_only=not what.all, limit=None)
                return listing.listing(rows, now)
            case asks.ShowHelp():
                return listing.help(what.word, SUBCOMMANDS)
            case asks.ShowStatus():
                return shown(what, await self._as_marked(asks.the_incident(incident)), now)
            case _:
                return shown(what, asks.the_incident(incident), now)

    async def _as_marked(self, i: Incident) -> Incident:
        """Return the incident with what people marked as it stands: edited, or no word of it once deleted."""
        notes = dict(i.notes)
        for ref, note in i.notes.items():
            channel, _, ts = ref.partition("/")
            if ts and (message := await self.recorder.store.transcript.message(channel, ts)):
                text = "(message deleted)" if message.deleted_at else message.text
                notes[ref] = replace(note, text=text or note.text)
        return replace(i, notes=notes)

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

    async def _record(self, command: c.AnyCommand, number: int | None, request: str) -> Outcome:
        if isinstance(command, c.Declare):
            return await declared(self.recorder, self.settings, self.experience, command, once=request)
        return await self.recorder.record(command, number, once=request)


def _whose(channel: str, incident: Incident) -> int:
    """Return the hypothesis that has this private channel."""
    return next(known.number for known in incident.hypotheses.values() if known.side_channel == channel)


def shown(what: asks.OfIncident, incident: Incident, now: datetime) -> Answer:
    """Return what was asked to be shown of an incident. Raises Refused."""
    match what:
        case asks.ShowStatus():
            return listing.status(incident, now)
        case asks.ShowBoard():
            return board.areas(incident, now)
        case asks.ShowPostmortem():
            return listing.postmortem(incident)
        case asks.ShowSkipForm():
            skipped = incident.step_named(what.step)
            if skipped is None:
                raise Refused(f"The runbook of {incident.name} has no such step.")
            return Form(view=skip.form(incident, skipped))
        case _:
            assert_never(what)


def done(command: c.AnyCommand, outcome: Outcome) -> Screen:
    """Say to the person what came of a command given outside the incident's channel."""
    incident = outcome.incident
    where = f" → <#{incident.channel}>" if incident.channel else ""
    if isinstance(command, c.Declare):
        where = where or " You are invited to its channel as soon as it is open."
        text = f"{incident.full_name} is declared ({incident.severity}).{where}"
    elif isinstance(command, c.FinishStep):
        text = f"{step.ended(incident, command.step)} ({incident.name})."
    elif outcome.events or outcome.repeated:
        text = f"Written down for {incident.name}{_when(command)}.{where}"
    else:
        text = f"{incident.name}: that is so already.{where}"
    return screen(text, section(text))


def _when(command: c.AnyCommand) -> str:
    """Say back the time that was typed."""
    at = command.began_at if isinstance(command, c.DescribeImpact) else command.at
    return f", time {on_both_clocks(at, date=True)}" if at else ""
