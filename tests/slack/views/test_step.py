"""A step of the runbook, open and finished; and the form that asks why it is skipped."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import events
from bot.domain.runbooks.runbook import Runbook
from bot.domain.vocabulary import HypothesisVerdict, ProbeVerdict, StepOutcome
from bot.slack.dates import moment
from bot.slack.views import skip, step
from tests.domain.given import CLEARED, FOUND, POOL, PROBED, SETTINGS, SUSPECTED, TEN, incident_after
from tests.slack.lives import actions, words
from tests.slack.oracle import take_modal


def test_an_open_step() -> None:
    """Why it comes first, where to look, what to do then, and what can be said of it."""
    screen = step.step(incident_after(), SETTINGS)

    assert (
        "*Settings of auth*\nFirst: cheapest and likeliest (config, a probe looks, seconds)\n"
        "*Look*\nCompare *every* setting, see <https://wiki.example/auth|the page>.\n"
        "*If this is the cause*\nPut the old value back.\n"
        "Step `settings`\nNext: Connection pool (database)\n"
        "[I'm on it] [Found it] [Clear] [Skip…] [Run probe]"
    ) == words(screen)
    assert [
        ("step.take", "7 settings"),
        ("step.found", "7 settings"),
        ("step.clear", "7 settings"),
        ("step.skip", "7 settings"),
        ("step.probe", "7 settings"),
    ] == actions(screen)


def test_a_later_step_says_what_is_ruled_out() -> None:
    """Nobody looks twice at what is clear."""
    shown = words(step.step(incident_after(CLEARED), POOL))

    assert "Step 2 of 2: likeliest of what is left for what it costs (database, ~30 min)" in shown
    assert "So far: ✓ Settings of auth" in shown
    assert "probe" not in shown
    refuted = events.HypothesisClosed(at=TEN, by="U1", number=1, verdict=HypothesisVerdict.REFUTED)
    searched = words(step.step(incident_after(CLEARED, SUSPECTED, refuted), POOL))
    assert "So far: ✓ Settings of auth · ✗ hypothesis 1, refuted (database)" in searched


@pytest.mark.parametrize(
    ("verdict", "evidence", "said"),
    [
        (ProbeVerdict.WRONG, "key is '2023', expected '2024'", "⚠ *key is `'2023'`, expected `'2024'`*"),
        (ProbeVerdict.WRONG, "1 failed\nall else fine", "⚠ *1 failed*\nall else fine"),
        (ProbeVerdict.WRONG, "2 * 3 is 7", "⚠ 2 * 3 is 7"),
        (ProbeVerdict.CLEAR, "", "✓ The probe saw nothing wrong."),
        (
            ProbeVerdict.FAILED,
            "timeout",
            "The probe failed: timeout. That is evidence of nothing; look yourself.",
        ),
    ],
)
def test_what_the_probe_saw(verdict: ProbeVerdict, evidence: str, said: str) -> None:
    """A wrong value is shown as it is; a failed probe is evidence of nothing."""
    probed = events.ProbeFinished(at=TEN, step="settings", verdict=verdict, evidence=evidence)
    shown = words(step.step(incident_after(probed), SETTINGS))

    assert said in shown
    assert "[Probe again]" in shown
    assert (verdict is ProbeVerdict.FAILED) == ("~3 min" in shown)
    assert (verdict is ProbeVerdict.WRONG) == ("a probe looks, seconds" in shown)


@pytest.mark.parametrize("verdict", ProbeVerdict)
def test_a_probe_that_sees_the_same_again_is_seen_to_have_looked(verdict: ProbeVerdict) -> None:
    """Whoever pressed the button knows by the second that it ran; else nothing changes."""
    probed = events.ProbeFinished(at=TEN, step="settings", verdict=verdict, evidence="as before")
    again = replace(probed, at=TEN + timedelta(seconds=7))
    before, after = (
        words(step.step(incident_after(*seen), SETTINGS)) for seen in ((probed,), (probed, again))
    )

    assert f"Probed {moment(again.at, to_the_second=True)}" in after
    assert before == after.replace(moment(again.at, to_the_second=True), moment(TEN, to_the_second=True))


def test_what_is_wrong_stands_first() -> None:
    """Above where to look, for the finding says it; what Slack would take for an address is code."""
    wrong = events.ProbeFinished(
        at=TEN, step="settings", verdict=ProbeVerdict.WRONG, evidence="token.id is 'a-b', was 'c'"
    )
    shown = words(step.step(incident_after(wrong), SETTINGS)).splitlines()

    assert "⚠ *`token.id` is `'a-b'`, was `'c'`*" == shown[2]
    assert "*Look*" == shown[3]


def test_a_step_whose_probe_was_clear_is_small() -> None:
    """The eye goes on: what was looked at and seen, nothing to do, and no button that stands out."""
    seen = events.ProbeFinished(at=TEN, step="settings", verdict=ProbeVerdict.CLEAR, evidence="12 compared.")
    screen = step.step(incident_after(seen), SETTINGS)

    assert (
        "*Settings of auth*\n✓ The probe saw nothing wrong: 12 compared.\n"
        f"Probed {moment(TEN, to_the_second=True)}\n"
        "[I'm on it] [Found it] [Clear] [Skip…] [Probe again]"
    ) == words(screen)
    assert "✓ Settings of auth: the probe saw nothing wrong" == screen.text
    assert "primary" not in str(screen.blocks)


def test_who_looks_where_a_probe_was_clear_sees_where() -> None:
    """Whoever is on it has doubts, and needs the whole step."""
    seen = events.ProbeFinished(at=TEN, step="settings", verdict=ProbeVerdict.CLEAR, evidence="12 compared.")
    taken = events.StepTaken(at=TEN, by="U1", step="settings")
    screen = step.step(incident_after(seen, taken), SETTINGS)

    assert "*Look*\nCompare *every* setting" in words(screen)
    assert "primary" not in str(screen.blocks)


@pytest.mark.parametrize(
    ("verdict", "asked"),
    [(ProbeVerdict.WRONG, False), (ProbeVerdict.CLEAR, True), (ProbeVerdict.FAILED, False)],
)
def test_found_it_is_asked_again_where_the_probe_was_clear(verdict: ProbeVerdict, asked: bool) -> None:
    """A slip of the finger would end the search against what was measured."""
    probed = events.ProbeFinished(at=TEN, step="settings", verdict=verdict, evidence="")
    [found] = [
        element
        for block in step.step(incident_after(probed), SETTINGS).blocks
        for element in block.get("elements", ())
        if element.get("action_id") == step.FOUND
    ]

    assert asked == ("confirm" in found)


@pytest.mark.parametrize(
    ("finished", "line"),
    [
        (CLEARED, "✓ “Settings of auth”: clear (all as in git)"),
        (FOUND, "🎯 “Settings of auth”: found the cause"),
        (
            events.StepFinished(
                at=TEN, by="U1", step="settings", outcome=StepOutcome.SKIPPED, evidence="no access"
            ),
            "– “Settings of auth”: skipped (no access)",
        ),
    ],
)
def test_a_finished_step_is_one_line(finished: events.StepFinished, line: str) -> None:
    """What came of it, who says so and when; no buttons."""
    shown = words(step.step(incident_after(finished), SETTINGS))

    assert f"{line} — by <@U1> <!date^1795341600^{{time}}|10:00 UTC>" == shown


def test_a_step_that_was_taken_says_how_long_it_took() -> None:
    """From when somebody was on it."""
    taken = events.StepTaken(at=TEN - timedelta(minutes=7), by="U1", step="settings")
    shown = words(step.step(incident_after(taken, CLEARED), SETTINGS))

    assert shown.endswith("10:00 UTC>, took 7 min")


def test_a_probe_does_not_finish_a_step() -> None:
    """A person decides; the probe's evidence stands beside."""
    assert 5 == len(actions(step.step(incident_after(PROBED), SETTINGS)))


