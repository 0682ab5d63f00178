"""What each command changes in an incident, and why it is refused."""

from dataclasses import replace

import pytest

from bot.domain import commands, events
from bot.domain.incident.incident import Incident
from bot.domain.rules.decide.decide import decide
from bot.domain.rules.evolve import evolve
from bot.domain.vocabulary import Area, Role, Severity, Status
from tests.domain.given import NOW, at, incident_after, refusal

COMMANDER = events.RoleAssigned(at=NOW, by="U1", role=Role.COMMANDER, person="U2")
IMPACT = events.ImpactDescribed(at=NOW, by="U1", text="no logins", share="30%", began_at=at(-10), phase=1)
NOTED = events.NoteAdded(at=NOW, by="U1", ref="C7/1.5", text="restarted auth")
CAUSE = events.CauseNamed(at=NOW, by="U1", text="the old key", area=Area.CONFIG, detail="no alert on it")
TASK = events.ActionItemAdded(
    at=NOW, by="U1", number=1, title="test", text="it", owner="U2", due="2027-01-31"
)
MONITORING = events.StatusChanged(at=NOW, by="U1", status=Status.MONITORING, note="rolled back")
RESOLVED = events.IncidentResolved(at=NOW, by="U1", resolution="the key was put back")
CLOSED = events.IncidentClosed(at=NOW, by="U1")
CANCELLED = events.IncidentCancelled(at=NOW, by="U1", reason="a test")
REOPENED = events.IncidentReopened(at=NOW, by="U1", reason="it fails again")

#: A command and its events on an open incident. Repeating the command has no effect.
ONCE: list[tuple[commands.AnyCommand, tuple[events.AnyEvent, ...]]] = [
    (
        commands.ChangeSeverity(by="U1", severity=Severity.SEV3, reason="few users"),
        (events.SeverityChanged(at=NOW, by="U1", severity=Severity.SEV3, reason="few users"),),
    ),
    (
        commands.ChangeStatus(by="U1", status=Status.MONITORING),
        (events.StatusChanged(at=NOW, by="U1", status=Status.MONITORING),),
    ),
    (
        commands.ChangeStatus(by="U1", status=Status.IDENTIFIED),
        (events.StatusChanged(at=NOW, by="U1", status=Status.IDENTIFIED),),
    ),
    (commands.ChangeStatus(by="U1", status=Status.RESOLVED, note="the key was put back"), (RESOLVED,)),
    (commands.ChangeStatus(by="U1", status=Status.CANCELLED, note="a test"), (CANCELLED,)),
    (commands.AssignRole(by="U1", role=Role.COMMANDER, person="U2"), (COMMANDER,)),
    (commands.DescribeImpact(by="U1", text="no logins", share="30%", began_at=at(-10)), (IMPACT,)),
    (
        commands.DescribeImpact(by="U1", share="30%"),
        (events.ImpactDescribed(at=NOW, by="U1", share="30%", phase=1),),
    ),
    (commands.AddNote(by="U1", ref="C7/1.5", text="  restarted auth "), (NOTED,)),
    (
        commands.NameCause(by="U1", text=" the old key ", area=Area.CONFIG, detail="no alert on it"),
        (CAUSE, events.StatusChanged(at=NOW, by="U1", status=Status.IDENTIFIED, note="the old key")),
    ),
    (commands.Resolve(by="U1", resolution="the key was put back"), (RESOLVED,)),
    (commands.Cancel(by="U1", reason="a test"), (CANCELLED,)),
]

#: Commands that add something each time, with what each adds.
EACH: list[tuple[commands.AnyCommand, events.AnyEvent]] = [
    (commands.AddNote(by="U1", text="restarted auth"), replace(NOTED, ref="note:4")),
    (
        commands.Escalate(by="U1", who="U3", reason="stuck", due_at=at(15)),
        events.EscalationMade(at=NOW, by="U1", who="U3", reason="stuck", due_at=at(15)),
    ),
    (commands.AddActionItem(by="U1", title=" test ", text="it", owner="U2", due="2027-01-31"), TASK),
]


