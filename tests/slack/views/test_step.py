"""A step of the runbook, and the form that asks why it is skipped."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import events
from bot.domain.runbooks.runbook import Runbook
from bot.domain.vocabulary import HypothesisVerdict, ProbeVerdict, StepOutcome
from bot.slack.dates import moment
from bot.slack.views import skip, step
from tests.domain.given import (
    CHOSEN,
    CLEARED,
    FOUND,
    POOL,
    PROBED,
    RUNBOOK,
    SETTINGS,
    SUSPECTED,
    TEN,
    incident_after,
)
from tests.slack.lives import actions, words
from tests.slack.oracle import take_modal


def test_an_open_step() -> None:
    """An open step shows why it comes now, how to check it, how to fix it, the next step, and its buttons."""
    screen = step.step(incident_after(), SETTINGS)

    assert (
        "*Settings of auth*\nStep 1 of 2 · config · a few seconds (probe) · quickest likely cause\n"
        "*How to check*\nCompare *every* setting, see <https://wiki.example/auth|the page>.\n"
        "*If this is the cause*\nPut the old value back.\n"
        "Step `settings`\nNext: 2. Connection pool (database)\n"
        "[Take step] [Mark as cause] [Mark as clear] [Skip…] [Run probe]"
    ) == words(screen)
    assert [
        ("step.take", "7 settings"),
        ("step.found", "7 settings"),
        ("step.clear", "7 settings"),
        ("step.skip", "7 settings"),
        ("step.probe", "7 settings"),
    ] == actions(screen)


def test_a_later_step_shows_earlier_results() -> None:
    """A later step lists finished steps and settled hypotheses."""
    rendered = words(step.step(incident_after(CLEARED), POOL))

    assert "Step 2 of 2 · database · ~30 min · quickest likely cause left" in rendered
    assert "So far: ✓ Settings of auth" in rendered
    assert "probe" not in rendered
    refuted = events.HypothesisClosed(at=TEN, by="U1", number=1, verdict=HypothesisVerdict.REFUTED)
    with_verdict = words(step.step(incident_after(CLEARED, SUSPECTED, refuted), POOL))
    assert "So far: ✓ Settings of auth · ✗ hypothesis 1 ruled out (database)" in with_verdict


@pytest.mark.parametrize(
    ("verdict", "evidence", "text"),
    [
        (ProbeVerdict.WRONG, "key is '2023', expected '2024'", "⚠ *key is `'2023'`, expected `'2024'`*"),
        (ProbeVerdict.WRONG, "1 failed\nall else fine", "⚠ *1 failed*\nall else fine"),
        (ProbeVerdict.WRONG, "2 * 3 is 7", "⚠ 2 * 3 is 7"),
        (ProbeVerdict.CLEAR, "", "✓ Probe OK."),
        (
            ProbeVerdict.FAILED,
            "timeout",
            "The probe could not run: timeout. That proves nothing either way; please check by hand.",
        ),
    ],
)
def test_the_probe_result(verdict: ProbeVerdict, evidence: str, text: str) -> None:
    """A step shows its probe's result. A problem is in bold, and an error asks for a check by hand."""
    probed = events.ProbeFinished(at=TEN, step="settings", verdict=verdict, evidence=evidence)
    rendered = words(step.step(incident_after(probed), SETTINGS))

    assert text in rendered
    assert "[Run probe again]" in rendered
    assert (verdict is ProbeVerdict.FAILED) == ("~3 min" in rendered)
    assert (verdict is ProbeVerdict.WRONG) == ("a few seconds (probe)" in rendered)


@pytest.mark.parametrize("verdict", ProbeVerdict)
def test_a_repeated_probe_is_visible(verdict: ProbeVerdict) -> None:
    """A repeat with the same result changes only the time of the probe, to the second."""
    probed = events.ProbeFinished(at=TEN, step="settings", verdict=verdict, evidence="as before")
    again = replace(probed, at=TEN + timedelta(seconds=7))
    before, after = (
        words(step.step(incident_after(*seen), SETTINGS)) for seen in ((probed,), (probed, again))
    )

    assert f"Probe ran at {moment(again.at, to_the_second=True)}" in after
    assert before == after.replace(moment(again.at, to_the_second=True), moment(TEN, to_the_second=True))


def test_a_problem_comes_first() -> None:
    """A problem comes before the instructions. A dotted name is code, so that Slack makes no link of it."""
    wrong = events.ProbeFinished(
        at=TEN, step="settings", verdict=ProbeVerdict.WRONG, evidence="token.id is 'a-b', was 'c'"
    )
    rendered = words(step.step(incident_after(wrong), SETTINGS)).splitlines()

    assert "⚠ *`token.id` is `'a-b'`, was `'c'`*" == rendered[2]
    assert "*How to check*" == rendered[3]


def test_a_step_with_a_probe_that_is_ok_is_short() -> None:
    """A step whose probe is OK shows only the result, and no primary button."""
    seen = events.ProbeFinished(at=TEN, step="settings", verdict=ProbeVerdict.CLEAR, evidence="12 compared.")
    screen = step.step(incident_after(seen), SETTINGS)

    assert (
        "*Settings of auth*\n✓ Probe OK: 12 compared.\n"
        f"Step 1 of 2\nProbe ran at {moment(TEN, to_the_second=True)}\n"
        "[Take step] [Mark as cause] [Mark as clear] [Skip…] [Run probe again]"
    ) == words(screen)
    assert "✓ Settings of auth: probe OK" == screen.text
    assert "primary" not in str(screen.blocks)


