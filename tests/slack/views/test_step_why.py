"""A step says why it comes now, who may fix it, how old its runbook is, and who helps at its end."""

from dataclasses import replace

import pytest

from bot.domain import events
from bot.domain.runbooks.runbook import Past, Runbook, Step
from bot.domain.vocabulary import ProbeVerdict
from bot.slack.views import card, step
from tests.domain.given import CHOSEN, CLEARED, NOW, POOL, PROBED, RUNBOOK, SETTINGS, incident_after
from tests.slack.lives import words


def chosen(runbook: Runbook) -> events.RunbookChosen:
    """That runbook instead."""
    return replace(CHOSEN, runbook=runbook)


@pytest.mark.parametrize(
    ("taught", "told"),
    [
        (
            replace(SETTINGS, past=Past(times=6, incidents=9)),
            "the cause in 6 of 9 such incidents, a probe looks, seconds (config)",
        ),
        (
            replace(SETTINGS, probe=None, past=Past(times=6, incidents=9)),
            "the cause in 6 of 9 such incidents, about 3 minutes (config)",
        ),
        (
            replace(POOL, minutes=1.4, past=Past(times=1, incidents=1)),
            "the cause in the one such incident before, about 1 minute (database)",
        ),
        (
            replace(POOL, minutes=1.6, past=Past(times=0, incidents=2)),
            (
                "likeliest for its cost, "
                "not found to be the cause in any of 2 such incidents, about 2 minutes (database)"
            ),
        ),
    ],
)
def test_what_closed_incidents_taught(taught: Step, told: str) -> None:
    """It is the reason, and has the minutes already; one incident, and one minute, in the singular."""
    shown = incident_after(chosen(replace(RUNBOOK, steps=(taught,))))

    assert f"First: {told}" == step.why(shown, taught)


def test_a_probe_that_failed_takes_no_seconds() -> None:
    """A person has to look, also where closed incidents taught how often it was the cause."""
    known = replace(SETTINGS, past=Past(times=6, incidents=9))
    failed = replace(PROBED, verdict=ProbeVerdict.FAILED)
    shown = incident_after(chosen(replace(RUNBOOK, steps=(POOL, known))), failed)

    assert "First: the cause in 6 of 9 such incidents (config, ~3 min)" == step.why(shown, known)


def test_evidence_is_a_better_reason() -> None:
    """What is seen now comes before what was."""
    known = replace(SETTINGS, past=Past(times=0, incidents=9))
    shown = incident_after(chosen(replace(RUNBOOK, steps=(POOL, known))), PROBED)

    why = "First: its probe saw something wrong (config, a probe looks, seconds)"
    assert why == step.why(shown, known)


@pytest.mark.parametrize(
    ("verdict", "reason"),
    [(ProbeVerdict.CLEAR, "always checked first"), (ProbeVerdict.WRONG, "its probe saw something wrong")],
)
def test_what_is_always_first_is_never_called_late(verdict: ProbeVerdict, reason: str) -> None:
    """It stands in front though a probe saw nothing wrong; what one saw wrong is the better reason."""
    first = replace(SETTINGS, always_first=True)
    shown = incident_after(chosen(replace(RUNBOOK, steps=(POOL, first))), replace(PROBED, verdict=verdict))

    assert f"First: {reason} (config, a probe looks, seconds)" == step.why(shown, first)


def test_who_may_fix_it() -> None:
    """Beside what to do."""
    fixed = replace(SETTINGS, fix_by="U0SEC")

    assert "*If this is the cause* (to be done by <@U0SEC>)\nPut the old value back." in words(
        step.step(incident_after(chosen(replace(RUNBOOK, steps=(fixed,)))), fixed)
    )


def test_an_old_runbook_says_so() -> None:
    """Once, on the card, and not with each of its steps."""
    stale = "This runbook was last reviewed on 2025-01-01, 690 days ago: trust your eyes more."
    old = incident_after(chosen(replace(RUNBOOK, stale=stale)))

    assert stale in words(card.card(old, NOW))
    assert stale not in words(step.step(old, SETTINGS))


def test_what_other_probes_saw() -> None:
    """A line each with the current step: nobody has to read a message where there is nothing to do."""
    failed = replace(PROBED, step="settings", verdict=ProbeVerdict.FAILED, evidence="no\nanswer")
    wrong, clear = PROBED, replace(PROBED, verdict=ProbeVerdict.CLEAR)
    name = "Settings of auth (config):"

    assert f"? {name} its probe failed, so look yourself: no answer" in words(
        step.step(incident_after(failed), POOL)
    )
    assert f"✓ {name} its probe saw nothing wrong" in words(step.step(incident_after(clear), POOL))
    assert f"⚠ {name} its probe saw something wrong" in words(step.step(incident_after(wrong), POOL))
    assert name not in words(step.step(incident_after(clear, CLEARED), POOL))


def test_the_last_step_says_whom_to_call_in() -> None:
    """Only when nothing else is left."""
    escalating = chosen(replace(RUNBOOK, escalate=("U0ANN", "the platform team")))
    line = "It is the last step: if it is clear as well, call in <@U0ANN>, the platform team."

    assert line not in words(step.step(incident_after(escalating), SETTINGS))
    assert line in words(step.step(incident_after(escalating, CLEARED), POOL))


def test_first_without_ever_having_been_the_cause() -> None:
    """What it costs is why; further behind, only what is known of it is told."""
    known = replace(POOL, minutes=5, past=Past(times=0, incidents=1))
    alone, behind = incident_after(chosen(replace(RUNBOOK, steps=(known,)))), incident_after(chosen(RUNBOOK))

    told = "not found to be the cause in the one such incident before, about 5 minutes (database)"
    assert f"First: likeliest for its cost, {told}" == step.why(alone, known)
    assert f"Step 2 of 2: {told}" == step.why(behind, known)
