"""When a rung of the ladder is due, what counts as progress, and what stops the clock."""

from dataclasses import replace

import pytest

from bot.domain import commands, events
from bot.domain.escalation.ladder import Need, Rung
from bot.domain.incident.incident import Incident
from bot.domain.rules.decide.decide import decide
from bot.domain.rules.evolve import fold
from bot.domain.vocabulary import HypothesisVerdict, ProbeVerdict, Role, Status, StepOutcome
from tests.domain.given import DECLARED, SUSPECTED, at, refusal

#: One rung for each need, in this order.
LADDER = tuple(Rung(after_minutes=10 * n, unless=lack) for n, lack in enumerate(Need, 1))
COMMANDER, UPDATE, HYPOTHESIS, LEAD, RELIEF = range(1, 6)
CHOSEN = events.LadderChosen(at=at(0), rungs=LADDER)
REFUTED = events.HypothesisClosed(at=at(7), by="U1", number=1, verdict=HypothesisVerdict.REFUTED)
MITIGATED = events.StatusChanged(at=at(8), by="U1", status=Status.MONITORING)


def incident_after(*more: events.AnyEvent) -> Incident:
    """Return INC-7 with a ladder, after `more` events."""
    return fold(7, (DECLARED, CHOSEN, *more))


def dues(*more: events.AnyEvent) -> list[int | None]:
    """Return when each rung is due, in minutes after detection."""
    clock = incident_after(*more).escalation.clock
    found = [clock.due(number) for number in range(1, len(clock.ladder) + 1)]
    return [round((due - at(0)).total_seconds() / 60) if due else None for due in found]


BEGUN = [10, 20, 30, None, 50]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (events.RoleAssigned(at=at(5), by="U1", role=Role.COMMANDER, person="U1"), [None, 20, 30, None, 50]),
        (events.RoleAssigned(at=at(5), by="U1", role=Role.SCRIBE, person="U1"), BEGUN),
        (events.UpdatePosted(at=at(5), by="U1", text="half of them work"), [10, 25, 30, None, 50]),
        (events.NoteAdded(at=at(5), by="U1", ref="n", text="restarted"), [10, 25, 30, None, 50]),
        (events.ImpactDescribed(at=at(5), by="U1", text="no logins"), [10, 25, 30, None, 50]),
        (events.StatusChanged(at=at(5), by="U1", status=Status.IDENTIFIED), [10, 25, 30, None, 50]),
        (events.StatusChanged(at=at(5), status=Status.IDENTIFIED), BEGUN),
        (SUSPECTED, BEGUN),
        (
            events.StepFinished(at=at(5), by="U1", step="s", outcome=StepOutcome.FOUND),
            [10, 20, None, None, 50],
        ),
        (events.StepFinished(at=at(5), by="U1", step="s", outcome=StepOutcome.CLEAR), BEGUN),
        (
            events.ProbeFinished(at=at(5), step="s", verdict=ProbeVerdict.WRONG, evidence=""),
            [10, 20, None, None, 50],
        ),
        (events.ProbeFinished(at=at(5), step="s", verdict=ProbeVerdict.FAILED, evidence=""), BEGUN),
        (events.CauseNamed(at=at(5), by="U1", text="the key"), [10, 25, None, None, 50]),
        (events.PageAcknowledged(at=at(5), by="Ann", to="pagerduty:auth", key="k"), BEGUN),
        (MITIGATED, [None] * 5),
        (events.IncidentResolved(at=at(5), by="U1"), [None] * 5),
    ],
)
def test_each_event_meets_its_needs(event: events.AnyEvent, expected: list[int | None]) -> None:
    """An event meets exactly its needs. An acknowledged page is no progress."""
    assert expected == dues(event)


def test_a_lead_is_needed_once_all_hypotheses_are_ruled_out() -> None:
    """The need for a lead starts with the last verdict and ends with a new or confirmed hypothesis."""
    again = events.HypothesisOpened(
        at=at(9), by="U1", number=2, text="the disk", area=SUSPECTED.area, owner="U1"
    )
    confirmed = events.HypothesisClosed(at=at(9), by="U1", number=1, verdict=HypothesisVerdict.CONFIRMED)

    assert [10, 20, 30, 47, 50] == dues(SUSPECTED, REFUTED)
    assert [10, 20, 30, 47, 50] == dues(SUSPECTED, REFUTED, replace(REFUTED, at=at(9), evidence="why"))
    assert BEGUN == dues(SUSPECTED, REFUTED, again)
    assert BEGUN == dues(SUSPECTED, again, REFUTED)
    assert [10, 20, None, None, 50] == dues(SUSPECTED, confirmed)


