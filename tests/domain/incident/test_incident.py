"""The state of an incident after its events."""

from dataclasses import replace

import pytest

from bot.domain import events
from bot.domain.incident.impact import Impact, Phase
from bot.domain.incident.incident import Incident
from bot.domain.rules.evolve import fold
from bot.domain.vocabulary import Area, HypothesisVerdict, Role, Severity, Status, StepOutcome
from tests.domain.given import (
    CHOSEN,
    CLEARED,
    DECLARED,
    OPENED,
    POOL,
    PROBED,
    SETTINGS,
    SUSPECTED,
    TEN,
    at,
    firing,
    incident_after,
    received,
    resolved,
    with_clock_of,
)

MONITORING = events.StatusChanged(at=at(20), by="U1", status=Status.MONITORING)
RESOLVED = events.IncidentResolved(at=at(30), by="U1", resolution="put back")
CLOSED = events.IncidentClosed(at=at(40), by="U1")
CANCELLED = events.IncidentCancelled(at=at(40), by="U1", reason="a test")
REOPENED = events.IncidentReopened(at=at(50), by="U1", reason="again")

NOTED = events.NoteAdded(at=TEN, ref="note:4", text="it")


def test_a_declared_incident_has_the_declared_fields() -> None:
    """A new incident has the declared fields, and every other field is empty."""
    declared = replace(DECLARED, key="k", began_at=at(-5), invite=("U2",), previous=3, drill=True)
    declared = replace(declared, reason="no rule")
    expected = Incident(
        number=7,
        version=1,
        title="logins fail",
        service="auth",
        severity=Severity.SEV1,
        key="k",
        is_drill=True,
        reason="no rule",
        declared_by="alertmanager",
        declared_at=TEN,
        impact=Impact(phases=(Phase(number=1, began_at=at(-5)),)),
        invite=("U2",),
        previous=3,
    )

    begun = fold(7, [declared])
    assert with_clock_of(expected, begun) == begun
    assert "INC-7" == expected.name
    assert CHOSEN.runbook == fold(7, [declared, CHOSEN]).investigation.runbook
    assert Incident(number=7) == fold(7, [])


def times(*history: events.AnyEvent) -> tuple[object, ...]:
    """Return when the incident was mitigated, resolved and closed, and when its impact ended."""
    incident = incident_after(*history)
    return incident.impact.mitigated_at, incident.impact.resolved_at, incident.closed_at, incident.ended_at


def test_each_ending_has_its_own_time() -> None:
    """Mitigated, resolved and closed have separate times, and the first mitigation counts."""
    again = replace(MONITORING, at=at(25))

    assert (None, None, None, None) == times()
    assert (at(20), None, None, at(20)) == times(MONITORING)
    assert (at(20), None, None, at(20)) == times(MONITORING, again)
    assert (at(20), at(30), None, at(30)) == times(MONITORING, RESOLVED)
    assert (at(20), at(30), at(40), at(30)) == times(MONITORING, RESOLVED, CLOSED)


@pytest.mark.parametrize("status", [Status.INVESTIGATING, Status.IDENTIFIED])
def test_an_incident_with_impact_again_is_not_mitigated(status: Status) -> None:
    """The mitigation time is cleared when users are affected again."""
    again = events.StatusChanged(at=at(25), status=status)

    assert (None, None, None, None) == times(MONITORING, again)
    assert (at(26), None, None, at(26)) == times(MONITORING, again, replace(MONITORING, at=at(26)))


@pytest.mark.parametrize("ending", [(RESOLVED,), (MONITORING, RESOLVED, CLOSED), (CANCELLED,)])
def test_reopening_clears_the_end(ending: tuple[events.AnyEvent, ...]) -> None:
    """Reopening clears the end times and the resolution."""
    incident = incident_after(*ending, REOPENED)

    assert (None, None, None, None) == times(*ending, REOPENED)
    assert (Status.INVESTIGATING, "") == (incident.status, incident.impact.resolution)


def test_an_earlier_resolution_is_also_the_mitigation() -> None:
    """An incident resolved before its mitigation was noticed counts as mitigated at that earlier time."""
    assert (at(10), at(10), None, at(10)) == times(MONITORING, replace(RESOLVED, at=at(10)))


