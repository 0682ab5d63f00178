"""Why a step comes now, who fixes it, other probe results, and who to escalate to at the end."""

from dataclasses import replace

import pytest

from bot.domain import events
from bot.domain.runbooks.runbook import Past, Runbook, Step
from bot.domain.vocabulary import ProbeVerdict
from bot.slack.views import card, step
from tests.domain.given import CHOSEN, CLEARED, NOW, POOL, PROBED, RUNBOOK, SETTINGS, incident_after
from tests.slack.lives import words


def chosen(runbook: Runbook) -> events.RunbookChosen:
    """Return the event that chose this runbook."""
    return replace(CHOSEN, runbook=runbook)


@pytest.mark.parametrize(
    ("learned", "text"),
    [
        (
            replace(SETTINGS, past=Past(times=6, incidents=9)),
            "config · a few seconds (probe) · the cause in 6 of 9 similar incidents",
        ),
        (
            replace(SETTINGS, probe=None, past=Past(times=6, incidents=9)),
            "config · ~3 min · the cause in 6 of 9 similar incidents",
        ),
        (
            replace(POOL, minutes=1.4, past=Past(times=1, incidents=1)),
            "database · ~1 min · the cause in the only similar incident",
        ),
        (
            replace(POOL, minutes=1.6, past=Past(times=0, incidents=2)),
            (
                "database · ~2 min · quickest likely cause, "
                "not found to be the cause in any of 2 similar incidents"
            ),
        ),
    ],
)
def test_learned_reasons(learned: Step, text: str) -> None:
    """A step shows how often it was the cause in closed incidents, and its time in whole minutes."""
    rendered = incident_after(chosen(replace(RUNBOOK, steps=(learned,))))

    assert f"Step 1 of 1 · {text}" == step.why(rendered, learned)


def test_a_step_to_check_by_hand_takes_minutes() -> None:
    """A step whose probe could not run shows the minutes of a check by hand."""
    learned = replace(SETTINGS, past=Past(times=6, incidents=9))
    failed = replace(PROBED, verdict=ProbeVerdict.FAILED)
    rendered = incident_after(chosen(replace(RUNBOOK, steps=(POOL, learned))), failed)

    assert "Step 1 of 2 · config · ~3 min · the cause in 6 of 9 similar incidents" == step.why(
        rendered, learned
    )


def test_evidence_is_a_better_reason() -> None:
    """A probe result is shown as the reason instead of what closed incidents taught."""
    learned = replace(SETTINGS, past=Past(times=0, incidents=9))
    rendered = incident_after(chosen(replace(RUNBOOK, steps=(POOL, learned))), PROBED)

    why = "Step 1 of 2 · config · a few seconds (probe) · its probe found a problem"
    assert why == step.why(rendered, learned)


@pytest.mark.parametrize(
    ("verdict", "reason"),
    [(ProbeVerdict.CLEAR, "always checked first"), (ProbeVerdict.WRONG, "its probe found a problem")],
)
def test_the_reason_for_a_step_that_is_always_first(verdict: ProbeVerdict, reason: str) -> None:
    """A step that is always first is not described as moved back, but a problem is the better reason."""
    first = replace(SETTINGS, always_first=True)
    rendered = incident_after(chosen(replace(RUNBOOK, steps=(POOL, first))), replace(PROBED, verdict=verdict))

    assert f"Step 1 of 2 · config · a few seconds (probe) · {reason}" == step.why(rendered, first)


def test_the_person_who_applies_the_fix() -> None:
    """A step names the person who applies its fix."""
    fixed = replace(SETTINGS, fix_by="U0SEC")

    assert "*If this is the cause* (<@U0SEC> applies the fix)\nPut the old value back." in words(
        step.step(incident_after(chosen(replace(RUNBOOK, steps=(fixed,)))), fixed)
    )


def test_an_overdue_runbook() -> None:
    """The card, but no step, shows that the runbook is overdue for review."""
    stale = "This runbook was last reviewed on 2025-01-01, 690 days ago, and may be out of date."
    old = incident_after(chosen(replace(RUNBOOK, stale=stale)))

    assert stale in words(card.card(old, NOW))
    assert stale not in words(step.step(old, SETTINGS))


def test_other_probe_results() -> None:
    """The current step has a line for each other probe that has run."""
    failed = replace(PROBED, step="settings", verdict=ProbeVerdict.FAILED, evidence="no\nanswer")
    wrong, clear = PROBED, replace(PROBED, verdict=ProbeVerdict.CLEAR)
    name = "1. Settings of auth (config):"

    assert f"? {name} the probe could not run, check by hand: no answer" in words(
        step.step(incident_after(failed), POOL)
    )
    assert f"✓ {name} the probe is OK" in words(step.step(incident_after(clear), POOL))
    assert f"⚠ {name} the probe found a problem" in words(step.step(incident_after(wrong), POOL))
    assert name not in words(step.step(incident_after(clear, CLEARED), POOL))


def test_only_the_last_step_shows_the_escalation() -> None:
    """Only the last step shows who to escalate to."""
    escalating = chosen(replace(RUNBOOK, escalate=("U0ANN", "the platform team")))
    line = "This is the last step. If it's clear too, escalate to <@U0ANN>, the platform team."

    assert line not in words(step.step(incident_after(escalating), SETTINGS))
    assert line in words(step.step(incident_after(escalating, CLEARED), POOL))


def test_a_first_step_that_was_never_the_cause() -> None:
    """A step that was never the cause comes first because of its time. Later, only its history is shown."""
    learned = replace(POOL, minutes=5, past=Past(times=0, incidents=1))
    alone, behind = (
        incident_after(chosen(replace(RUNBOOK, steps=(learned,)))),
        incident_after(chosen(RUNBOOK)),
    )

    history = "not found to be the cause in the only similar incident"
    assert f"Step 1 of 1 · database · ~5 min · quickest likely cause, {history}" == step.why(alone, learned)
    assert f"Step 2 of 2 · database · ~5 min · {history}" == step.why(behind, learned)