CONFIRMED = events.HypothesisClosed(at=at(3), by="U1", number=1, verdict=HypothesisVerdict.CONFIRMED)
NAMED = events.CauseNamed(at=at(3), by="U1", text="the pool", area=SUSPECTED.area, hypothesis=1)
IDENTIFIED = events.StatusChanged(at=at(3), by="U1", status=Status.IDENTIFIED)
AGAIN = events.StatusChanged(at=at(7), by="U1", status=Status.INVESTIGATING)
FOUND = events.StepFinished(at=at(4), by="U1", step="s", outcome=StepOutcome.FOUND)
CLEARED = events.StepFinished(at=at(9), by="U1", step="s", outcome=StepOutcome.CLEAR)
SAW = events.ProbeFinished(at=at(4), step="s", verdict=ProbeVerdict.WRONG, evidence="")


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ((CONFIRMED, NAMED, IDENTIFIED, REFUTED, AGAIN), [10, 27, 37, 47, 50]),
        ((CONFIRMED, NAMED, REFUTED), [10, 23, 37, 47, 50]),
        ((CONFIRMED, NAMED, replace(REFUTED, verdict=HypothesisVerdict.PARKED)), [10, 23, 37, 47, 50]),
        ((REFUTED, replace(FOUND, at=at(8)), CLEARED), [10, 20, 39, 49, 50]),
        ((FOUND, CLEARED), [10, 20, 39, None, 50]),
        ((SAW, REFUTED), [10, 20, None, None, 50]),
        ((SAW, CLEARED), [10, 20, 39, None, 50]),
        ((SAW, REFUTED, CLEARED), [10, 20, 39, 49, 50]),
        ((SAW, replace(SAW, at=at(9), verdict=ProbeVerdict.CLEAR)), [10, 20, 39, None, 50]),
        ((SAW, replace(CLEARED, step="other")), [10, 20, None, None, 50]),
        ((SAW, CONFIRMED, NAMED, REFUTED), [10, 23, None, None, 50]),
        ((FOUND, SAW, CONFIRMED, REFUTED, CLEARED), [10, 20, 39, 49, 50]),
    ],
)
def test_a_withdrawn_support_is_needed_again(
    history: tuple[events.AnyEvent, ...], expected: list[int | None]
) -> None:
    """A hypothesis is needed again once no evidence supports one, and a lead once none is open."""
    assert expected == dues(SUSPECTED, *history)


def test_a_probe_after_the_verdict_counts() -> None:
    """A problem found by a probe after its step was ruled out counts as support, whatever happens next."""
    note = events.NoteAdded(at=at(10), by="U1", ref="n", text="restarted")

    assert [10, 30, None, None, 50] == dues(CLEARED, replace(SAW, at=at(10)), note)


def test_the_clock_restarts_when_users_are_affected_again() -> None:
    """All needs start again when the impact returns, apart from the commander, who still has the role."""
    commander = events.RoleAssigned(at=at(1), by="U1", role=Role.COMMANDER, person="U1")
    climbed = events.EscalationDue(at=at(20), rung=UPDATE, lack=Need.UPDATE, due_at=at(20))
    resolved = events.IncidentResolved(at=at(25), by="U1")
    reopened = events.IncidentReopened(at=at(60), by="U1", reason="again")

    assert [None, 80, 90, None, 110] == dues(commander, climbed, resolved, reopened)
    assert [70, 80, 90, None, 110] == dues(climbed, resolved, reopened)
    assert [70, 80, 90, 100, 110] == dues(SUSPECTED, REFUTED, resolved, reopened)


@pytest.mark.parametrize(
    "climbed",
    [
        events.EscalationDue(at=at(21), rung=UPDATE, lack=Need.UPDATE, due_at=at(20)),
        events.EscalationMade(at=at(21), who="U3", reason="", due_at=at(20), rung=UPDATE),
    ],
)
def test_a_rung_is_taken_once_per_unmet_need(climbed: events.AnyEvent) -> None:
    """A rung is taken once until its need was met. After an update, the next silence counts anew."""
    update = events.UpdatePosted(at=at(22), by="U1", text="half of them work")

    assert [10, None, 30, None, 50] == dues(climbed)
    assert [10, 42, 30, None, 50] == dues(climbed, update)
    assert (UPDATE,) == incident_after(climbed, update).escalation.clock.to_arm


