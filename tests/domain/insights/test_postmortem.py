"""The facts of a postmortem, and above all what the search cost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import events
from bot.domain.insights.postmortem.facts import PostmortemFacts, facts
from bot.domain.insights.postmortem.log import IncidentLog, between
from bot.domain.rules.evolve import fold
from bot.domain.runbooks.runbook import Runbook, Step
from bot.domain.vocabulary import Area, HypothesisVerdict, ProbeVerdict, Severity, Status, StepOutcome
from bot.slack_markup import parse

NAMES = {"U0ADA": "Ada"}
RUNBOOK = Runbook(
    id="r",
    title="Logins",
    steps=(
        Step(id="database", title="Check the database", area=Area.DATABASE, minutes=30),
        Step(id="settings", title="Read the settings", area=Area.CONFIG, minutes=5),
    ),
)


def at(hour: int, minute: int = 0, day: int = 18) -> datetime:
    """A moment of the incident."""
    return datetime(2024, 2, day, hour, minute, tzinfo=UTC)


def after(*history: events.AnyEvent) -> PostmortemFacts:
    """The facts of an incident declared at ten, after these events."""
    declared = events.IncidentDeclared(
        at=at(10), by="U0ADA", title="Logins fail", service="auth", severity=Severity.SEV1
    )
    recorded = (declared, *history)
    log = IncidentLog(events=tuple(enumerate(recorded, 1)), names=NAMES, read=parse)
    return facts(fold(1, recorded), log, [])


def suspected(number: int, when: datetime, area: Area = Area.DATABASE) -> events.HypothesisOpened:
    """A hypothesis of Ada's."""
    return events.HypothesisOpened(at=when, by="U0ADA", number=number, text="it", area=area, owner="U0ADA")


def refuted(number: int, when: datetime) -> events.HypothesisClosed:
    """Its end."""
    return events.HypothesisClosed(at=when, by="U0ADA", number=number, verdict=HypothesisVerdict.REFUTED)


def minutes(number: int) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=number)


def test_nothing_is_made_up_for_an_incident_just_declared() -> None:
    """What is not known is None or empty."""
    known = after()

    assert (at(10), at(10)) == (known.started_at, known.detected_at)
    assert (None, None, None, None) == (known.ended_at, known.closed_at, known.duration, known.cause)
    assert ("", "", (), ()) == (known.impact, known.resolution, known.steps, known.hypotheses)
    assert timedelta() == known.time_on_refuted


def test_the_duration_runs_from_when_the_impact_began() -> None:
    """Users felt it before the monitors did, and until it was resolved."""
    known = after(
        events.ImpactDescribed(at=at(12), text="no logins", share="30%", began_at=at(9, 50)),
        events.IncidentResolved(at=at(14), resolution="rolled back by <@U0ADA>"),
        events.IncidentClosed(at=at(15)),
    )

    assert (at(9, 50), at(10), at(14), at(15)) == (
        known.started_at,
        known.detected_at,
        known.ended_at,
        known.closed_at,
    )
    assert minutes(250) == known.duration
    assert ("no logins", "30%", "rolled back by Ada") == (known.impact, known.share, known.resolution)


def test_time_on_refuted_hypotheses_counts_overlaps_once() -> None:
    """Two people on two wrong trails at the same time cost that time once, though each trail its own."""
    known = after(
        suspected(1, at(10, 10)),
        suspected(2, at(10, 20), Area.NETWORK),
        suspected(3, at(10, 25), Area.SECURITY),
        refuted(3, at(10, 30)),
        refuted(1, at(10, 40)),
        refuted(2, at(11)),
        suspected(4, at(12)),
        refuted(4, at(12, 15)),
    )

    assert [minutes(30), minutes(40), minutes(5), minutes(15)] == [s.spent for s in known.hypotheses]
    assert minutes(50 + 15) == known.time_on_refuted


def test_an_open_hypothesis_counts_to_the_end_and_not_as_refuted() -> None:
    """Nobody settled it, so it stood until the incident was resolved."""
    known = after(
        suspected(1, at(10, 30)), events.IncidentResolved(at=at(11)), events.IncidentClosed(at=at(18))
    )

    (suspicion,) = known.hypotheses
    assert ("open", minutes(30), "Ada") == (suspicion.verdict, suspicion.spent, suspicion.owner)
    assert timedelta() == known.time_on_refuted


