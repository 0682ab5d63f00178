"""The timeline of an incident."""

from collections.abc import Iterable
from dataclasses import replace
from typing import get_args

import pytest

from bot.domain import events
from bot.domain.alerts.alert import AlertStatus
from bot.domain.insights.timeline.entry import Entry, Kind
from bot.domain.insights.timeline.timeline import entries, people
from bot.domain.message import Message
from bot.domain.text.parts import plain_text
from bot.domain.vocabulary import ProbeVerdict, Role, Severity
from bot.slack_markup import parse
from tests.domain.insights.timeline_examples import LINES, RUNBOOK, SUSPECTED, alert, at


def message(text: str, *, deleted: bool = False) -> Message:
    """A message from Ada that somebody marked."""
    deleted_at = at(4) if deleted else None
    return Message(incident=1, channel="C1", ts="1.5", user="U0ADA", text=text, deleted_at=deleted_at)


def timeline(
    recorded: Iterable[tuple[int, events.AnyEvent]],
    messages: Iterable[Message] = (),
    *,
    detail: bool = False,
) -> tuple[Entry, ...]:
    """The entries of a timeline in which people typed Slack's markup."""
    return entries(recorded, messages, parse, detail=detail)


def lines(
    recorded: Iterable[tuple[int, events.AnyEvent]],
    messages: Iterable[Message] = (),
    *,
    detail: bool = False,
) -> list[str]:
    """The lines of a timeline as plain text."""
    names = {"U0ADA": "Ada", "U0BOB": "Bob"}
    return [plain_text(entry.line, names) for entry in timeline(recorded, messages, detail=detail)]


@pytest.mark.parametrize(("event", "expected"), LINES)
def test_every_event_has_its_line(event: events.AnyEvent, expected: str) -> None:
    """The detailed timeline shows every event, except those that only change another line."""
    before: list[tuple[int, events.AnyEvent]] = [
        (1, events.RunbookChosen(at=at(0), runbook=RUNBOOK, reason="")),
        (2, SUSPECTED),
    ]

    assert ([expected] if expected else []) == lines([*before, (3, event)], detail=True)[2:]


def test_the_table_has_every_event() -> None:
    """An event that is added needs an example of its line."""
    assert set(get_args(events.AnyEvent)) == {type(event) for event, _ in LINES}


def test_bookkeeping_is_a_detail() -> None:
    """The short timeline says what happened to the service, not to the channel."""
    kinds = {entry.kind for event, _ in LINES for entry in timeline([(1, SUSPECTED), (2, event)])}

    assert {Kind.COURSE, Kind.ALERT, Kind.NOTE, Kind.SEARCH, Kind.PEOPLE} == kinds


def test_the_reason_for_severity_and_service_is_a_detail() -> None:
    """Only the detailed timeline says which rule set the severity and the service."""
    reason = "from the rule for alertname=Down"
    declared = events.IncidentDeclared(at=at(0), title="x", service="", severity=Severity.SEV3, reason=reason)

    assert ["Issue detected: x — sev3"] == lines([(1, declared)])
    assert ["Issue detected: x — sev3", f"Severity and service: {reason}"] == lines(
        [(1, declared)], detail=True
    )


def test_a_probe_that_could_not_run_is_a_detail() -> None:
    """A probe with a result belongs to the investigation. A probe without one is no evidence."""
    probes = [
        (version, events.ProbeFinished(at=at(version), step="s", verdict=verdict, evidence=""))
        for version, verdict in enumerate((ProbeVerdict.CLEAR, ProbeVerdict.FAILED, ProbeVerdict.WRONG), 1)
    ]

    assert ["Probe of “s”: OK", "Probe of “s”: problem found"] == lines(probes)


