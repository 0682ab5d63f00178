"""Given these events, when this command, then these events, or a sentence that says what to do."""

from dataclasses import replace

import pytest

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.incident.incident import Incident
from bot.domain.rules.decide.decide import decide
from bot.domain.rules.evolve import evolve
from bot.domain.vocabulary import Area, Role, Severity, Status
from tests.domain.given import DECLARED, NOW, at, incident, refusal

COMMANDER = e.RoleAssigned(at=NOW, by="U1", role=Role.COMMANDER, person="U2")
IMPACT = e.ImpactDescribed(at=NOW, by="U1", text="no logins", share="30%", began_at=at(-10))
NOTED = e.NoteAdded(at=NOW, by="U1", ref="C7/1.5", text="restarted auth")
CAUSE = e.CauseNamed(at=NOW, by="U1", text="the old key", area=Area.CONFIG, detail="no alert on it")
TASK = e.ActionItemAdded(at=NOW, by="U1", number=1, title="test", text="it", owner="U2", due="2027-01-31")
MONITORING = e.StatusChanged(at=NOW, by="U1", status=Status.MONITORING, note="rolled back")
RESOLVED = e.IncidentResolved(at=NOW, by="U1", resolution="the key was put back")
CLOSED = e.IncidentClosed(at=NOW, by="U1")
CANCELLED = e.IncidentCancelled(at=NOW, by="U1", reason="a test")
REOPENED = e.IncidentReopened(at=NOW, by="U1", reason="it fails again")

#: A command, and the events it makes of an open incident; done twice it is as if done once.
ONCE: list[tuple[c.AnyCommand, tuple[e.AnyEvent, ...]]] = [
    (
        c.ChangeSeverity(by="U1", severity=Severity.SEV3, reason="few users"),
        (e.SeverityChanged(at=NOW, by="U1", severity=Severity.SEV3, reason="few users"),),
    ),
    (
        c.ChangeStatus(by="U1", status=Status.MONITORING),
        (e.StatusChanged(at=NOW, by="U1", status=Status.MONITORING),),
    ),
    (
        c.ChangeStatus(by="U1", status=Status.IDENTIFIED),
        (e.StatusChanged(at=NOW, by="U1", status=Status.IDENTIFIED),),
    ),
    (c.ChangeStatus(by="U1", status=Status.RESOLVED, note="the key was put back"), (RESOLVED,)),
    (c.ChangeStatus(by="U1", status=Status.CANCELLED, note="a test"), (CANCELLED,)),
    (c.AssignRole(by="U1", role=Role.COMMANDER, person="U2"), (COMMANDER,)),
    (c.DescribeImpact(by="U1", text="no logins", share="30%", began_at=at(-10)), (IMPACT,)),
    (c.DescribeImpact(by="U1", share="30%"), (e.ImpactDescribed(at=NOW, by="U1", share="30%"),)),
    (c.AddNote(by="U1", ref="C7/1.5", text="  restarted auth "), (NOTED,)),
    (
        c.NameCause(by="U1", text=" the old key ", area=Area.CONFIG, detail="no alert on it"),
        (CAUSE, e.StatusChanged(at=NOW, by="U1", status=Status.IDENTIFIED, note="the old key")),
    ),
    (c.Resolve(by="U1", resolution="the key was put back"), (RESOLVED,)),
    (c.Cancel(by="U1", reason="a test"), (CANCELLED,)),
]

#: A command that adds something each time, and what it adds.
EACH: list[tuple[c.AnyCommand, e.AnyEvent]] = [
    (c.AddNote(by="U1", text="restarted auth"), replace(NOTED, ref="note:4")),
    (
        c.Escalate(by="U1", who="U3", reason="stuck", due_at=at(15)),
        e.EscalationMade(at=NOW, by="U1", who="U3", reason="stuck", due_at=at(15)),
    ),
    (
        c.ProposeImprovement(by="U1", title=" test ", text="it"),
        e.ImprovementProposed(at=NOW, by="U1", title="test", text="it"),
    ),
    (c.AddActionItem(by="U1", title=" test ", text="it", owner="U2", due="2027-01-31"), TASK),
]


def after(i: Incident, *commands: c.AnyCommand) -> Incident:
    """The incident once these commands were done."""
    for command in commands:
        for event in decide(i, command, NOW):
            i = evolve(i, event)
    return i


@pytest.mark.parametrize(("command", "events"), ONCE)
def test_what_is_so_already_is_not_done_again(command: c.AnyCommand, events: tuple[e.AnyEvent, ...]) -> None:
    """A command makes its events the first time, and none the second."""
    given = incident()

    assert events == decide(given, command, NOW)
    assert () == decide(after(given, command), command, NOW)