def after(incident: Incident, *issued: commands.AnyCommand) -> Incident:
    """Return the incident after these commands."""
    for command in issued:
        for event in decide(incident, command, NOW):
            incident = evolve(incident, event)
    return incident


@pytest.mark.parametrize(("command", "history"), ONCE)
def test_a_repeated_command_has_no_effect(
    command: commands.AnyCommand, history: tuple[events.AnyEvent, ...]
) -> None:
    """A command has its events the first time and none the second time."""
    given = incident_after()

    assert history == decide(given, command, NOW)
    assert () == decide(after(given, command), command, NOW)


@pytest.mark.parametrize(("command", "event"), EACH)
def test_repeated_additions_are_added_each_time(command: commands.AnyCommand, event: events.AnyEvent) -> None:
    """Two notes, escalations or action items may have the same text."""
    given = incident_after()

    assert (event,) == decide(given, command, NOW)
    assert 1 == len(decide(after(given, command), command, NOW))


def test_action_items_are_numbered() -> None:
    """Action items are numbered from 1 in the order they were added."""
    command = commands.AddActionItem(by="U1", title="test", text="it", owner="U2", due="2027-01-31")

    assert (replace(TASK, number=2),) == decide(incident_after(TASK), command, NOW)


def test_rewording_the_cause_keeps_its_area() -> None:
    """Other words keep the area, the detail and the source. Another area is another cause."""
    better = commands.NameCause(by="U1", text="the key of 2023 was deployed")

    named = replace(CAUSE, at=NOW, by="U1", text=better.text)
    assert (named,) == decide(incident_after(CAUSE), better, NOW)
    elsewhere = replace(better, area=Area.IDENTITY)
    other = events.CauseNamed(at=NOW, by="U1", text=better.text, area=Area.IDENTITY)
    assert (other,) == decide(incident_after(CAUSE), elsewhere, NOW)


def test_a_note_is_removed_once() -> None:
    """A note can be removed only while it is on the timeline, and it can be added again."""
    remove = commands.RemoveNote(by="U1", ref="C7/1.5")
    removed = events.NoteRemoved(at=NOW, by="U1", ref="C7/1.5")

    assert () == decide(incident_after(), remove, NOW)
    assert (removed,) == decide(incident_after(NOTED), remove, NOW)
    assert () == decide(incident_after(NOTED, removed), remove, NOW)
    assert (NOTED,) == decide(
        incident_after(NOTED, removed), commands.AddNote(by="U1", ref="C7/1.5", text="restarted auth"), NOW
    )


@pytest.mark.parametrize(
    ("given", "command", "history"),
    [
        ((RESOLVED,), commands.Close(by="U1"), (CLOSED,)),
        ((RESOLVED,), commands.ChangeStatus(by="U1", status=Status.CLOSED), (CLOSED,)),
        ((RESOLVED, CLOSED), commands.Close(by="U1"), ()),
        ((RESOLVED,), commands.Cancel(by="U1", reason="a test"), (CANCELLED,)),
        ((RESOLVED,), commands.Reopen(by="U1", reason="it fails again"), (REOPENED,)),
        ((RESOLVED, CLOSED), commands.Reopen(by="U1", reason="it fails again"), (REOPENED,)),
        ((CANCELLED,), commands.Reopen(by="U1", reason="it fails again"), (REOPENED,)),
        ((RESOLVED,), commands.Resolve(by="U1"), ()),
        (
            (),
            commands.ChangeStatus(by="U1", status=Status.MONITORING, note="rolled back"),
            (MONITORING,),
        ),
        (
            (MONITORING,),
            commands.ChangeStatus(by="U1", status=Status.MONITORING, note=" looks better "),
            (events.UpdatePosted(at=NOW, by="U1", text="looks better"),),
        ),
        ((MONITORING,), commands.Resolve(by="U1", resolution="the key was put back"), (RESOLVED,)),
        (
            (MONITORING,),
            commands.ChangeStatus(by="U1", status=Status.INVESTIGATING),
            (events.StatusChanged(at=NOW, by="U1", status=Status.INVESTIGATING),),
        ),
    ],
)
def test_resolve_close_cancel_and_reopen(
    given: tuple[events.AnyEvent, ...], command: commands.AnyCommand, history: tuple[events.AnyEvent, ...]
) -> None:
    """An incident is resolved and then closed, can be cancelled before that, and can always be reopened."""
    assert history == decide(incident_after(*given), command, NOW)


