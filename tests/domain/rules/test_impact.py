"""Descriptions of the impact: which phase they belong to, and which are refused."""

import pytest

from bot.domain import commands, events
from bot.domain.errors import Refused
from bot.domain.incident.incident import Incident
from bot.domain.rules.decide.decide import decide
from bot.domain.rules.evolve import evolve
from bot.domain.vocabulary import Status
from tests.domain.given import NOW, at, incident_after

OVER = events.StatusChanged(at=at(20), by="U1", status=Status.MONITORING)
BACK = events.StatusChanged(at=at(30), by="U1", status=Status.INVESTIGATING)


def described(incident: Incident, **fields: object) -> Incident:
    """Return the incident after somebody described the impact."""
    command = commands.DescribeImpact(by="U1", **fields)  # type: ignore[arg-type]  # as given by the test
    for event in decide(incident, command, NOW):
        incident = evolve(incident, event)
    return incident


def test_it_is_back_begins_a_phase() -> None:
    """After the mitigation, "it is back" begins a phase, which the next description describes."""
    incident = described(
        incident_after(OVER, BACK), text="all sign-ins fail", share="all sign-ins", began_at=at(25)
    )

    first, second = incident.impact.phases
    assert (at(0), at(20)) == (first.began_at, first.ended_at)
    assert (at(25), None, "all sign-ins fail") == (second.began_at, second.ended_at, second.description)
    assert at(0) == incident.started_at


def test_a_start_after_the_end_is_refused() -> None:
    """While users are not affected, no impact can begin. The refusal says what to type instead."""
    with pytest.raises(Refused, match="ended at 10:20 UTC, so it can't have begun after that"):
        described(incident_after(OVER), began_at=at(25))


def test_an_impact_with_another_service_is_a_phase() -> None:
    """Another service has a phase of its own, and more words about it belong to that phase."""
    incident = described(incident_after(), text="calls fail", service="tables")
    incident = described(incident, text="machines cannot be started", service="machines", began_at=at(10))
    incident = described(incident, text="none can be started", service="machines")

    assert [("tables", "calls fail"), ("machines", "none can be started")] == [
        (phase.service, phase.description) for phase in incident.impact.phases
    ]


def test_a_phase_that_does_not_exist() -> None:
    """A number without a phase is refused with the numbers there are."""
    with pytest.raises(Refused, match="The phases are numbered 1 to 1"):
        described(incident_after(), text="x", phase=3)
