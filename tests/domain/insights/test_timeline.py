"""The timeline: what happened, in the order it happened."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest

from bot.domain import events
from bot.domain.alerts.alert import Alert, AlertStatus
from bot.domain.escalation.ladder import Need
from bot.domain.insights.timeline.timeline import Kind, Message, entries, people
from bot.domain.runbooks.runbook import Runbook, Step
from bot.domain.vocabulary import Area, HypothesisVerdict, ProbeVerdict, Role, Severity, Status, StepOutcome


def at(minute: int) -> datetime:
    """A moment of the incident."""
    return datetime(2024, 2, 18, 10, minute, tzinfo=UTC)


def alert(title: str) -> Alert:
    """A firing alert."""
    return Alert(source="s", fingerprint=title, status=AlertStatus.FIRING, title=title, starts_at=at(0))


def message(text: str, *, deleted: bool = False) -> Message:
    """A message of Ada's that somebody marked."""
    return Message(channel="C1", ts="1.5", user="U0ADA", text=text, at=at(3), deleted=deleted)


RUNBOOK = Runbook(id="r", title="Logins", steps=(Step(id="s", title="Read the settings", area=Area.CONFIG),))
SUSPECTED = events.HypothesisOpened(
    at=at(1), number=1, text="the pool is full", area=Area.DATABASE, owner="U0ADA"
)

#: Every event, and the line it makes; an empty line says that it makes none.
TOLD: list[tuple[events.AnyEvent, str]] = [
    (
        events.IncidentDeclared(at=at(5), title="Logins fail", service="auth", severity=Severity.SEV1),
        "Issue detected: Logins fail — sev1, auth",
    ),
    (
        events.RunbookChosen(at=at(5), runbook=RUNBOOK, reason="service auth"),
        "Runbook “Logins”: service auth",
    ),
    (events.AlertsReceived(at=at(5), alerts=(alert("A"),)), "Alert firing: A"),
    (
        events.AlertsReceived(at=at(5), alerts=tuple(alert(title) for title in "ABCDE")),
        "Alert firing: A; Alert firing: B; Alert firing: C; and 2 more",
    ),
    (events.ChannelOpened(at=at(5), channel="C1", name="inc-1"), "Channel #inc-1 opened"),
    (
        events.ChannelDelayed(at=at(5), seconds=30),
        "The channel could not be opened yet; next try after 30 s",
    ),
    (events.ChannelLost(at=at(5), why="archived"), "The channel was lost — archived"),
    (events.ChannelUnarchived(at=at(5), by="U0ADA"), "The channel was unarchived"),
    (events.MessagePosted(at=at(5), what="card", channel="C1", ts="1.1"), ""),
    (
        events.PeopleInvited(at=at(5), people=("U0ADA",), missing=("U0BOB: deactivated",)),
        "Invited: <@U0ADA>; not possible for U0BOB: deactivated",
    ),
    (
        events.SeverityChanged(at=at(5), severity=Severity.SEV2, reason="half of it"),
        "Severity changed to sev2 — half of it",
    ),
    (events.StatusChanged(at=at(5), status=Status.MONITORING), "Status changed to monitoring"),
    (events.RoleAssigned(at=at(5), role=Role.COMMANDER, person="U0ADA"), "<@U0ADA> became commander"),
    (
        events.ImpactDescribed(at=at(5), text="no logins", share="30%", began_at=at(2)),
        "Impact (30% of users, since <!date^1708250520^{time}|10:02 UTC>) — no logins",
    ),
    (events.NoteAdded(at=at(5), ref="note:3", text="logins are back"), "logins are back"),
    (events.NoteRemoved(at=at(5), ref="note:2"), ""),
    (
        events.HypothesisOpened(at=at(5), number=2, text="a bot", area=Area.SECURITY, owner="x"),
        "Suspected (security): a bot",
    ),
    (
        events.HypothesisClosed(
            at=at(5), number=1, verdict=HypothesisVerdict.REFUTED, evidence="3 of 50 used"
        ),
        "Refuted (database): the pool is full — 3 of 50 used",
    ),
    (events.ProbeAsked(at=at(5), step="s"), "Probe of “Read the settings” asked for"),
    (
        events.ProbeFinished(at=at(5), step="s", verdict=ProbeVerdict.WRONG, evidence="no key"),
        "Probe of “Read the settings”: wrong — no key",
    ),
    (events.StepFinished(at=at(5), step="s", outcome=StepOutcome.FOUND), "Step “Read the settings”: found"),
    (
        events.EscalationMade(at=at(5), who="S0SENIORS", reason="stuck"),
        "Escalated to <!subteam^S0SENIORS> — stuck",
    ),
    (events.EscalationMade(at=at(5), who="SRE", reason=""), "Escalated to SRE"),
    (events.HypothesisPlaced(at=at(5), number=1, area=Area.NETWORK), "Hypothesis 1 was placed in network"),
    (
        events.HypothesisExtended(at=at(5), number=1, minutes=15),
        "Hypothesis 1 got 15 more minutes: the pool is full",
    ),
    (
        events.HypothesisExtended(at=at(5), number=1, minutes=1),
        "Hypothesis 1 got 1 more minute: the pool is full",
    ),
    (
        events.HypothesisHandedOver(at=at(5), number=1, owner="U0BOB"),
        "Hypothesis 1 went to <@U0BOB>: the pool is full",
    ),
    (
        events.TimeBoxEnded(at=at(5), number=1),
        "The time for hypothesis 1 ran out, nothing was decided: the pool is full",
    ),
    (
        events.NudgeGiven(at=at(5), number=1, areas=(Area.CONFIG, Area.CHANGE), step="s"),
        "Hint beside hypothesis 1: not checked yet, and cheaper: config, change",
    ),
    (events.NudgesMuted(at=at(5)), "Hints muted"),
    (events.LadderChosen(at=at(5), rungs=()), ""),
    (events.ReminderGiven(at=at(5), what="update"), ""),
    (
        events.EscalationDue(at=at(5), rung=1, lack=Need.UPDATE, due_at=at(5)),
        "Time to call somebody in: there was no update",
    ),
    (
        events.ClockSnoozed(at=at(5), until=at(35), reason="vendor"),
        "Escalation held up until <!date^1708252500^{time}|10:35 UTC> — vendor",
    ),
    (events.UpdateGiven(at=at(5), text="half of them work"), "Update: half of them work"),
    (events.PageSent(at=at(5), to="pagerduty:auth", key="k"), "pagerduty:auth took the page"),
    (
        events.PageFailed(at=at(5), to="pagerduty:auth", why="it answered 500"),
        "pagerduty:auth could not be reached — it answered 500",
    ),
    (
        events.PageAcknowledged(at=at(5), by="Ann", to="pagerduty:auth", key="k"),
        "The page of pagerduty:auth was answered",
    ),
    (events.SideChannelAsked(at=at(5), number=1), "A private channel for hypothesis 1 asked for"),
    (
        events.SideChannelOpened(at=at(5), number=1, channel="C9"),
        "A private channel for hypothesis 1 opened",
    ),
    (events.StepTaken(at=at(5), step="s"), "Step “Read the settings” taken"),
    (events.CauseNamed(at=at(5), text="a wrong key", area=Area.CONFIG), "Cause found (config): a wrong key"),
    (events.CauseTakenBack(at=at(5), reason="it is right"), "Cause taken back — it is right"),
    (events.ImprovementProposed(at=at(5), title="Watch it"), "Improvement: Watch it"),
    (events.ActionItemAdded(at=at(5), number=1, title="Patch", text="all"), "Task 1: Patch — all"),
    (events.IncidentResolved(at=at(5), resolution="rolled back"), "Issue resolved — rolled back"),
    (
        events.IncidentResolved(at=at(5), resolution="the key put back", told_later=True),
        "What fixed it: the key put back",
    ),
    (events.IncidentClosed(at=at(5)), "Incident closed"),
    (events.IncidentCancelled(at=at(5), reason="a test"), "Cancelled, it was no incident — a test"),
    (events.IncidentReopened(at=at(5), reason="again"), "Reopened — again"),
    (events.PostmortemDrafted(at=at(5), path="INC-1.md"), "Postmortem drafted"),
    (
        events.EffectGaveUp(at=at(5), effect="SetTopic", why="is_archived"),
        "The topic could not be set — is_archived",
    ),
]