def test_a_person_who_takes_a_role_is_named_once() -> None:
    """The author is shown only when somebody else was given the role."""
    taken = events.RoleAssigned(at=at(1), by="U0ADA", role=Role.COMMANDER, person="U0ADA")
    given = replace(taken, person="U0BOB")

    assert ["", "U0ADA"] == [entry.by for entry in timeline([(1, taken), (2, given)])]


def test_the_alert_that_declared_the_incident_is_not_repeated() -> None:
    """The alert that declared the incident adds at most its summary. Later alerts are shown in full."""
    declared = events.IncidentDeclared(at=at(0), title="Down", service="", severity=Severity.SEV3)
    same = replace(alert("Down"), annotations={"summary": "Down"})
    summarized = replace(alert("Down"), annotations={"summary": "no answer"})
    resolved = replace(same, status=AlertStatus.RESOLVED)

    def after(*history: events.AnyEvent) -> list[str]:
        return lines(enumerate((declared, *history), 1))[1:]

    assert [] == after(events.AlertsReceived(at=at(0), alerts=(same,)))
    assert ["Alert firing: no answer"] == after(events.AlertsReceived(at=at(0), alerts=(summarized,)))
    assert ["Alert firing: Down"] == after(events.AlertsReceived(at=at(1), alerts=(same,)))
    assert ["Alert resolved: Down"] == after(events.AlertsReceived(at=at(0), alerts=(resolved,)))


def test_lines_are_ordered_by_time_and_then_by_version() -> None:
    """A note that was added late is shown at the time it is about."""
    recorded = [
        (3, events.NoteAdded(at=at(1), ref="c", text="late, of 10:01")),
        (2, events.NoteAdded(at=at(4), ref="b", text="second of 10:04")),
        (1, events.NoteAdded(at=at(4), ref="a", text="first of 10:04")),
    ]

    assert ["late, of 10:01", "first of 10:04", "second of 10:04"] == lines(recorded)


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (message("logins fail"), "logins fail"),
        (message("logins fail again"), "logins fail again"),
        (message("<@U0BOB> sees 1 &lt; 2"), "Bob sees 1 < 2"),
        (message("", deleted=True), "(message deleted)"),
    ],
)
def test_a_marked_message_shows_its_latest_text(marked: Message, expected: str) -> None:
    """An edit or a deletion in Slack changes the line, and its author is the message's author."""
    note = events.NoteAdded(at=at(3), by="U0GRACE", ref="C1/1.5", text="logins fail")

    (entry,) = timeline([(1, note)], [marked])

    assert ("U0ADA", "C1/1.5") == (entry.by, entry.ref)
    assert [expected] == lines([(1, note)], [marked])


def test_a_message_that_nobody_marked_has_no_line() -> None:
    """A message that nobody marked is not on the timeline."""
    assert [] == lines([], [message("coffee?")])


def test_a_removed_note_is_gone_until_it_is_added_again() -> None:
    """Removing the pin removes the line, and a second pin brings back one line, not two."""
    added = events.NoteAdded(at=at(1), ref="C1/1.5", text="logins fail")
    removed = events.NoteRemoved(at=at(2), ref="C1/1.5")

    assert [] == lines([(1, added), (2, removed)])
    assert ["logins fail"] == lines([(1, added), (2, removed), (3, added)])


def test_people_are_found_wherever_they_are_named() -> None:
    """The people include authors, owners, role holders, people escalated to, and people mentioned."""
    recorded: list[tuple[int, events.AnyEvent]] = [
        (1, events.NoteAdded(at=at(0), by="U0ADA", ref="n", text="asked <@U0BOB> and <@U0EVE|eve> in <#C1>")),
        (2, events.EscalationMade(at=at(1), by="cli:joe", who="U0GRACE", reason="")),
        (3, events.ActionItemAdded(at=at(1), number=1, title="Patch", owner="U0DAN")),
    ]

    named = people(recorded, [message("thanks <@W0ANN>")], parse)

    assert {"U0ADA", "U0BOB", "U0EVE", "U0GRACE", "U0DAN", "W0ANN"} == named