@pytest.mark.parametrize(("command", "event"), EACH)
def test_what_adds_something_adds_it_each_time(command: c.AnyCommand, event: e.AnyEvent) -> None:
    """Two notes, two escalations and two tasks may have the same words."""
    given = incident()

    assert (event,) == decide(given, command, NOW)
    assert 1 == len(decide(after(given, command), command, NOW))


def test_tasks_are_numbered() -> None:
    """The second task is number 2."""
    command = c.AddActionItem(by="U1", title="test", text="it", owner="U2", due="2027-01-31")

    assert (replace(TASK, number=2),) == decide(incident(TASK), command, NOW)


def test_better_words_for_the_cause_leave_it_where_it_lies() -> None:
    """Who says only what the cause was has not said that it lies elsewhere."""
    better = c.NameCause(by="U1", text="the key of 2023 was deployed")

    assert (replace(CAUSE, text=better.text, detail=""),) == decide(incident(CAUSE), better, NOW)
    elsewhere = replace(better, area=Area.IDENTITY)
    assert (replace(CAUSE, text=better.text, detail="", area=Area.IDENTITY),) == decide(
        incident(CAUSE), elsewhere, NOW
    )


def test_a_note_is_taken_off_once() -> None:
    """Only what is on the timeline can be taken off it, and it can be put there again."""
    remove = c.RemoveNote(by="U1", ref="C7/1.5")
    removed = e.NoteRemoved(at=NOW, by="U1", ref="C7/1.5")

    assert () == decide(incident(), remove, NOW)
    assert (removed,) == decide(incident(NOTED), remove, NOW)
    assert () == decide(incident(NOTED, removed), remove, NOW)
    assert (NOTED,) == decide(
        incident(NOTED, removed), c.AddNote(by="U1", ref="C7/1.5", text="restarted auth"), NOW
    )


@pytest.mark.parametrize(
    ("given", "command", "events"),
    [
        ((RESOLVED,), c.Close(by="U1"), (CLOSED,)),
        ((RESOLVED,), c.ChangeStatus(by="U1", status=Status.CLOSED), (CLOSED,)),
        ((RESOLVED, CLOSED), c.Close(by="U1"), ()),
        ((RESOLVED,), c.Cancel(by="U1", reason="a test"), (CANCELLED,)),
        ((RESOLVED,), c.Reopen(by="U1", reason="it fails again"), (REOPENED,)),
        ((RESOLVED, CLOSED), c.Reopen(by="U1", reason="it fails again"), (REOPENED,)),
        ((CANCELLED,), c.Reopen(by="U1", reason="it fails again"), (REOPENED,)),
        ((RESOLVED,), c.Resolve(by="U1"), ()),
        (
            (),
            c.ChangeStatus(by="U1", status=Status.MONITORING, note="rolled back"),
            (MONITORING,),
        ),
        (
            (MONITORING,),
            c.ChangeStatus(by="U1", status=Status.MONITORING, note=" looks better "),
            (e.UpdateGiven(at=NOW, by="U1", text="looks better"),),
        ),
        ((MONITORING,), c.Resolve(by="U1", resolution="the key was put back"), (RESOLVED,)),
        (
            (MONITORING,),
            c.ChangeStatus(by="U1", status=Status.INVESTIGATING),
            (e.StatusChanged(at=NOW, by="U1", status=Status.INVESTIGATING),),
        ),
    ],
)
def test_how_an_incident_ends(
    given: tuple[e.AnyEvent, ...], command: c.AnyCommand, events: tuple[e.AnyEvent, ...]
) -> None:
    """Resolved, then closed; cancelled from anywhere before that; reopened from all of them."""
    assert events == decide(incident(*given), command, NOW)


def test_saying_later_what_fixed_it_does_not_move_the_end() -> None:
    """Whoever clicked Resolve first and tells how later keeps the time of the click."""
    clicked = e.IncidentResolved(at=at(20), by="U1")
    told = c.Resolve(by="U1", resolution="the key was put back")
    later = replace(RESOLVED, told_later=True)

    assert (replace(later, at=at(20)),) == decide(incident(clicked), told, NOW)
    assert (replace(later, at=at(25)),) == decide(incident(clicked), replace(told, at=at(25)), NOW)


