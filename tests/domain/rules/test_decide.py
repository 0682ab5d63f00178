"""Given these events, when this command, then these events, or a sentence that says what to do."""

from dataclasses import replace

import pytest

from bot.domain import commands, events
from bot.domain.incident.incident import Incident
from bot.domain.rules.decide.decide import decide
from bot.domain.rules.evolve import evolve
from bot.domain.vocabulary import Area, Role, Severity, Status
from tests.domain.given import NOW, at, incident_after, refusal

COMMANDER = events.RoleAssigned(at=NOW, by="U1", role=Role.COMMANDER, person="U2")
IMPACT = events.ImpactDescribed(at=NOW, by="U1", text="no logins", share="30%", began_at=at(-10))
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

#: A command, and the events it makes of an open incident; done twice it is as if done once.
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
    (commands.DescribeImpact(by="U1", share="30%"), (events.ImpactDescribed(at=NOW, by="U1", share="30%"),)),
    (commands.AddNote(by="U1", ref="C7/1.5", text="  restarted auth "), (NOTED,)),
    (
        commands.NameCause(by="U1", text=" the old key ", area=Area.CONFIG, detail="no alert on it"),
        (CAUSE, events.StatusChanged(at=NOW, by="U1", status=Status.IDENTIFIED, note="the old key")),
    ),
    (commands.Resolve(by="U1", resolution="the key was put back"), (RESOLVED,)),
    (commands.Cancel(by="U1", reason="a test"), (CANCELLED,)),
]

#: A command that adds something each time, and what it adds.
EACH: list[tuple[commands.AnyCommand, events.AnyEvent]] = [
    (commands.AddNote(by="U1", text="restarted auth"), replace(NOTED, ref="note:4")),
    (
        commands.Escalate(by="U1", who="U3", reason="stuck", due_at=at(15)),
        events.EscalationMade(at=NOW, by="U1", who="U3", reason="stuck", due_at=at(15)),
    ),
    (
        commands.ProposeImprovement(by="U1", title=" test ", text="it"),
        events.ImprovementProposed(at=NOW, by="U1", title="test", text="it"),
    ),
    (commands.AddActionItem(by="U1", title=" test ", text="it", owner="U2", due="2027-01-31"), TASK),
]


def after(incident: Incident, *issued: commands.AnyCommand) -> Incident:
    """The incident once these commands were done."""
    for command in issued:
        for event in decide(incident, command, NOW):
            incident = evolve(incident, event)
    return incident


@pytest.mark.parametrize(("command", "history"), ONCE)
def test_what_is_so_already_is_not_done_again(
    command: commands.AnyCommand, history: tuple[events.AnyEvent, ...]
) -> None:
    """A command makes its events the first time, and none the second."""
    given = incident_after()

    assert history == decide(given, command, NOW)
    assert () == decide(after(given, command), command, NOW)


@pytest.mark.parametrize(("command", "event"), EACH)
def test_what_adds_something_adds_it_each_time(command: commands.AnyCommand, event: events.AnyEvent) -> None:
    """Two notes, two escalations and two tasks may have the same words."""
    given = incident_after()

    assert (event,) == decide(given, command, NOW)
    assert 1 == len(decide(after(given, command), command, NOW))


def test_tasks_are_numbered() -> None:
    """The second task is number 2."""
    command = commands.AddActionItem(by="U1", title="test", text="it", owner="U2", due="2027-01-31")

    assert (replace(TASK, number=2),) == decide(incident_after(TASK), command, NOW)


def test_better_words_for_the_cause_leave_it_where_it_lies() -> None:
    """Who says only what the cause was has not said that it lies elsewhere."""
    better = commands.NameCause(by="U1", text="the key of 2023 was deployed")

    assert (replace(CAUSE, text=better.text, detail=""),) == decide(incident_after(CAUSE), better, NOW)
    elsewhere = replace(better, area=Area.IDENTITY)
    assert (replace(CAUSE, text=better.text, detail="", area=Area.IDENTITY),) == decide(
        incident_after(CAUSE), elsewhere, NOW
    )


