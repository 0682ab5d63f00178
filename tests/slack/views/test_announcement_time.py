"""The time in announcements, and announcements that are outdated."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import events
from bot.domain.vocabulary import Status
from bot.slack.views.announcement import announcement
from tests.domain.given import TEN, incident_after
from tests.slack.lives import words


@pytest.mark.parametrize(
    ("later", "when"),
    [
        (timedelta(minutes=2), ""),
        (timedelta(minutes=3), "<!date^1795341600^{time}|10:00> (10:00 UTC) "),
        (timedelta(hours=13), "<!date^1795341600^{date_short_pretty} {time}|2026-11-22 10:00> (10:00 UTC) "),
    ],
)
def test_a_late_announcement_shows_the_time(later: timedelta, when: str) -> None:
    """An announcement more than two minutes late shows when it happened, with the date after twelve hours."""
    note = events.NoteAdded(at=TEN, by="U1", ref="note:1", text="restarted auth")

    assert f"{when}*Note 1:* restarted auth — <@U1>" == words(
        announcement(note, incident_after(note), TEN + later)
    )


def test_an_outdated_automatic_status_is_not_announced() -> None:
    """A flapping alert does not flood the channel. A status that a person set is always announced."""
    automatic = events.StatusChanged(at=TEN, status=Status.MONITORING, note="all alerts have resolved")

    assert announcement(automatic, incident_after(), TEN) is None
    assert announcement(automatic, incident_after(automatic), TEN) is not None
    assert announcement(replace(automatic, by="U1"), incident_after(), TEN) is not None


def test_an_automatic_status_needs_no_author() -> None:
    """A status that follows from the alerts is announced without an author."""
    automatic = events.StatusChanged(at=TEN, status=Status.MONITORING, note="all alerts have resolved")

    assert "*Monitoring*: all alerts have resolved" == words(
        announcement(automatic, incident_after(automatic), TEN)
    )


def test_a_reminder_gives_the_time_without_an_update() -> None:
    """The reminder to post an update gives the time since the last one."""
    update = events.UpdatePosted(at=TEN, by="U1", text="half of them work")
    due = events.ReminderPosted(at=TEN + timedelta(minutes=30), what="update")

    assert "*No status update for 30 min.* Post one: `/incident update …`" == words(
        announcement(due, incident_after(update, due), due.at)
    )