def test_only_the_given_fields_of_the_impact_change() -> None:
    """Empty fields leave the earlier description of the impact unchanged."""
    first = events.ImpactDescribed(at=TEN, text="no logins", began_at=at(-10))
    incident = incident_after(
        first, events.ImpactDescribed(at=TEN, share="30%"), events.ImpactDescribed(at=TEN, text="slow")
    )

    assert ("slow", "30%", at(-10)) == (
        incident.impact.summary,
        incident.impact.worst_share,
        incident.impact.began_at,
    )


def test_resolving_again_without_text_keeps_the_resolution() -> None:
    """Resolving again without a text keeps the earlier text."""
    assert "put back" == incident_after(RESOLVED, replace(RESOLVED, resolution="")).impact.resolution


def test_the_latest_state_of_an_alert_counts() -> None:
    """Alerts are identified by source and fingerprint, and all are resolved once none is firing."""
    both = received(firing(), firing("b"))

    assert not incident_after().all_alerts_resolved
    assert not incident_after(both, received(resolved())).all_alerts_resolved
    assert incident_after(both, received(resolved(), resolved("b"))).all_alerts_resolved
    assert {"s:a": resolved(), "s:b": firing("b")} == incident_after(both, received(resolved())).alerts


def test_a_closed_hypothesis_keeps_its_first_fields() -> None:
    """A closed hypothesis has its verdict in addition to the fields it was opened with."""
    closed = events.HypothesisClosed(
        at=at(9), by="U3", number=1, verdict=HypothesisVerdict.REFUTED, evidence="it is empty"
    )
    open_still = incident_after(SUSPECTED).investigation.hypotheses[1]

    assert ("the pool is full", Area.DATABASE, TEN, None) == (
        open_still.text,
        open_still.area,
        open_still.opened_at,
        open_still.verdict,
    )
    assert {
        1: replace(
            open_still,
            verdict=HypothesisVerdict.REFUTED,
            evidence="it is empty",
            evidence_by="U3",
            closed_at=at(9),
            closed_by="U3",
        )
    } == incident_after(SUSPECTED, closed).investigation.hypotheses


def test_a_step_keeps_its_first_evidence() -> None:
    """Finishing a step again without a text keeps its evidence and who finished it first."""
    incident = incident_after(
        PROBED, CLEARED, events.StepFinished(at=at(9), by="U2", step="settings", outcome=StepOutcome.CLEAR)
    )
    state = incident.investigation.state_of("settings")

    assert ("wrong", PROBED.evidence) == (state.probe_verdict, state.probe_evidence)
    assert (StepOutcome.CLEAR, "U1", TEN, "all as in git") == (
        state.outcome,
        state.by,
        state.at,
        state.evidence,
    )


def test_the_current_step_is_the_first_open_step() -> None:
    """The current step is the first open one by weight ÷ cost, and a probe alone finishes no step."""
    assert (SETTINGS, POOL) == incident_after().investigation.steps_in_order
    assert SETTINGS == incident_after(PROBED).investigation.current_step
    assert POOL == incident_after(CLEARED).investigation.current_step
    assert None is incident_after(CLEARED, replace(CLEARED, step="pool")).investigation.current_step
    assert ((), None) == (
        fold(7, [DECLARED]).investigation.steps_in_order,
        fold(7, [DECLARED]).investigation.current_step,
    )


def test_a_removed_note_is_gone() -> None:
    """Removing a note leaves the other notes."""
    other = replace(NOTED, ref="C7/1.5")

    assert {"C7/1.5": other} == incident_after(NOTED, other, events.NoteRemoved(at=TEN, ref="note:4")).notes


def test_a_lost_channel_can_be_opened_again() -> None:
    """A channel that is opened after a loss is usable again."""
    channel_lost = events.ChannelLost(at=TEN, why="archived")

    assert ("archived", "") == (
        incident_after(channel_lost).channel.lost_reason,
        incident_after(channel_lost, OPENED).channel.lost_reason,
    )


def test_each_person_is_listed_once() -> None:
    """The people are the Slack users who were invited, have a role or declared the incident, once each."""
    declared = replace(DECLARED, by="U1", invite=("U2", "ada", "W3"))
    roles = [
        events.RoleAssigned(at=TEN, role=Role.COMMANDER, person="U4"),
        events.RoleAssigned(at=TEN, role=Role.SCRIBE, person="U2"),
    ]
    incident = fold(7, [declared, *roles])

    assert (("U2", "W3", "U4", "U1"), "U4") == (incident.people, incident.commander)
    assert ((), "") == (incident_after().people, incident_after().commander)