def test_an_open_hypothesis_of_an_open_incident_counts_to_the_latest_event() -> None:
    """The facts know no clock."""
    known = after(suspected(1, at(10, 30)), events.NoteAdded(at=at(10, 50), ref="n", text="still looking"))

    assert [minutes(20)] == [suspicion.spent for suspicion in known.hypotheses]


def test_better_words_for_the_cause_do_not_make_it_found_later() -> None:
    """What counts is when its area was first named; another area was a wrong trail."""
    known = after(
        events.CauseNamed(at=at(11), text="the pool", area=Area.DATABASE),
        events.CauseNamed(at=at(12), text="settings", area=Area.CONFIG),
        events.CauseNamed(at=at(15), text="a wrong key in the settings", area=Area.CONFIG, detail="a typo"),
    )

    assert known.cause
    assert ("a wrong key in the settings", "config", "a typo") == (
        known.cause.text,
        known.cause.area,
        known.cause.detail,
    )
    assert minutes(120) == known.cause.found_after


def test_a_cause_that_was_withdrawn_in_between_was_not_known() -> None:
    """The step that named it was taken back, and people went on searching until it was seen again."""
    named = events.CauseNamed(at=at(11), text="a wrong key", area=Area.CONFIG, step="settings")
    known = after(
        named,
        events.StepFinished(at=at(12), by="U0ADA", step="settings", outcome=StepOutcome.CLEAR),
        replace(named, at=at(14)),
        replace(named, at=at(15), text="a wrong key in the settings"),
    )

    assert known.cause
    assert minutes(240) == known.cause.found_after


def test_the_steps_stand_in_the_order_the_runbook_gave() -> None:
    """Skipped and forgotten steps stay visible, with who, when and why."""
    known = after(
        events.RunbookChosen(at=at(10), runbook=RUNBOOK, reason=""),
        events.StepFinished(
            at=at(10, 5), by="U0ADA", step="database", outcome=StepOutcome.SKIPPED, evidence="no access"
        ),
    )

    assert [
        ("Read the settings", "not looked at", "", None),
        ("Check the database", "skipped", "Ada", None),
    ] == [(step.title, step.outcome, step.who, step.looked_at) for step in known.steps]
    assert "no access" == known.steps[1].evidence


def test_a_step_that_nobody_took_may_have_been_looked_at_all_the_same() -> None:
    """Who suspected its area looked there, and the table must not say that nobody did."""
    known = after(
        events.RunbookChosen(at=at(10), runbook=RUNBOOK, reason=""),
        suspected(1, at(10, 45)),
        replace(refuted(1, at(11, 30)), evidence="all queries were quick"),
    )

    database = known.steps[1]
    assert ("looked at as hypothesis 1 (refuted)", "Ada", at(10, 45), "all queries were quick") == (
        database.outcome,
        database.who,
        database.at,
        database.evidence,
    )
    assert "not looked at" == known.steps[0].outcome


def test_a_cause_that_was_named_without_a_step_was_looked_for_all_the_same() -> None:
    """Somebody read the settings, who marked nothing."""
    known = after(
        events.RunbookChosen(at=at(10), runbook=RUNBOOK, reason=""),
        events.CauseNamed(at=at(13), by="U0ADA", text="a wrong key", area=Area.CONFIG),
    )

    assert ["not marked; the cause was found in this area", "not looked at"] == [
        step.outcome for step in known.steps
    ]


def test_spans_agree_with_the_times_beside_them() -> None:
    """What is shown to the second is counted in whole seconds: who subtracts comes to the same."""
    start, second = datetime(2026, 11, 22, 19, 13, 23, 900_000, tzinfo=UTC), timedelta(seconds=1)

    assert timedelta() == between(start, start.replace(microsecond=990_000))
    assert second == between(start, start + 0.2 * second)
    assert 3 * second == between(start.replace(microsecond=0), start + 3 * second)


def test_a_step_was_looked_at_when_a_person_or_a_probe_first_saw_it() -> None:
    """A probe that failed saw nothing."""
    known = after(
        events.RunbookChosen(at=at(10), runbook=RUNBOOK, reason=""),
        events.ProbeFinished(at=at(10, 1), step="settings", verdict=ProbeVerdict.FAILED, evidence="timeout"),
        events.ProbeFinished(at=at(10, 3), step="settings", verdict=ProbeVerdict.WRONG, evidence="no key"),
        events.StepFinished(at=at(13), by="U0ADA", step="settings", outcome=StepOutcome.FOUND),
    )

    first = known.steps[0]
    assert (at(10, 3), minutes(3), at(13)) == (first.looked_at, first.looked_after, first.at)
    assert ("found", "no key") == (first.outcome, first.evidence)