@pytest.mark.parametrize(
    ("command", "event"),
    [
        (c.AddNote(by="U1", ref="C7/1.5", text="restarted auth", at=at(7)), replace(NOTED, at=at(7))),
        (
            c.Resolve(by="U1", resolution="the key was put back", at=at(7)),
            replace(RESOLVED, at=at(7)),
        ),
        (
            c.ChangeStatus(by="U1", status=Status.RESOLVED, note="the key was put back", at=at(7)),
            replace(RESOLVED, at=at(7)),
        ),
        (c.AddNote(by="U1", ref="C7/1.5", text="restarted auth", at=NOW), NOTED),
    ],
)
def test_what_happened_earlier_is_told_with_its_own_time(command: c.AnyCommand, event: e.AnyEvent) -> None:
    """A command's own time becomes the event's; the present moment counts as past."""
    assert (event,) == decide(incident(), command, NOW)


@pytest.mark.parametrize(
    ("given", "command", "sentence"),
    [
        (
            (),
            c.AddNote(by="U1", text="it", at=at(43)),
            "10:43 UTC lies ahead; say when it happened, up to now (10:42 UTC).",
        ),
        (
            (),
            c.DescribeImpact(by="U1", began_at=at(43)),
            "10:43 UTC lies ahead; say when it happened, up to now (10:42 UTC).",
        ),
        (
            (RESOLVED,),
            c.ChangeStatus(by="U1", status=Status.MONITORING),
            "INC-7 is resolved. `/incident reopen why` opens it again.",
        ),
        (
            (RESOLVED, CLOSED),
            c.ChangeStatus(by="U1", status=Status.INVESTIGATING),
            "INC-7 is closed. `/incident reopen why` opens it again.",
        ),
        (
            (RESOLVED, CLOSED),
            c.Resolve(by="U1"),
            "INC-7 is closed already. `/incident reopen why` opens it again.",
        ),
        (
            (CANCELLED,),
            c.Resolve(by="U1"),
            "INC-7 is cancelled already. `/incident reopen why` opens it again.",
        ),
        (
            (),
            c.Close(by="U1"),
            (
                "INC-7 is investigating. Resolve it first: `/incident resolve what fixed it`, "
                "or `/incident cancel why` if it was none."
            ),
        ),
        (
            (CANCELLED,),
            c.Close(by="U1"),
            "INC-7 is cancelled already. `/incident reopen why` opens it again.",
        ),
        (
            (RESOLVED, CLOSED),
            c.Cancel(by="U1", reason="a test"),
            "INC-7 is closed already. `/incident reopen why` opens it again.",
        ),
        (
            (),
            c.Cancel(by="U1", reason=" "),
            "Say why it was no incident: `/incident cancel a test alert`.",
        ),
        ((), c.Reopen(by="U1", reason="it"), "INC-7 is open (investigating); there is nothing to reopen."),
        (
            (),
            c.DescribeImpact(by="U1"),
            "Say what users feel: `/incident impact logins fail for 30% of users since 09:50`.",
        ),
    ],
)
def test_a_refusal_says_what_to_do(
    given: tuple[e.AnyEvent, ...], command: c.AnyCommand, sentence: str
) -> None:
    """What cannot be done now is refused with a sentence for the person."""
    assert sentence == refusal(incident(*given), command)


@pytest.mark.parametrize(
    ("command", "example"),
    [
        (c.AddNote(by="U1", text=" "), "note logins are back"),
        (c.NameCause(by="U1", text=""), "cause the signing key was the old one"),
        (c.ProposeImprovement(by="U1", title=""), "improve alerts: fire before users notice"),
        (c.AddActionItem(by="U1", title=""), "action rotate the key @name due:2026-01-31"),
        (c.OpenHypothesis(by="U1", text=""), "suspect the pool is full"),
    ],
)
def test_a_command_without_its_words_is_refused(command: c.AnyCommand, example: str) -> None:
    """Who says nothing is asked for the words, with an example of them."""
    expected = f"There is no text. Say it after the command, for example `/incident {example}`."

    assert expected == refusal(incident(), command)


def test_nothing_but_an_opening_can_be_done_before_there_is_an_incident() -> None:
    """A number that nobody gave out is refused, whatever is asked of it."""
    expected = "There is no INC-9. `/incident list` shows those there are."
    commands = [command for command, _ in (*ONCE, *EACH)] + [c.Close(by="U1"), c.Reopen(by="U1", reason="")]

    assert {expected} == {refusal(Incident(number=9), command) for command in commands}


def test_a_declared_incident_is_not_declared_again() -> None:
    """Its number is taken."""
    command = c.Declare(by="U1", title=DECLARED.title, severity=Severity.SEV1)

    assert "INC-7 is declared already." == refusal(incident(), command)