def test_each_timer_is_set_once() -> None:
    """A timer is set for each rung that is due and has none. A set timer adjusts itself."""
    update = events.UpdatePosted(at=at(5), by="U1", text="half of them work")

    assert (COMMANDER, UPDATE, HYPOTHESIS, RELIEF) == incident_after().escalation.clock.to_arm
    assert () == incident_after(update).escalation.clock.to_arm
    assert (LEAD,) == incident_after(SUSPECTED, REFUTED).escalation.clock.to_arm


def test_a_snooze_postpones_rungs() -> None:
    """A snooze postpones rungs to its end. Later rungs and unmet needs do not change."""
    snoozed = events.EscalationSnoozed(at=at(5), by="U1", until=at(25), reason="vendor")

    assert [25, 25, 30, None, 50] == dues(snoozed)


def test_an_unreachable_pager_brings_the_next_rung_forward() -> None:
    """The next rung with an unmet need is taken at once, but only for the current need."""
    failed = events.PageFailed(at=at(11), to="pagerduty:auth", why="no", rung=COMMANDER)
    paged = events.EscalationMade(at=at(10), who="pagerduty:auth", reason="", due_at=at(10), rung=COMMANDER)
    update = events.UpdatePosted(at=at(12), by="U1", text="half of them work")

    assert [None, 11, 30, None, 50] == dues(paged, failed)
    assert (UPDATE,) == incident_after(paged, failed).escalation.clock.to_arm
    assert [None, 32, 30, None, 50] == dues(paged, failed, update)


def test_a_met_need_brings_nothing_forward() -> None:
    """The next rung keeps its time once the need is met or the pager was reached after all."""
    failed = events.PageFailed(at=at(11), to="pagerduty:auth", why="no", rung=COMMANDER)
    paged = events.EscalationMade(at=at(10), who="pagerduty:auth", reason="", due_at=at(10), rung=COMMANDER)
    commander = events.RoleAssigned(at=at(11), by="U1", role=Role.COMMANDER, person="U1")
    reached = events.PageSent(at=at(12), to="pagerduty:auth", key="k")

    assert BEGUN[1:] == dues(paged, failed, commander)[1:]
    assert BEGUN[1:] == dues(paged, commander, failed)[1:]
    assert BEGUN[1:] == dues(paged, failed, reached)[1:]
    assert [0] == [
        unreached.following
        for unreached in incident_after(paged, commander, failed).escalation.clock.unreached
    ]


def test_the_reason_why_a_rung_is_brought_forward() -> None:
    """The reason lists the recipients that could not be reached, until the rung is due anyway."""
    failed = events.PageFailed(at=at(11), to="pagerduty:auth", why="no", rung=COMMANDER)
    other = replace(failed, to="webhook:auth")
    paged = events.EscalationMade(at=at(10), who="pagerduty:auth", reason="", due_at=at(10), rung=COMMANDER)
    commander = events.RoleAssigned(at=at(11), by="U1", role=Role.COMMANDER, person="U1")
    chosen = replace(CHOSEN, at=at(12))
    answered = events.PageSent(at=at(12), to="pagerduty:auth", key="k")
    update = events.UpdatePosted(at=at(12), by="U1", text="half of them work")

    def hurry(*more: events.AnyEvent, now: int = 12) -> str:
        return incident_after(paged, *more).escalation.clock.brought_forward_because(UPDATE, at(now))

    assert "pagerduty:auth could not be reached, and there is no incident commander" == hurry(failed)
    both = "pagerduty:auth and webhook:auth could not be reached, and there is no incident commander"
    assert both == hurry(failed, other)
    assert "" == hurry(commander, failed)
    assert "" == hurry(failed, now=20)
    assert "" == hurry(failed, chosen)
    assert "" == hurry(failed, answered)
    assert "" == hurry(failed, update, now=32)