@pytest.mark.parametrize(
    ("seen", "outcome", "evidence"),
    [
        (ProbeVerdict.WRONG, StepOutcome.FOUND, "key is old"),
        (ProbeVerdict.CLEAR, StepOutcome.CLEAR, "key is old"),
        (ProbeVerdict.WRONG, StepOutcome.CLEAR, "the probe saw: key is old; judged clear"),
        (ProbeVerdict.CLEAR, StepOutcome.FOUND, "the probe saw: key is old; judged the cause"),
        (ProbeVerdict.FAILED, StepOutcome.CLEAR, ""),
    ],
)
def test_what_a_probe_saw_is_no_evidence_of_the_contrary(
    seen: ProbeVerdict, outcome: StepOutcome, evidence: str
) -> None:
    """Who says no more than "clear" of what its probe saw wrong is not shown with that as their evidence."""
    known = after(
        events.RunbookChosen(at=at(10), runbook=RUNBOOK, reason=""),
        events.ProbeFinished(at=at(10, 3), step="settings", verdict=seen, evidence="key is old"),
        events.StepFinished(at=at(10, 5), by="U0ADA", step="settings", outcome=outcome),
    )

    assert (outcome, evidence) == (known.steps[0].outcome, known.steps[0].evidence)


def test_an_escalation_says_when_it_was_due() -> None:
    """Early or without a due time, it was not late."""
    known = after(
        events.EscalationMade(at=at(12), who="U0ADA", reason="stuck", due_at=at(10, 30)),
        events.EscalationMade(at=at(12), who="the network team", reason="", due_at=at(13)),
        events.EscalationMade(at=at(12), who="the vendor", reason=""),
        events.EscalationMade(at=at(12), who="S012PLATFORM", reason=""),
    )

    late = {"Ada": minutes(90), "the network team": None, "the vendor": None, "a user group": None}
    assert list(late.items()) == [(escalation.who, escalation.late) for escalation in known.escalations]


def test_people_stand_by_name_and_our_own_name_is_left_out() -> None:
    """The document is read by people who know no ids."""
    known = after(
        events.ActionItemAdded(at=at(12), number=1, title="Patch", owner="U0ADA", due="2024-03-01"),
        events.StatusChanged(at=at(13), status=Status.IDENTIFIED, note="asked <@U0ADA>"),
    )

    assert [("Patch", "Ada", "2024-03-01")] == [(task.title, task.owner, task.due) for task in known.tasks]
    assert [
        ("Ada", "Issue detected: Logins fail — sev1, auth"),
        ("", "Status changed to identified — asked Ada"),
    ] == [(entry.by, entry.text) for entry in known.timeline]


def test_an_incident_over_midnight_spans_days() -> None:
    """Then a time without its date says too little."""
    assert not after(events.NoteAdded(at=at(23, 59), ref="n", text="x")).spans_days
    assert after(events.NoteAdded(at=at(0, 1, day=19), ref="n", text="x")).spans_days


def test_only_minutes_are_told_to_the_second() -> None:
    """And only once it is known that it was no more."""
    soon, late = events.IncidentResolved(at=at(10, 9)), events.IncidentResolved(at=at(10, 10))

    assert (False, True, False) == (
        after().to_the_second,
        after(soon).to_the_second,
        after(late).to_the_second,
    )


def test_a_time_in_a_text_is_told_like_the_others() -> None:
    """In UTC on twelve hours, with its date where the incident spans days."""
    since = events.ImpactDescribed(at=at(12), text="no logins", began_at=at(9, 50))
    today, yesterday = after(since), after(replace(since, began_at=at(23, 50, day=17)))

    assert "Impact (since 9:50 AM) — no logins" == today.timeline[-1].text
    assert "Impact (since February 17, 11:50 PM) — no logins" == yesterday.timeline[-1].text


def test_who_typed_on_the_command_line_is_told_in_words() -> None:
    """Those who read it know no prefixes."""
    (*_, note) = after(events.NoteAdded(at=at(11), by="cli:ada", ref="n", text="rebooted")).timeline

    assert "ada, on the command line" == note.by
