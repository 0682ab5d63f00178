"""A closed or cancelled incident accepts corrections. Other work is refused until it is reopened."""

from dataclasses import replace

import pytest

from bot.domain import commands, effects, events
from bot.domain.rules.decide.decide import decide
from bot.domain.rules.react import react
from bot.domain.vocabulary import HypothesisVerdict, Role, Severity, StepOutcome
from tests.domain.given import CLEARED, NOW, SUSPECTED, TEN, incident_after, refusal

CLOSED = (
    events.IncidentResolved(at=TEN, by="U1", resolution="the old key is back"),
    events.IncidentClosed(at=TEN, by="U1"),
)
CANCELLED = (events.IncidentCancelled(at=TEN, by="U1", reason="a test"),)
REOPENED = events.IncidentReopened(at=TEN, by="U1", reason="again")
POSTED = tuple(
    events.MessagePosted(at=TEN, what=what, channel="C7", ts=f"1.{n}")
    for n, what in enumerate(("step:settings", "step:pool", "hypothesis:1"))
)

WORK = [
    commands.RequestProbe(by="U5", step="settings"),
    commands.TakeStep(by="U5", step="settings"),
    commands.FinishStep(by="U5", step="settings", outcome=StepOutcome.FOUND),
    commands.OpenHypothesis(by="U5", text="the pool is full"),
    commands.ExtendHypothesis(by="U5", number=1),
    commands.HandOverHypothesis(by="U5", number=1, owner="U6"),
    commands.RequestSideChannel(by="U5", number=1),
    commands.MuteHints(by="U5"),
    commands.Escalate(by="U5", who="U9", reason="stuck"),
]
RECORD = [
    commands.AddNote(by="U5", text="the vendor called back"),
    commands.AddActionItem(by="U5", title="pin the key"),
    commands.AddActionItem(by="U5", title="monitor the key"),
    commands.NameCause(by="U5", text="the old key"),
    commands.Resolve(by="U5", resolution="the key of 2024 was put back"),
    commands.DescribeImpact(by="U5", share="30%"),
    commands.ChangeSeverity(by="U5", severity=Severity.SEV2, reason="few users were affected"),
    commands.CloseHypothesis(by="U5", number=1, verdict=HypothesisVerdict.REFUTED),
]


def test_the_resolution_can_be_corrected_after_the_close() -> None:
    """A correction neither reopens the incident nor changes its end, and the postmortem is redrafted."""
    over = incident_after(*CLOSED)
    (event,) = decide(over, commands.Resolve(by="U5", resolution="the key of 2024 was put back"), NOW)
    after = incident_after(*CLOSED, event)

    assert (over.status, over.impact.resolved_at) == (after.status, after.impact.resolved_at)
    assert "the key of 2024 was put back" == after.impact.resolution
    assert effects.DraftPostmortem() in react(event, after)
    assert "INC-7 is already closed. To reopen it: `reopen why`." == refusal(over, commands.Resolve(by="U5"))


@pytest.mark.parametrize("ended", [CLOSED, CANCELLED])
@pytest.mark.parametrize("command", WORK)
def test_work_on_a_closed_incident_is_refused(
    ended: tuple[events.AnyEvent, ...], command: commands.AnyCommand
) -> None:
    """Investigating and escalating need an open incident, and the refusal says how to reopen it."""
    over = incident_after(SUSPECTED, *ended)

    expected = f"INC-7 is {over.status}. To reopen it: `reopen why`."
    assert expected == refusal(over, command)
    assert decide(incident_after(SUSPECTED, *ended, REOPENED), command, NOW)


@pytest.mark.parametrize("ended", [CLOSED, CANCELLED])
@pytest.mark.parametrize(
    "command",
    [
        commands.AssignRole(by="U5", role=Role.COMMANDER, person="U5"),
        commands.PostUpdate(by="U5", text="all customers have been informed"),
    ],
)
def test_roles_and_updates_of_a_closed_incident_are_refused(
    ended: tuple[events.AnyEvent, ...], command: commands.AnyCommand
) -> None:
    """Roles and updates need an open incident, and the refusal offers a note instead."""
    over = incident_after(*ended)

    expected = (
        f"INC-7 is {over.status}. To add information: `note what you know`. To reopen it: `reopen why`."
    )
    assert expected == refusal(over, command)
    assert decide(incident_after(*ended, REOPENED), command, NOW)


@pytest.mark.parametrize("command", RECORD)
def test_the_record_can_be_corrected_after_the_close(command: commands.AnyCommand) -> None:
    """Facts learned after the close are recorded for the postmortem."""
    assert decide(incident_after(SUSPECTED, *CLOSED), command, NOW)


@pytest.mark.parametrize("event", [CLOSED[-1], *CANCELLED, REOPENED])
def test_buttons_disappear_at_the_end_and_return_when_reopened(event: events.AnyEvent) -> None:
    """Posted messages of unfinished work are redrawn. Those of finished work have no buttons."""
    redrawn = react(event, incident_after(SUSPECTED, CLEARED, *POSTED, *CLOSED, event))

    assert effects.RedrawStep(step="pool") in redrawn
    assert effects.ShowHypothesis(number=1) in redrawn
    assert effects.RedrawStep(step="settings") not in redrawn


def test_closing_posts_no_new_messages() -> None:
    """A step or hypothesis that was never posted is not posted at the close."""
    decided = react(CLOSED[-1], incident_after(SUSPECTED, *CLOSED))

    assert not [
        effect for effect in decided if isinstance(effect, effects.RedrawStep | effects.ShowHypothesis)
    ]


def test_runbook_feedback_is_sent_again_only_if_it_differs() -> None:
    """A second close sends feedback only if it is new. Pending feedback is sent once."""
    cause = events.CauseNamed(at=TEN, by="U1", text="the old key")
    again = events.IncidentReopened(at=TEN, by="U1", reason="again")

    def calls(*history: events.AnyEvent) -> bool:
        return effects.SendRunbookFeedback() in react(CLOSED[-1], incident_after(cause, *history, *CLOSED))

    assert effects.SendRunbookFeedback.coalesced
    assert calls()
    assert not calls(*CLOSED, again)
    assert calls(*CLOSED, again, replace(cause, text="the clock"))