def test_whether_the_following_rung_was_taken_already() -> None:
    """A following rung that was taken for the same failure counts as called, but not for a new need."""
    failed = events.PageFailed(at=at(11), to="pagerduty:auth", why="no", rung=COMMANDER)
    other = replace(failed, at=at(12), to="webhook:auth")
    paged = events.EscalationMade(at=at(10), who="pagerduty:auth", reason="", due_at=at(10), rung=COMMANDER)
    taken = events.EscalationMade(at=at(11), who="U3", reason="", due_at=at(11), rung=UPDATE)
    earlier = events.EscalationMade(at=at(3), who="U3", reason="", due_at=at(3), rung=UPDATE)
    update = events.UpdatePosted(at=at(11), by="U1", text="half of them work")

    def called(*more: events.AnyEvent) -> list[tuple[int, bool]]:
        return [
            (unreached.following, unreached.called)
            for unreached in incident_after(paged, *more).escalation.clock.unreached
        ]

    assert [(UPDATE, False), (UPDATE, True)] == called(failed, taken, other)
    assert [(UPDATE, False), (UPDATE, False)] == called(failed, other)
    assert [(UPDATE, False), (UPDATE, False)] == called(failed, taken, replace(update, at=at(12)), other)
    assert [(UPDATE, False), (UPDATE, False)] == called(earlier, update, failed, other)


def test_a_person_answers_the_longest_overdue_rung() -> None:
    """An escalation by a person answers the longest overdue rung, then the next one, then none."""
    due = events.EscalationDue(at=at(10), rung=COMMANDER, lack=Need.COMMANDER, due_at=at(10))
    call = commands.Escalate(by="U1", who="U3", reason="stuck")
    decided: list[events.AnyEvent] = []
    for _ in range(3):
        decided += decide(incident_after(due, *decided), call, at(25))

    assert [(COMMANDER, at(10)), (UPDATE, at(20)), (0, None)] == [
        (event.rung, event.due_at) for event in decided if isinstance(event, events.EscalationMade)
    ]


def test_a_met_need_leaves_nothing_overdue() -> None:
    """An escalation is not overdue once its need is met."""
    due = events.EscalationDue(at=at(10), rung=COMMANDER, lack=Need.COMMANDER, due_at=at(10))
    commander = events.RoleAssigned(at=at(12), by="U1", role=Role.COMMANDER, person="U1")

    assert (COMMANDER, at(10)) == incident_after(due).escalation.clock.longest_overdue(at(15))
    assert incident_after(due, commander).escalation.clock.longest_overdue(at(15)) is None


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (commands.SnoozeEscalation(by="U1", minutes=30, reason=" "), "Say why escalation can wait"),
        (commands.SnoozeEscalation(by="U1", minutes=241, reason="vendor"), "from 1 min to 4 h"),
        (commands.SnoozeEscalation(by="U1", minutes=0, reason="vendor"), "from 1 min to 4 h"),
        (commands.AcknowledgePage(by="Ann", to="pagerduty:auth", key="k"), "has no page with that key"),
    ],
)
def test_the_clock_refuses_with_a_hint(command: commands.AnyCommand, sentence: str) -> None:
    """Every refusal about the clock includes the command to type instead."""
    assert sentence in refusal(incident_after(), command)


def test_escalation_without_impact_cannot_be_snoozed() -> None:
    """A snooze is refused while users are not affected, because nobody is called then."""
    assert "nothing to snooze" in refusal(
        incident_after(MITIGATED), commands.SnoozeEscalation(by="U1", minutes=30, reason="vendor")
    )


def test_a_page_is_acknowledged_once() -> None:
    """A repeated acknowledgement from a pager changes nothing."""
    sent = events.PageSent(at=at(10), to="pagerduty:auth", key="k")
    command = commands.AcknowledgePage(by="Ann", to="pagerduty:auth", key="k")
    (answered,) = decide(incident_after(sent), command, at(11))

    assert events.PageAcknowledged(at=at(11), by="Ann", to="pagerduty:auth", key="k") == answered
    assert () == decide(incident_after(sent, answered), command, at(12))


def test_a_note_about_an_earlier_time_is_no_later_update() -> None:
    """The time since the last update runs from the latest, even if an earlier one is recorded later."""
    update = events.UpdatePosted(at=at(5), by="U1", text="half of them work")
    earlier = events.NoteAdded(at=at(3), by="U1", ref="n", text="restarted")

    assert [10, 25, 30, None, 50] == dues(update, earlier)
