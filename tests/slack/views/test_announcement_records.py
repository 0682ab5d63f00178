"""Messages in the incident's channel about changes to notes and tasks."""

import pytest

from bot.domain import events
from bot.domain.vocabulary import Milestone, TaskKind, TaskState
from bot.slack.views.announcement import announcement
from tests.domain.given import TEN, at, incident_after
from tests.slack.lives import words

TASKS: list[tuple[events.AnyEvent, str]] = [
    (
        events.ActionItemChanged(at=TEN, by="U1", number=2, owner="U3", kind=TaskKind.DETECT, priority="p1"),
        "*Task 2:* patch (<@U3>, detect, p1) — <@U1>",
    ),
    (
        events.ActionItemClosed(at=TEN, by="U1", number=2, state=TaskState.DONE, evidence="it runs"),
        "Task 2 is *done*: patch: it runs — <@U1>",
    ),
    (
        events.ActionItemReopened(at=TEN, by="U1", number=2, reason="it broke"),
        "Task 2 is open again: patch: it broke — <@U1>",
    ),
]


WHEN = (
    "<@U1> corrected a time: detected at "
    "<!date^1795341600^{date_short_pretty} {time}|2026-11-22 10:00> (10:00 UTC): a call"
)
CORRECTIONS = [
    (
        events.IncidentEdited(at=TEN, by="U1", title="EU only", service="auth"),
        "<@U1> corrected the title to *EU only* and the service to *auth*.",
    ),
    (
        events.MilestoneSet(at=TEN, by="U1", milestone=Milestone.DETECTED, happened_at=TEN, how="a call"),
        WHEN,
    ),
]


@pytest.mark.parametrize(("event", "text"), CORRECTIONS)
def test_a_correction_is_announced(event: events.AnyEvent, text: str) -> None:
    """A correction says who corrected what."""
    assert text == words(announcement(event, incident_after(event), TEN))


@pytest.mark.parametrize(("event", "text"), TASKS)
def test_a_changed_task_is_announced(event: events.AnyEvent, text: str) -> None:
    """A change to a task shows the task as it is now."""
    added = events.ActionItemAdded(at=TEN, by="U1", number=2, title="patch", owner="U2")
    assert text == words(announcement(event, incident_after(added, event), TEN))


def test_a_corrected_note_is_announced_with_its_number() -> None:
    """A correction shows the note as it is now, and its new time."""
    note = events.NoteAdded(at=TEN, by="U1", ref="note:4", text="restarted auth")
    text = events.NoteChanged(at=at(5), by="U2", ref="note:4", text="restarted all of auth")
    time = events.NoteChanged(at=at(5), by="U2", ref="note:4", happened_at=at(1))

    shown = [words(announcement(each, incident_after(note, text, time), at(5))) for each in (text, time)]
    assert "*Note 4:* restarted all of auth — <@U2>, corrected" == shown[0]
    assert shown[1].startswith("*Note 4:* restarted all of auth — <@U2>, corrected at <!date^")
    assert shown[1].endswith("(10:01 UTC)")
