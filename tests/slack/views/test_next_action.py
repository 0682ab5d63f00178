"""What the card says to do next once the cause is known or users are no longer affected."""

from dataclasses import replace

import pytest

from bot.domain import events
from bot.domain.vocabulary import HypothesisVerdict, Status
from bot.slack.views.next_action import next_action, unrecorded_causes
from tests.domain.given import CHOSEN, FOUND, RUNBOOK, SETTINGS, SUSPECTED, TEN, incident_after

OF_STEP = events.CauseNamed(at=TEN, by="U1", text="the old key", step="settings")
RESOLVE = "`/incident resolve what fixed it`"


@pytest.mark.parametrize(
    ("fix", "fixer", "text"),
    [
        ("Put it back.", "", f"*Next:* Put it back, then resolve: {RESOLVE}."),
        (
            "Put it back.",
            "U0SEC",
            f"*Next (<@U0SEC> applies the fix):* Put it back, then resolve: {RESOLVE}.",
        ),
        (
            "- Put it **back**.\n- Restart auth.",
            "",
            f"*Next:*\n• Put it *back*.\n• Restart auth.\nThen resolve: {RESOLVE}.",
        ),
        (" ", "", f"*Next:* Fix it, then resolve: {RESOLVE}."),
    ],
)
def test_the_fix_is_next(fix: str, fixer: str, text: str) -> None:
    """The fix of the step that found the cause is next, also if its cause was put in other words."""
    step = replace(SETTINGS, fix=fix, fix_by=fixer)
    chosen = replace(CHOSEN, runbook=replace(RUNBOOK, steps=(step,)))

    assert text == next_action(incident_after(chosen, FOUND, OF_STEP))
    assert text == next_action(incident_after(chosen, FOUND, OF_STEP, replace(OF_STEP, step="")))


def test_the_next_action_of_each_status() -> None:
    """Identified without a cause asks for the cause, and monitoring asks to resolve."""
    changed = events.StatusChanged(at=TEN, by="U1", status=Status.IDENTIFIED)
    resolved = events.IncidentResolved(at=TEN, by="U1", resolution="")

    assert "" == next_action(incident_after())
    assert next_action(incident_after(changed)).startswith("*Next:* Record the cause: `/incident cause")
    monitoring = replace(changed, status=Status.MONITORING)
    assert f"then resolve: {RESOLVE}." in next_action(incident_after(FOUND, OF_STEP, monitoring))
    assert "" == next_action(incident_after(FOUND, OF_STEP, resolved))


def test_marks_without_a_cause_are_listed() -> None:
    """Each step and hypothesis that was called the cause is listed while no cause is recorded."""
    confirmed = events.HypothesisClosed(at=TEN, by="U3", number=1, verdict=HypothesisVerdict.CONFIRMED)
    marked = (FOUND, SUSPECTED, confirmed)

    step, hypothesis = unrecorded_causes(incident_after(*marked))
    assert (
        "*Marked as the cause, but no cause is recorded:* 1. Settings of auth (config) — <@U1>. "
        "Record it: `/incident found settings`. Rule it out: `/incident clear settings: why`."
    ) == step
    assert (
        "*Confirmed, but no cause is recorded:* hypothesis 1. the pool is full (database) — <@U3>. "
        "Record it: `/incident confirmed 1`. Rule it out: `/incident refuted 1 why`."
    ) == hypothesis
    assert [] == list(unrecorded_causes(incident_after(*marked, OF_STEP)))
