"""The facts of a postmortem, above all the time that the investigation took."""

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
    """Return a time during the incident."""
    return datetime(2024, 2, day, hour, minute, tzinfo=UTC)


def after(*history: events.AnyEvent) -> PostmortemFacts:
    """Return the facts of an incident declared at 10:00, after these events."""
    declared = events.IncidentDeclared(
        at=at(10), by="U0ADA", title="Logins fail", service="auth", severity=Severity.SEV1
    )
    recorded = (declared, *history)
    log = IncidentLog(events=tuple(enumerate(recorded, 1)), names=NAMES, read=parse)
    return facts(fold(1, recorded), log, [])


def suspected(number: int, when: datetime, area: Area = Area.DATABASE) -> events.HypothesisOpened:
    """Return the event that Ada opened a hypothesis."""
    return events.HypothesisOpened(at=when, by="U0ADA", number=number, text="it", area=area, owner="U0ADA")


def refuted(number: int, when: datetime) -> events.HypothesisClosed:
    """Return the event that the hypothesis was closed."""
    return events.HypothesisClosed(at=when, by="U0ADA", number=number, verdict=HypothesisVerdict.REFUTED)


def minutes(number: int) -> timedelta:
    """Return a duration in minutes."""
    return timedelta(minutes=number)


def test_unknown_facts_are_empty() -> None:
    """A fact of a new incident that is not known is None or empty."""
    facts = after()

    assert (at(10), at(10)) == (facts.started_at, facts.detected_at)
    assert (None, None, None, None) == (facts.ended_at, facts.closed_at, facts.duration, facts.cause)
    assert ("", "", (), ()) == (facts.impact, facts.resolution, facts.steps, facts.hypotheses)
    assert timedelta() == facts.time_on_refuted


def test_the_duration_runs_from_the_start_of_the_impact() -> None:
    """The duration starts with the impact, before detection, and ends with the resolution."""
    facts = after(
        events.ImpactDescribed(at=at(12), text="no logins", share="30%", began_at=at(9, 50)),
        events.IncidentResolved(at=at(14), resolution="rolled back by <@U0ADA>"),
        events.IncidentClosed(at=at(15)),
    )

    assert (at(9, 50), at(10), at(14), at(15)) == (
        facts.started_at,
        facts.detected_at,
        facts.ended_at,
        facts.closed_at,
    )
    assert minutes(250) == facts.duration
    assert ("no logins", "30%", "rolled back by Ada") == (facts.impact, facts.share, facts.resolution)


def test_overlapping_time_on_ruled_out_hypotheses_counts_once() -> None:
    """Time spent on two wrong hypotheses at once counts once in total, but in full for each of them."""
    facts = after(
        suspected(1, at(10, 10)),
        suspected(2, at(10, 20), Area.NETWORK),
        suspected(3, at(10, 25), Area.SECURITY),
        refuted(3, at(10, 30)),
        refuted(1, at(10, 40)),
        refuted(2, at(11)),
        suspected(4, at(12)),
        refuted(4, at(12, 15)),
    )

    assert [minutes(30), minutes(40), minutes(5), minutes(15)] == [s.spent for s in facts.hypotheses]
    assert minutes(50 + 15) == facts.time_on_refuted


def test_an_open_hypothesis_counts_until_the_end() -> None:
    """A hypothesis without a verdict counts until the incident was resolved, and not as ruled out."""
    facts = after(
        suspected(1, at(10, 30)), events.IncidentResolved(at=at(11)), events.IncidentClosed(at=at(18))
    )

    (hypothesis,) = facts.hypotheses
    assert ("open", minutes(30), "Ada") == (hypothesis.verdict, hypothesis.spent, hypothesis.owner)
    assert timedelta() == facts.time_on_refuted


def test_an_open_hypothesis_of_an_open_incident_counts_until_the_latest_event() -> None:
    """The time on a hypothesis ends with the latest event, because the facts have no clock."""
    facts = after(suspected(1, at(10, 30)), events.NoteAdded(at=at(10, 50), ref="n", text="still looking"))

    assert [minutes(20)] == [hypothesis.spent for hypothesis in facts.hypotheses]


