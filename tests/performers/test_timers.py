"""Timers: what each does when it is due, and that an outdated timer does nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.config.settings import Settings
from bot.domain import effects, events
from bot.domain.incident.hypothesis import Hypothesis
from bot.domain.incident.impact import Impact
from bot.domain.incident.incident import Incident
from bot.domain.incident.investigation import Investigation
from bot.domain.vocabulary import Area, HypothesisVerdict, Status
from bot.engine.outbox import Done, Result
from bot.performers.timers import TimerPerformers
from tests.tasks import task

NOW = datetime(2026, 1, 21, 12, 0, tzinfo=UTC)
OPEN = Incident(number=7, version=2, declared_at=NOW - timedelta(minutes=30))
SUSPECTED = Hypothesis(
    number=1,
    text="the pool is full",
    area=Area.DATABASE,
    owner="U1",
    opened_at=NOW - timedelta(minutes=15),
    minutes=15,
)


async def perform(effect: effects.AnyEffect, incident: Incident) -> Result:
    """Perform an effect for an incident."""
    return await TimerPerformers(Settings()).table()[type(effect)](task(effect, incident, NOW))


async def test_the_card_is_refreshed_until_the_incident_ends() -> None:
    """The refresh of the card is scheduled again until the incident ends."""
    again = effects.RefreshCard(not_before=NOW + timedelta(minutes=5))

    assert Done(effects=(effects.ShowCard(), again)) == await perform(effects.RefreshCard(), OPEN)
    ended = replace(OPEN, impact=Impact(resolved_at=NOW - timedelta(minutes=1)))
    assert Done() == await perform(effects.RefreshCard(), ended)


async def test_the_end_of_a_time_limit_is_recorded() -> None:
    """When a time limit is over, an event is recorded."""
    suspected = replace(OPEN, investigation=Investigation(hypotheses={1: SUSPECTED}))
    ended = events.TimeBoxEnded(at=NOW, number=1)

    assert Done(events=(ended,)) == await perform(effects.EndTimeBox(number=1, not_before=NOW), suspected)


@pytest.mark.parametrize(
    ("hypothesis", "status"),
    [
        (replace(SUSPECTED, minutes=25), Status.INVESTIGATING),
        (replace(SUSPECTED, verdict=HypothesisVerdict.REFUTED), Status.INVESTIGATING),
        (replace(SUSPECTED, asked=True), Status.INVESTIGATING),
        (SUSPECTED, Status.RESOLVED),
    ],
)
async def test_an_outdated_time_limit_is_ignored(hypothesis: Hypothesis, status: Status) -> None:
    """A time limit that was extended, settled or already over records nothing."""
    incident = replace(OPEN, status=status, investigation=Investigation(hypotheses={1: hypothesis}))

    assert Done() == await perform(effects.EndTimeBox(number=1, not_before=NOW), incident)