@pytest.mark.parametrize(("event", "told"), TOLD)
def test_every_event_has_its_sentence(event: events.AnyEvent, told: str) -> None:
    """In the detailed view nothing is silent but what changes another line."""
    known: list[tuple[int, events.AnyEvent]] = [
        (1, events.RunbookChosen(at=at(0), runbook=RUNBOOK, reason="")),
        (2, SUSPECTED),
    ]

    lines = [entry.text for entry in entries([*known, (3, event)], [], detail=True)][2:]

    assert ([told] if told else []) == lines


def test_no_event_is_forgotten() -> None:
    """The table above holds every event there is."""
    assert set(get_args(events.AnyEvent)) == {type(event) for event, _ in TOLD}


def test_our_own_bookkeeping_is_left_out_unless_asked_for() -> None:
    """A postmortem tells what happened to the service, not to our channel."""
    kinds = {entry.kind for event, _ in TOLD for entry in entries([(1, SUSPECTED), (2, event)], [])}

    assert {Kind.COURSE, Kind.ALERT, Kind.NOTE, Kind.SEARCH, Kind.PEOPLE} == kinds


def test_why_it_got_its_severity_and_service_is_a_detail() -> None:
    """Who wonders about a route reads its named reason; a postmortem does without."""
    reason = "from the rule for alertname=Down"
    declared = events.IncidentDeclared(at=at(0), title="x", service="", severity=Severity.SEV3, reason=reason)
    told = [[entry.text for entry in entries([(1, declared)], [], detail=detail)] for detail in (False, True)]

    assert [["Issue detected: x — sev3"], [*told[0], f"Severity and service: {reason}"]] == told