def test_rewording_the_cause_does_not_change_when_it_was_found() -> None:
    """The cause counts as found when its area was first named. Another area was a wrong one."""
    facts = after(
        events.CauseNamed(at=at(11), text="the pool", area=Area.DATABASE),
        events.CauseNamed(at=at(12), text="settings", area=Area.CONFIG),
        events.CauseNamed(at=at(15), text="a wrong key in the settings", area=Area.CONFIG, detail="a typo"),
    )

    assert facts.cause
    assert ("a wrong key in the settings", "config", "a typo") == (
        facts.cause.text,
        facts.cause.area,
        facts.cause.detail,
    )
    assert minutes(120) == facts.cause.found_after


def test_a_withdrawn_cause_was_not_known() -> None:
    """A cause that was withdrawn counts as found only when it was named again."""
    named = events.CauseNamed(at=at(11), text="a wrong key", area=Area.CONFIG, step="settings")
    facts = after(
        named,
        events.StepFinished(at=at(12), by="U0ADA", step="settings", outcome=StepOutcome.CLEAR),
        replace(named, at=at(14)),
        replace(named, at=at(15), text="a wrong key in the settings"),
    )

    assert facts.cause
    assert minutes(240) == facts.cause.found_after


def test_steps_are_in_the_order_of_the_runbook() -> None:
    """Skipped and untouched steps are listed too, with who, when and why."""
    facts = after(
        events.RunbookChosen(at=at(10), runbook=RUNBOOK, reason=""),
        events.StepFinished(
            at=at(10, 5), by="U0ADA", step="database", outcome=StepOutcome.SKIPPED, evidence="no access"
        ),
    )

    assert [
        ("Read the settings", "not checked", "", None),
        ("Check the database", "skipped", "Ada", None),
    ] == [(step.title, step.outcome, step.who, step.looked_at) for step in facts.steps]
    assert "no access" == facts.steps[1].evidence


def test_a_step_covered_by_a_hypothesis_counts_as_checked() -> None:
    """A step that nobody took counts as checked if somebody had a hypothesis in its area."""
    facts = after(
        events.RunbookChosen(at=at(10), runbook=RUNBOOK, reason=""),
        suspected(1, at(10, 45)),
        replace(refuted(1, at(11, 30)), evidence="all queries were quick"),
    )

    database = facts.steps[1]
    assert ("checked as hypothesis 1 (refuted)", "Ada", at(10, 45), "all queries were quick") == (
        database.outcome,
        database.who,
        database.at,
        database.evidence,
    )
    assert "not checked" == facts.steps[0].outcome


def test_a_step_in_the_area_of_the_cause_is_marked_so() -> None:
    """A step in the area of a cause that was named directly is not listed as unchecked."""
    facts = after(
        events.RunbookChosen(at=at(10), runbook=RUNBOOK, reason=""),
        events.CauseNamed(at=at(13), by="U0ADA", text="a wrong key", area=Area.CONFIG),
    )

    assert ["not marked; the cause was found in this area", "not checked"] == [
        step.outcome for step in facts.steps
    ]


def test_durations_agree_with_the_times_beside_them() -> None:
    """Durations are counted in whole seconds, so that they match the difference of the times shown."""
    start, second = datetime(2026, 11, 22, 19, 13, 23, 900_000, tzinfo=UTC), timedelta(seconds=1)

    assert timedelta() == between(start, start.replace(microsecond=990_000))
    assert second == between(start, start + 0.2 * second)
    assert 3 * second == between(start.replace(microsecond=0), start + 3 * second)


def test_a_step_is_checked_when_a_person_or_probe_first_checks_it() -> None:
    """A probe that could not run does not count as a check."""
    facts = after(
        events.RunbookChosen(at=at(10), runbook=RUNBOOK, reason=""),
        events.ProbeFinished(at=at(10, 1), step="settings", verdict=ProbeVerdict.FAILED, evidence="timeout"),
        events.ProbeFinished(at=at(10, 3), step="settings", verdict=ProbeVerdict.WRONG, evidence="no key"),
        events.StepFinished(at=at(13), by="U0ADA", step="settings", outcome=StepOutcome.FOUND),
    )

    first = facts.steps[0]
    assert (at(10, 3), minutes(3), at(13)) == (first.looked_at, first.looked_after, first.at)
    assert ("found", "no key") == (first.outcome, first.evidence)


