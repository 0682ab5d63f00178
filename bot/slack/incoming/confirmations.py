"""Confirms a command to the person who gave it, if the incident's channel doesn't show the result."""

from datetime import datetime
from typing import assert_never

from bot.domain import commands
from bot.domain.incident.incident import Incident
from bot.domain.incident.notes import number_of
from bot.domain.rules.correlation import still_firing
from bot.domain.vocabulary import NoteKind, Role
from bot.engine.record import RecordResult
from bot.slack.dates import moment, on_both_clocks
from bot.slack.mrkdwn import escape_line, mention
from bot.slack.views.blocks import Screen, paragraph
from bot.slack.views.step import ended
from bot.slack.views.wording import VERDICTS


def confirmation(command: commands.AnyCommand, result: RecordResult) -> Screen:
    """Return the result of a command, even if it changed nothing, with a link to the incident's channel."""
    incident = result.incident
    link = f" → <#{incident.channel.id}>" if incident.channel.id else ""
    if isinstance(command, commands.Declare):
        follows = " This channel gets the link." if command.declared_in else ""
        link = link or f" You'll be invited to its channel once it's open.{follows}"
        text = f"Declared {incident.full_name} ({incident.severity}).{link}"
    elif isinstance(command, commands.FinishStep):
        text = f"{ended(incident, command.step)} ({incident.name})."
    elif result.events or result.repeated:
        text = f"Done. {_state(command, incident, '')}{link}"
    else:
        text = f"{_state(command, incident, 'already ')}{link}"
    return paragraph(text)


def _state(command: commands.AnyCommand, incident: Incident, already: str) -> str:
    """Return the state after the command, as a sentence.

    `already` is "already " if the command changed nothing.
    """
    name = incident.name
    match command:
        case commands.ChangeSeverity():
            return f"{name} is {already}{incident.severity}."
        case commands.EditIncident() | commands.SetMilestone():
            return _correction(command, name, already)
        case commands.AssignRole():
            role = "incident commander" if command.role == Role.COMMANDER else escape_line(command.role)
            subject = "You're" if command.person == command.by else f"{mention(command.person)} is"
            return f"{subject} {already}{role} of {name}."
        case commands.DescribeImpact():
            return _impact(command, incident, already)
        case commands.AddNote() | commands.ChangeNote() | commands.RemoveNote():
            return _note(command, name, already)
        case commands.NameCause() | commands.WithdrawCause():
            state = "recorded" if isinstance(command, commands.NameCause) else "withdrawn"
            return f"The cause of {name} is {already}{state}."
        case _ if isinstance(command, commands.AddActionItem | commands.TaskChange):
            return _task(command, incident, already)
        case commands.MuteHints():
            return f"Hints are {already}off in {name}."
        case commands.TakeStep():
            step = incident.investigation.step(command.step)
            return f"You've {already}taken “{escape_line(step.title if step else command.step)}” ({name})."
        case commands.Escalate():
            return f"{name} is escalated to {', '.join(map(mention, (command.who, *command.also)))}."
        case commands.SnoozeEscalation():
            until = _until(incident.escalation.clock.snoozed_until)
            return f"Escalation for {name} is {already}paused{until}."
        case commands.PostUpdate():
            return f"Your update is posted in {name}."
        case commands.RequestPostmortem():
            return f"The postmortem for {name} is on its way to you as a direct message."
        case _:
            return _hypothesis_or_status(command, incident, already)


def _correction(command: commands.RecordCommand, name: str, already: str) -> str:
    match command:
        case commands.EditIncident(title=title, service=service):
            what = f"title of {name}" if title else f"service of {name}"
            return f"The {what} is {already}{escape_line(title or service)}."
        case commands.SetMilestone(milestone=milestone, happened_at=at):
            return f"{name}: {milestone} is {already}set to {on_both_clocks(at, date=True)}."
        case _:
            assert_never(command)


def _task(command: commands.AddActionItem | commands.TaskChange, incident: Incident, already: str) -> str:
    match command:
        case commands.AddActionItem(title=title):
            return f"Task {max(incident.follow_up.tasks)} in {incident.name}: “{escape_line(title)}”."
        case commands.ChangeTask(number=number):
            return f"Task {number} in {incident.name} is {already}changed."
        case commands.CloseTask(number=number, state=state):
            return f"Task {number} in {incident.name} is {already}{state}."
        case commands.ReopenTask(number=number):
            return f"Task {number} in {incident.name} is {already}open."
        case _:
            assert_never(command)


def _note(command: commands.NoteCommand, name: str, already: str) -> str:
    match command:
        case commands.AddNote(kind=kind):
            where = f"on {name}'s timeline" if kind.happened else f"in {name}'s postmortem"
            what = "note" if kind is NoteKind.NOTE else f"note ({kind})"
            return f"Your {what} is {already}{where}{_time(' at', command.at)}."
        case commands.ChangeNote(number=number):
            return f"Note {number} in {name} is {already}corrected{_time(', at', command.happened_at)}."
        case commands.RemoveNote(ref=ref):
            return f"Note {number_of(ref)} in {name} is {already}removed."
        case _:
            assert_never(command)


def _impact(command: commands.DescribeImpact, incident: Incident, already: str) -> str:
    """Return what is recorded about the impact, with the number of its phase if there are several."""
    phases = incident.impact.phases
    which = f" as phase {command.phase or len(phases)}" if len(phases) > 1 else ""
    start = _time(", starting at", command.began_at)
    correct = (
        " To correct an earlier phase, add its number: `phase:1`." if which and not command.phase else ""
    )
    return f"{incident.name}'s impact is {already}recorded{which}{start}.{correct}"


def _hypothesis_or_status(command: commands.AnyCommand, incident: Incident, already: str) -> str:
    name = incident.name
    match command:
        case commands.OpenHypothesis():
            return f"Your hypothesis is open in {name}."
        case commands.ChangeHypothesisArea(number=number):
            return f"Hypothesis {number} in {name} is {already}in the area {command.area}."
        case commands.ExtendHypothesis(number=number):
            until = _until(incident.investigation.hypotheses[number].ends_at)
            return f"Hypothesis {number} in {name} is {already}open{until}."
        case commands.HandOverHypothesis(number=number):
            return f"Hypothesis {number} in {name} {already}belongs to {mention(command.owner)}."
        case commands.CloseHypothesis(number=number):
            return f"Hypothesis {number} in {name} is {already}{VERDICTS[command.verdict][1]}."
        case _:  # the other commands change the status, or come from buttons and alerts
            warning = still_firing(incident, incident.status) if not incident.is_active else ""
            as_of = _time(" as of", command.at)
            return f"{name} is {already}{incident.status}{as_of}.{warning and f' ⚠ {warning}'}"


def _until(end: datetime | None) -> str:
    return f" until {moment(end)}" if end else ""


def _time(word: str, at: datetime | None) -> str:
    """Return a time that the person typed, in their time zone and in UTC, so that a mix-up shows."""
    return f"{word} {on_both_clocks(at, date=True)}" if at else ""