def test_a_probe_is_told_when_it_saw_anything() -> None:
    """What was ruled out belongs to the search; a probe that failed is evidence of nothing."""
    verdicts = [
        (version, events.ProbeFinished(at=at(version), step="s", verdict=verdict, evidence=""))
        for version, verdict in enumerate((ProbeVerdict.CLEAR, ProbeVerdict.FAILED, ProbeVerdict.WRONG), 1)
    ]

    assert ["Probe of “s”: clear", "Probe of “s”: wrong"] == [entry.text for entry in entries(verdicts, [])]


def test_who_takes_a_role_is_named_once() -> None:
    """Who gives it to another is named beside."""
    taken = events.RoleAssigned(at=at(1), by="U0ADA", role=Role.COMMANDER, person="U0ADA")

    told = entries([(1, taken), (2, replace(taken, person="U0BOB"))], [])

    assert ["", "U0ADA"] == [entry.by for entry in told]


def test_what_began_it_is_said_once() -> None:
    """The alert that declared the incident adds its summary at most; what fires later is told in full."""
    declared = events.IncidentDeclared(at=at(0), title="Down", service="", severity=Severity.SEV3)
    same = replace(alert("Down"), annotations={"summary": "Down"})
    told = replace(alert("Down"), annotations={"summary": "no answer"})

    def lines(*history: events.AnyEvent) -> list[str]:
        return [entry.text for entry in entries(enumerate((declared, *history), 1), [])][1:]

    assert [] == lines(events.AlertsReceived(at=at(0), alerts=(same,)))
    assert ["Alert firing: no answer"] == lines(events.AlertsReceived(at=at(0), alerts=(told,)))
    assert ["Alert firing: Down"] == lines(events.AlertsReceived(at=at(1), alerts=(same,)))
    resolved = replace(same, status=AlertStatus.RESOLVED)
    assert ["Alert resolved: Down"] == lines(events.AlertsReceived(at=at(0), alerts=(resolved,)))


def test_lines_stand_by_when_it_happened_and_ties_by_version() -> None:
    """A note written down late belongs to the moment it speaks of."""
    recorded = [
        (3, events.NoteAdded(at=at(1), ref="c", text="late, of 10:01")),
        (2, events.NoteAdded(at=at(4), ref="b", text="second of 10:04")),
        (1, events.NoteAdded(at=at(4), ref="a", text="first of 10:04")),
    ]

    lines = [entry.text for entry in entries(recorded, [])]

    assert ["late, of 10:01", "first of 10:04", "second of 10:04"] == lines


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (message("logins fail"), "logins fail"),
        (message("logins fail again"), "logins fail again"),
        (message("", deleted=True), "(message deleted)"),
    ],
)
def test_a_marked_message_shows_what_it_says_now(said: Message, shown: str) -> None:
    """An edit and a deletion in Slack reach the timeline, and its author is who said it."""
    marked = events.NoteAdded(at=at(3), by="U0GRACE", ref="C1/1.5", text="logins fail")

    (entry,) = entries([(1, marked)], [said])

    assert (shown, "U0ADA", "C1/1.5") == (entry.text, entry.by, entry.ref)


def test_a_message_nobody_marked_is_no_line() -> None:
    """Chatter stays in the transcript."""
    assert () == entries([], [message("coffee?")])


def test_a_removed_note_is_gone_until_it_is_added_again() -> None:
    """Taking the pin off takes the line off, and a second pin brings back one line, not two."""
    added = events.NoteAdded(at=at(1), ref="C1/1.5", text="logins fail")
    removed = events.NoteRemoved(at=at(2), ref="C1/1.5")

    assert [] == [entry.text for entry in entries([(1, added), (2, removed)], [])]
    again = entries([(1, added), (2, removed), (3, added)], [])
    assert ["logins fail"] == [entry.text for entry in again]


def test_everybody_is_known_who_is_named_anywhere() -> None:
    """As author, owner, in a role, called in, or mentioned in a text."""
    recorded: list[tuple[int, events.AnyEvent]] = [
        (1, events.NoteAdded(at=at(0), by="U0ADA", ref="n", text="asked <@U0BOB> and <@U0EVE|eve> in <#C1>")),
        (2, events.EscalationMade(at=at(1), by="cli:joe", who="U0GRACE", reason="")),
        (3, events.ActionItemAdded(at=at(1), number=1, title="Patch", owner="U0DAN")),
    ]

    named = people(recorded, [message("thanks <@W0ANN>")])

    assert {"U0ADA", "U0BOB", "U0EVE", "U0GRACE", "U0DAN", "W0ANN"} == named
