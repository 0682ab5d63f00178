"""Records the commands behind requests, clicks and forms from Slack, and returns the answers.

Independent of Bolt.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC
from typing import assert_never

from bot.config.settings import Settings
from bot.domain import commands
from bot.domain.errors import Refused, refuse_after_close
from bot.domain.incident.incident import Incident
from bot.domain.recipient import is_slack_user
from bot.engine.declare import declare_incident
from bot.engine.record import Recorder, RecordResult
from bot.engine.runbook_library import RunbookLibrary
from bot.slack.api.users import Profiles
from bot.slack.incoming.confirmations import confirmation
from bot.slack.incoming.interactions import number_of, read_click, read_form
from bot.slack.incoming.slash import parse, requests
from bot.slack.incoming.slash.table import SUBCOMMANDS
from bot.slack.views import board, command_help, declare, incident_list, notes, skip, status, tasks, update
from bot.slack.views.blocks import Block, Screen
from bot.store import Conflict, StoreError

log = logging.getLogger("firstcheck.slack")


#: A message for the person, a form to open, or nothing.
Answer = Screen | Block | None


@dataclass(frozen=True, kw_only=True)
class RequestHandlers:
    """Answers commands, clicks and forms. A request is recorded once for each ID in `once`."""

    recorder: Recorder
    settings: Settings
    runbooks: RunbookLibrary
    #: Looks up people's time zones and states. By default, times are in UTC and everyone can get a task.
    profiles: Profiles | None = None

    async def command(self, request: requests.SlashRequest, *, name: str, channel: str, once: str) -> Answer:
        """Answer a slash command from a person called `name` in `channel`. Raise Refused if it is invalid."""
        await self._remember(request.person, name)
        # Only text with a digit can hold a time, and the zone may cost a call to Slack.
        has_digit = any(map(str.isdigit, request.rest)) or "due" in request.rest.lower()
        zone = await self.profiles.zone_of(request.person) if self.profiles and has_digit else UTC
        context = replace(await self._context(request.incident_number, channel), zone=zone)
        incident = context.incident
        meant = parse.read(request, context)
        if isinstance(meant, requests.Show):
            return await self.show(meant, incident, request.person, channel)
        await self._refuse_unreachable(meant)
        if isinstance(meant, commands.Declare):
            meant = replace(meant, declared_in=self._declared_in(channel))
        result = await self._record(meant, incident.number if incident else None, once)
        posted_here = result.incident.channel.id == channel and result.events
        # The step may be unnamed and its message far up in the channel. A requested file is sent elsewhere.
        always_confirmed = commands.FinishStep | commands.RequestPostmortem
        silent = posted_here and not isinstance(meant, always_confirmed)
        return None if silent else confirmation(meant, result)

    def _declared_in(self, channel: str) -> str:
        """Return the channel if it gets a link to the incident, except direct messages and the digest."""
        return channel if channel.startswith(("C", "G")) and channel != self.settings.digest_channel else ""

    async def _refuse_unreachable(self, command: commands.AnyCommand) -> None:
        """Raise Refused if a command gives a task to somebody who can't act."""
        async for person, problem in self._unreachable(command):
            raise Refused(f"<@{person}> {problem}. Type @ and pick a person from Slack's list.")

    async def _unreachable(self, command: commands.AnyCommand) -> AsyncIterator[tuple[str, str]]:
        """Yield each app, and each person outside the workspace, that a command gives a task, and why not."""
        for person in _people_given_a_task(command):
            if self.profiles and (problem := await self.profiles.problem_of(person)):
                yield person, problem

    async def _context(self, number: int | None, channel: str) -> requests.SlashContext:
        """Return the context of a command that names incident `number`, or that was typed in `channel`."""
        lookup = self.recorder.store.log.lookup
        side_channel_of = await lookup(f"side:{channel}")
        if number is None:
            number = side_channel_of or await lookup(f"channel:{channel}")
        loaded = await self._load(number)
        incident = loaded if loaded and loaded.version else None
        return requests.SlashContext(
            incident=incident,
            now=self.recorder.clock(),
            hypothesis=_hypothesis_of(channel, incident) if incident and side_channel_of == number else 0,
            on_call=self.settings.on_call(incident) if incident else (),
            roles=self.settings.roles,
            severities=self.settings.severities,
        )

    async def click(self, action_id: str, value: str, person: str, once: str) -> Answer:
        """Answer a click on a button. Raise Refused if it is not possible in the incident's state."""
        number = number_of(value)
        while True:
            incident = await self._load(number)
            meant = read_click(action_id, value, person, incident)
            if isinstance(meant, requests.Show):
                return await self.show(meant, incident, person)
            await self._refuse_unreachable(meant)
            seen = incident.version if incident else None
            # After a conflict the incident has changed, and the button may mean something else.
            with suppress(Conflict):
                await self.recorder.record(meant, number, once=once, seen=seen)
                return None

    async def submit(self, view: Block, person: str) -> Screen | dict[str, str] | None:
        """Record a submitted form. Return errors by block ID, or a confirmation for a new incident.

        Raise Refused if the form is not possible in the incident's state.
        """
        number = number_of(view.get("private_metadata", ""))
        meant = read_form(view, person, await self._load(number))
        if isinstance(meant, dict):
            return meant
        for command in meant:
            async for _, problem in self._unreachable(
                command
            ):  # only the form that declares asks for a person
                return {declare.COMMANDER: f"This account {problem}. Please pick somebody else."}
        result = await self._record(meant[0], number, f"form:{view['id']}:0")
        for position, command in enumerate(meant[1:], 1):
            await self._record(command, result.incident.number, f"form:{view['id']}:{position}")
        return confirmation(meant[0], result) if number is None else None

    async def show(
        self, what: requests.Show, incident: Incident | None, person: str, channel: str = ""
    ) -> Answer:
        """Return the requested screen or form. Raise Refused if there is no such incident or step."""
        now = self.recorder.clock()
        match what:
            case requests.ShowDeclareForm():
                services = sorted(self.settings.services)
                return declare.form(what.title, services, by=person, channel=self._declared_in(channel))
            case requests.ShowList():
                rows = await self.recorder.store.log.incidents(open_only=not what.all, limit=None)
                return incident_list.listing(rows, now)
            case requests.ShowHelp():
                return command_help.command_help(what.word, SUBCOMMANDS)
            case requests.ShowStatus():
                current = await self._with_current_notes(requests.require_incident(incident))
                return status.status(current, now)
            case requests.ShowNotes():
                return notes.notes(await self._with_current_notes(requests.require_incident(incident)))
            case requests.ShowTasks():
                return tasks.tasks(requests.require_incident(incident))
            case requests.ShowBoard():
                return board.areas(requests.require_incident(incident), now)
            case requests.ShowUpdateForm():
                incident = requests.require_incident(incident)
                if incident.status.is_over:
                    raise refuse_after_close(incident.name, incident.status)
                return update.form(incident)
            case requests.ShowSkipForm():
                incident = requests.require_incident(incident)
                step = incident.investigation.step(what.step)
                if step is None:
                    raise Refused(f"{incident.name}'s runbook has no such step.")
                return skip.form(incident, step)
            case _:
                assert_never(what)

    async def _with_current_notes(self, incident: Incident) -> Incident:
        """Return the incident with the current text of marked messages, which may be edited or deleted."""
        current = dict(incident.notes)
        for ref, note in incident.notes.items():
            channel, _, ts = ref.partition("/")
            if ts and (message := await self.recorder.store.transcript.message(channel, ts)):
                current[ref] = replace(note, text=message.current_text or note.text)
        return replace(incident, notes=current)

    async def _remember(self, person: str, name: str) -> None:
        """Save a person's name. Log a failure, because the command may still work on a full disk."""
        try:
            await self.recorder.store.transcript.remember_people({person: name})
        except StoreError as error:
            log.warning("could not save the name of %s: %s", person, error)

    async def _load(self, number: int | None) -> Incident | None:
        return None if number is None else await self.recorder.load(number)

    async def _record(self, command: commands.AnyCommand, number: int | None, once: str) -> RecordResult:
        if isinstance(command, commands.Declare):
            return await declare_incident(self.recorder, self.settings, self.runbooks, command, once=once)
        return await self.recorder.record(command, number, once=once)


def _hypothesis_of(channel: str, incident: Incident) -> int:
    """Return the number of the hypothesis that has this private channel."""
    hypotheses = incident.investigation.hypotheses.values()
    return next(hypothesis.number for hypothesis in hypotheses if hypothesis.side_channel == channel)


def _people_given_a_task(command: commands.AnyCommand) -> tuple[str, ...]:
    """Return the Slack users whom the command gives a task, except for its author."""
    match command:
        case commands.AssignRole():
            people: tuple[str, ...] = (command.person,)
        case commands.HandOverHypothesis() | commands.OpenHypothesis():
            people = (command.owner,)
        case commands.AddActionItem() | commands.ChangeTask():
            people = (command.owner,)
        case commands.Escalate(also=()):  # one of several on call must not block the others
            people = (command.who,)
        case _:
            people = ()
    return tuple(person for person in people if is_slack_user(person) and person != command.by)