def test_a_step_that_somebody_is_on() -> None:
    """Who and since when; there is nothing left to take, and two may be on two."""
    taken = events.StepTaken(at=TEN, by="U1", step="settings")
    screen = step.step(incident_after(taken), SETTINGS)

    assert "<@U1> has been on it since <!date^1795341600^{time}|10:00 UTC>" in words(screen)
    assert ("step.take", "7 settings") not in actions(screen)
    assert ("step.take", "7 pool") in actions(step.step(incident_after(taken), POOL))


def test_a_step_of_an_incident_that_is_over_has_no_buttons() -> None:
    """Nothing is left to click when nobody works on it."""
    cancelled = events.IncidentCancelled(at=TEN, by="U1", reason="a test")

    assert [] == actions(step.step(incident_after(cancelled), SETTINGS))


def test_the_last_step_says_whom_to_call_in() -> None:
    """A person and a user group as mentions, a team as the runbook says it."""
    escalate = ("U0ANN", "S0SENIORS", "the vendor")
    runbook = Runbook(id="r", title="R", steps=(POOL,), escalate=escalate)
    chosen = events.RunbookChosen(at=TEN, runbook=runbook, reason="")

    assert "call in <@U0ANN>, <!subteam^S0SENIORS>, the vendor." in words(
        step.step(incident_after(chosen), POOL)
    )


def test_the_skip_form_asks_why() -> None:
    """The form knows its step by ids only, and gives the reason back."""
    view = skip.form(incident_after(), SETTINGS)
    take_modal(view)

    assert ("skip.submit", "7 settings") == (view["callback_id"], view["private_metadata"])
    assert "no access" == skip.read({"why": {"why": {"value": " no access "}}})
    assert "" == skip.read({"why": {"why": {"value": None}}})