def test_a_taken_step_is_shown_in_full() -> None:
    """A step that a person takes is shown in full, even if its probe is OK."""
    seen = events.ProbeFinished(at=TEN, step="settings", verdict=ProbeVerdict.CLEAR, evidence="12 compared.")
    taken = events.StepTaken(at=TEN, by="U1", step="settings")
    screen = step.step(incident_after(seen, taken), SETTINGS)

    assert "*How to check*\nCompare *every* setting" in words(screen)
    assert "primary" not in str(screen.blocks)


@pytest.mark.parametrize(
    ("verdict", "asked"),
    [(ProbeVerdict.WRONG, False), (ProbeVerdict.CLEAR, True), (ProbeVerdict.FAILED, False)],
)
def test_marking_the_cause_needs_confirmation_if_the_probe_is_ok(verdict: ProbeVerdict, asked: bool) -> None:
    """Marking a step as the cause needs confirmation only if its probe found no problem."""
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
        (CLEARED, "✓ “1. Settings of auth”: clear (all as in git)"),
        (
            events.StepFinished(
                at=TEN, by="U1", step="settings", outcome=StepOutcome.SKIPPED, evidence="no access"
            ),
            "– “1. Settings of auth”: skipped (no access)",
        ),
    ],
)
def test_a_finished_step_is_one_line(finished: events.StepFinished, line: str) -> None:
    """A finished step is one line with its outcome, evidence, person and time, without buttons."""
    rendered = words(step.step(incident_after(finished), SETTINGS))

    assert f"{line} — <@U1>, <!date^1795341600^{{time}}|10:00 UTC>" == rendered


@pytest.mark.parametrize(("fixer", "heading"), [("", "*Fix*"), ("U0SEC", "*Fix* (<@U0SEC> applies the fix)")])
def test_the_fix_stays_below_a_step_that_found_the_cause(fixer: str, heading: str) -> None:
    """A step that found the cause keeps its fix and who applies it. A step that is clear does not."""
    fixed = replace(SETTINGS, fix_by=fixer)
    chosen = replace(CHOSEN, runbook=replace(RUNBOOK, steps=(POOL, fixed)))
    line = "🎯 “1. Settings of auth”: found the cause — <@U1>, <!date^1795341600^{time}|10:00 UTC>"

    assert f"{line}\n{heading}\nPut the old value back." == words(
        step.step(incident_after(chosen, FOUND), fixed)
    )
    assert "Put the old" not in words(step.step(incident_after(chosen, CLEARED), fixed))
    assert "Fix" not in words(step.step(incident_after(replace(FOUND, step="pool")), POOL))


def test_a_step_keeps_its_number() -> None:
    """The number of a step is its place in the first order, whatever was checked or found since."""
    wrong = events.ProbeFinished(at=TEN, step="settings", verdict=ProbeVerdict.CLEAR, evidence="")
    lives: list[tuple[events.AnyEvent, ...]] = [
        (),
        (CLEARED,),
        (wrong,),
        (replace(CLEARED, step="pool"),),
        (SUSPECTED,),
    ]

    assert {"Step 1 of 2"} == {step.why(incident_after(*life), SETTINGS).partition(" ·")[0] for life in lives}
    assert {"Step 2 of 2"} == {step.why(incident_after(*life), POOL).partition(" ·")[0] for life in lives}


def test_the_time_a_step_took() -> None:
    """A finished step shows the time since a person took it."""
    taken = events.StepTaken(at=TEN - timedelta(minutes=7), by="U1", step="settings")
    rendered = words(step.step(incident_after(taken, CLEARED), SETTINGS))

    assert rendered.endswith("10:00 UTC>, took 7 min")


def test_a_probe_does_not_finish_a_step() -> None:
    """A step stays open after its probe found a problem, because a person decides."""
    assert 5 == len(actions(step.step(incident_after(PROBED), SETTINGS)))


def test_a_step_in_progress() -> None:
    """A taken step shows who has been checking it since when. Other steps can still be taken."""
    taken = events.StepTaken(at=TEN, by="U1", step="settings")
    screen = step.step(incident_after(taken), SETTINGS)

    assert "<@U1> has been checking this since <!date^1795341600^{time}|10:00 UTC>" in words(screen)
    assert ("step.take", "7 settings") not in actions(screen)
    assert ("step.take", "7 pool") in actions(step.step(incident_after(taken), POOL))


def test_a_step_of_a_cancelled_incident_has_no_buttons() -> None:
    """The steps of a cancelled incident have no buttons."""
    cancelled = events.IncidentCancelled(at=TEN, by="U1", reason="a test")

    assert [] == actions(step.step(incident_after(cancelled), SETTINGS))


def test_the_last_step_mentions_the_recipients() -> None:
    """The last step mentions people and user groups, and shows other recipients as the runbook has them."""
    escalate = ("U0ANN", "S0SENIORS", "the vendor")
    runbook = Runbook(id="r", title="R", steps=(POOL,), escalate=escalate)
    chosen = events.RunbookChosen(at=TEN, runbook=runbook, reason="")

    assert "escalate to <@U0ANN>, <!subteam^S0SENIORS>, the vendor." in words(
        step.step(incident_after(chosen), POOL)
    )


def test_the_skip_form_asks_why() -> None:
    """The skip form holds only IDs and returns the reason."""
    view = skip.form(incident_after(), SETTINGS)
    take_modal(view)

    assert ("skip.submit", "7 settings") == (view["callback_id"], view["private_metadata"])
    assert "no access" == skip.read({"why": {"why": {"value": " no access "}}})
    assert "" == skip.read({"why": {"why": {"value": None}}})