def test_a_note_is_taken_off_once() -> None:
    """Only what is on the timeline can be taken off it, and it can be put there again."""
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
            (events.UpdateGiven(at=NOW, by="U1", text="looks better"),),
        ),
        ((MONITORING,), commands.Resolve(by="U1", resolution="the key was put back"), (RESOLVED,)),
        (
            (MONITORING,),
            commands.ChangeStatus(by="U1", status=Status.INVESTIGATING),
            (events.StatusChanged(at=NOW, by="U1", status=Status.INVESTIGATING),),
        ),
    ],
)
def test_how_an_incident_ends(
    given: tuple[events.AnyEvent, ...], command: commands.AnyCommand, history: tuple[events.AnyEvent, ...]
) -> None:
    """Resolved, then closed; cancelled from anywhere before that; reopened from all of them."""
    assert history == decide(incident_after(*given), command, NOW)


def test_saying_later_what_fixed_it_does_not_move_the_end() -> None:
    """Whoever clicked Resolve first and tells how later keeps the time of the click."""
    clicked = events.IncidentResolved(at=at(20), by="U1")
    told = commands.Resolve(by="U1", resolution="the key was put back")
    later = replace(RESOLVED, told_later=True)

    assert (replace(later, at=at(20)),) == decide(incident_after(clicked), told, NOW)
    assert (replace(later, at=at(25)),) == decide(incident_after(clicked), replace(told, at=at(25)), NOW)


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
def test_what_happened_earlier_is_told_with_its_own_time(
    command: commands.AnyCommand, event: events.AnyEvent
) -> None:
    """A command's own time becomes the event's; the present moment counts as past."""
    assert (event,) == decide(incident_after(), command, NOW)


@pytest.mark.parametrize(
    ("given", "command", "sentence"),
    [
        (
            (),
            commands.AddNote(by="U1", text="it", at=at(43)),
            "10:43 UTC lies ahead; say when it happened, up to now (10:42 UTC).",
        ),
        (
            (),
            commands.DescribeImpact(by="U1", began_at=at(43)),
            "10:43 UTC lies ahead; say when it happened, up to now (10:42 UTC).",
        ),
        (
            (RESOLVED,),
            commands.ChangeStatus(by="U1", status=Status.MONITORING),
            "INC-7 is resolved. `/incident reopen why` opens it again.",
        ),
        (
            (RESOLVED, CLOSED),
            commands.ChangeStatus(by="U1", status=Status.INVESTIGATING),
            "INC-7 is closed. `/incident reopen why` opens it again.",
        ),
        (
            (RESOLVED, CLOSED),
            commands.Resolve(by="U1"),
            "INC-7 is closed already. `/incident reopen why` opens it again.",
        ),
        (
            (CANCELLED,),
            commands.Resolve(by="U1"),
            "INC-7 is cancelled already. `/incident reopen why` opens it again.",
        ),
        (
            (),
            commands.Close(by="U1"),
            (
                "INC-7 is investigating. Resolve it first: `/incident resolve what fixed it`, "
                "or `/incident cancel why` if it was none."
            ),
        ),
        (
            (CANCELLED,),
            commands.Close(by="U1"),
            "INC-7 is cancelled already. `/incident reopen why` opens it again.",
        ),
        (
            (RESOLVED, CLOSED),
            commands.Cancel(by="U1", reason="a test"),
            "INC-7 is closed already. `/incident reopen why` opens it again.",
        ),
        (
            (),
            commands.Cancel(by="U1", reason=" "),
            "Say why it was no incident: `/incident cancel a test alert`.",
        ),
        (
            (),
            commands.Reopen(by="U1", reason="it"),
            "INC-7 is open (investigating); there is nothing to reopen.",
        ),
        (
            (),
            commands.DescribeImpact(by="U1"),
            "Say what users feel: `/incident impact logins fail for 30% of users since 09:50`.",
        ),
    ],
)
def test_a_refusal_says_what_to_do(
    given: tuple[events.AnyEvent, ...], command: commands.AnyCommand, sentence: str
) -> None:
    """What cannot be done now is refused with a sentence for the person."""
    assert sentence == refusal(incident_after(*given), command)
