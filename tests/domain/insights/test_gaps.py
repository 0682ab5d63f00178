"""What is still missing for a postmortem."""

from bot.domain import events
from bot.domain.insights.gaps import gaps
from bot.domain.vocabulary import TaskState
from tests.domain.given import TEN, incident_after

CAUSE = events.CauseNamed(at=TEN, by="U1", text="the old key")
DESCRIBED = events.ImpactDescribed(at=TEN, by="U1", text="no logins")
RESOLVED = events.IncidentResolved(at=TEN, by="U1", resolution="put the key back")
TASK = events.ActionItemAdded(at=TEN, by="U1", number=2, title="rotate the key")


def test_a_new_incident_lacks_everything() -> None:
    """The impact, the cause and the fix are missing, each with the command that adds it."""
    assert [("the impact", "impact"), ("the cause", "cause"), ("what fixed it", "resolve")] == list(
        gaps(incident_after())
    )


def test_a_complete_incident_lacks_nothing() -> None:
    """With impact, cause and fix nothing is missing."""
    assert [] == list(gaps(incident_after(DESCRIBED, CAUSE, RESOLVED)))


def test_open_tasks_need_an_owner_and_a_date() -> None:
    """An open task without owner and date is named. One that is done is not."""
    complete = DESCRIBED, CAUSE, RESOLVED
    done = events.ActionItemClosed(at=TEN, by="U1", number=2, state=TaskState.DONE)

    found = list(gaps(incident_after(*complete, TASK)))
    assert [("the owner and the due date of task 2", "task 2")] == found
    assert [] == list(gaps(incident_after(*complete, TASK, done)))