@pytest.mark.parametrize(
    ("seen", "outcome", "evidence"),
    [
        (ProbeVerdict.WRONG, StepOutcome.FOUND, "key is old"),
        (ProbeVerdict.CLEAR, StepOutcome.CLEAR, "key is old"),
        (ProbeVerdict.WRONG, StepOutcome.CLEAR, "the probe reported: key is old; marked clear"),
        (ProbeVerdict.CLEAR, StepOutcome.FOUND, "the probe reported: key is old; marked as the cause"),
        (ProbeVerdict.FAILED, StepOutcome.CLEAR, ""),
    ],
)
def test_a_probe_result_is_no_evidence_for_the_opposite_verdict(
    seen: ProbeVerdict, outcome: StepOutcome, evidence: str
) -> None:
    """A person's verdict is not shown with a probe result that contradicts it as its evidence."""
    facts = after(
        events.RunbookChosen(at=at(10), runbook=RUNBOOK, reason=""),
        events.ProbeFinished(at=at(10, 3), step="settings", verdict=seen, evidence="key is old"),
        events.StepFinished(at=at(10, 5), by="U0ADA", step="settings", outcome=outcome),
    )

    assert (outcome, evidence) == (facts.steps[0].outcome, facts.steps[0].evidence)


def test_an_escalation_has_its_delay() -> None:
    """An escalation that was early or had no due time has no delay."""
    facts = after(
        events.EscalationMade(at=at(12), who="U0ADA", reason="stuck", due_at=at(10, 30)),
        events.EscalationMade(at=at(12), who="the network team", reason="", due_at=at(13)),
        events.EscalationMade(at=at(12), who="the vendor", reason=""),
        events.EscalationMade(at=at(12), who="S012PLATFORM", reason=""),
    )

    late = {"Ada": minutes(90), "the network team": None, "the vendor": None, "a user group": None}
    assert list(late.items()) == [(escalation.who, escalation.late) for escalation in facts.escalations]


def test_people_are_shown_by_name() -> None:
    """The document shows names instead of IDs and leaves out Firstcheck itself."""
    facts = after(
        events.ActionItemAdded(at=at(12), number=1, title="Patch", owner="U0ADA", due="2024-03-01"),
        events.StatusChanged(at=at(13), status=Status.IDENTIFIED, note="asked <@U0ADA>"),
    )

    assert [("Patch", "Ada", "2024-03-01")] == [(task.title, task.owner, task.due) for task in facts.tasks]
    assert [
        ("Ada", "Issue detected: Logins fail — sev1, auth"),
        ("", "Status changed to identified — asked Ada"),
    ] == [(entry.by, entry.text) for entry in facts.timeline]


def test_an_incident_over_midnight_spans_days() -> None:
    """Times need their date if the incident spans more than one day."""
    assert not after(events.NoteAdded(at=at(23, 59), ref="n", text="x")).spans_days
    assert after(events.NoteAdded(at=at(0, 1, day=19), ref="n", text="x")).spans_days


def test_a_short_incident_shows_seconds() -> None:
    """Times include seconds only once it is known that the incident took a few minutes."""
    soon, late = events.IncidentResolved(at=at(10, 9)), events.IncidentResolved(at=at(10, 10))

    assert (False, True, False) == (
        after().to_the_second,
        after(soon).to_the_second,
        after(late).to_the_second,
    )


def test_a_time_in_a_text_is_formatted_like_the_others() -> None:
    """A time in a text is shown in UTC on a 12-hour clock, with its date if the incident spans days."""
    since = events.ImpactDescribed(at=at(12), text="no logins", began_at=at(9, 50))
    today, yesterday = after(since), after(replace(since, began_at=at(23, 50, day=17)))

    assert "Impact (since 9:50 AM) — no logins" == today.timeline[-1].text
    assert "Impact (since February 17, 11:50 PM) — no logins" == yesterday.timeline[-1].text


def test_command_line_users_are_shown_in_words() -> None:
    """A person on the command line is shown without the internal prefix."""
    (*_, note) = after(events.NoteAdded(at=at(11), by="cli:ada", ref="n", text="rebooted")).timeline

    assert "ada, on the command line" == note.by