def test_adding_the_resolution_later_does_not_move_the_end() -> None:
    """A resolution that is added after the click on Resolve keeps the time of the click."""
    clicked = events.IncidentResolved(at=at(20), by="U1")
    resolve = commands.Resolve(by="U1", resolution="the key was put back")
    later = replace(RESOLVED, told_later=True)

    assert (replace(later, at=at(20)),) == decide(incident_after(clicked), resolve, NOW)
    assert (replace(later, at=at(25)),) == decide(incident_after(clicked), replace(resolve, at=at(25)), NOW)


@pytest.mark.parametrize(
    ("command", "event"),
    [
        (commands.AddNote(by="U1", ref="C7/1.5", text="restarted auth", at=at(7)), replace(NOTED, at=at(7))),
        (
            commands.Resolve(by="U1", resolution="the key was put back", at=at(7)),
            replace(RESOLVED, at=at(7)),
        ),
        (
            commands.ChangeStatus(by="U1", status=Status.RESOLVED, note="the key was put back", at=at(7)),
            replace(RESOLVED, at=at(7)),
        ),
        (commands.AddNote(by="U1", ref="C7/1.5", text="restarted auth", at=NOW), NOTED),
    ],
)
def test_an_event_has_the_time_of_its_command(command: commands.AnyCommand, event: events.AnyEvent) -> None:
    """A time given with the command, up to the present, becomes the time of the event."""
    assert (event,) == decide(incident_after(), command, NOW)


@pytest.mark.parametrize(
    ("given", "command", "sentence"),
    [
        (
            (),
            commands.AddNote(by="U1", text="it", at=at(43)),
            "10:43 UTC is in the future. Enter a time up to now (10:42 UTC).",
        ),
        (
            (),
            commands.DescribeImpact(by="U1", began_at=at(43)),
            "10:43 UTC is in the future. Enter a time up to now (10:42 UTC).",
        ),
        (
            (RESOLVED,),
            commands.ChangeStatus(by="U1", status=Status.MONITORING),
            "INC-7 is resolved. To reopen it: `reopen why`.",
        ),
        (
            (RESOLVED, CLOSED),
            commands.ChangeStatus(by="U1", status=Status.INVESTIGATING),
            "INC-7 is closed. To reopen it: `reopen why`.",
        ),
        (
            (RESOLVED, CLOSED),
            commands.Resolve(by="U1"),
            "INC-7 is already closed. To reopen it: `reopen why`.",
        ),
        (
            (CANCELLED,),
            commands.Resolve(by="U1"),
            "INC-7 is already cancelled. To reopen it: `reopen why`.",
        ),
        (
            (),
            commands.Close(by="U1"),
            (
                "INC-7 is investigating. Resolve or cancel it first. "
                "To resolve it: `resolve what fixed it`. If it was a false alarm: `cancel why`."
            ),
        ),
        (
            (CANCELLED,),
            commands.Close(by="U1"),
            "INC-7 is already cancelled. To reopen it: `reopen why`.",
        ),
        (
            (RESOLVED, CLOSED),
            commands.Cancel(by="U1", reason="a test"),
            "INC-7 is already closed. To reopen it: `reopen why`.",
        ),
        (
            (),
            commands.Cancel(by="U1", reason=" "),
            "Say why it is a false alarm. For example: `cancel a test alert`.",
        ),
        (
            (),
            commands.Reopen(by="U1", reason="it"),
            "INC-7 is already open (investigating).",
        ),
        (
            (),
            commands.DescribeImpact(by="U1"),
            "Describe the user impact. For example: `impact 30% of sign-ins fail since 09:50 until 10:20`.",
        ),
    ],
)
def test_a_refusal_has_a_reason_and_a_command(
    given: tuple[events.AnyEvent, ...], command: commands.AnyCommand, sentence: str
) -> None:
    """A refusal has a reason and a command to use instead."""
    assert sentence == refusal(incident_after(*given), command)
