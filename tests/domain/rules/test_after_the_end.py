"""What a closed or cancelled incident still takes, and what has to wait until it is open again."""

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
    commands.AskProbe(by="U5", step="settings"),
    commands.TakeStep(by="U5", step="settings"),
    commands.FinishStep(by="U5", step="settings", outcome=StepOutcome.FOUND),
    commands.OpenHypothesis(by="U5", text="the pool is full"),
    commands.ExtendHypothesis(by="U5", number=1),
    commands.HandOverHypothesis(by="U5", number=1, owner="U6"),
    commands.AskSideChannel(by="U5", number=1),
    commands.MuteNudges(by="U5"),
    commands.Escalate(by="U5", who="U9", reason="stuck"),
]
RECORD = [
    commands.AddNote(by="U5", text="the vendor called back"),
    commands.AddActionItem(by="U5", title="pin the key"),
    commands.ProposeImprovement(by="U5", title="monitor the key"),
    commands.NameCause(by="U5", text="the old key"),
    commands.Resolve(by="U5", resolution="the key of 2024 was put back"),
    commands.DescribeImpact(by="U5", share="30%"),
    commands.ChangeSeverity(by="U5", severity=Severity.SEV2, reason="few users felt it"),
    commands.CloseHypothesis(by="U5", number=1, verdict=HypothesisVerdict.REFUTED),
]


def test_what_fixed_it_is_corrected_where_it_stands() -> None:
    """Better words neither open what is closed nor move its end, and the document is written again."""
    over = incident_after(*CLOSED)
    (event,) = decide(over, commands.Resolve(by="U5", resolution="the key of 2024 was put back"), NOW)
    after = incident_after(*CLOSED, event)

    assert (over.status, over.impact.resolved_at) == (after.status, after.impact.resolved_at)
    assert "the key of 2024 was put back" == after.impact.resolution
    assert effects.DraftPostmortem() in react(event, after)
    assert "INC-7 is closed already. `/incident reopen why` opens it again." == refusal(
        over, commands.Resolve(by="U5")
    )


@pytest.mark.parametrize("ended", [CLOSED, CANCELLED])
@pytest.mark.parametrize("command", WORK)
def test_nobody_works_on_what_is_over(
    ended: tuple[events.AnyEvent, ...], command: commands.AnyCommand
) -> None:
    """Searching and calling in need an open incident, and the sentence says how to get one."""
    over = incident_after(SUSPECTED, *ended)

    expected = f"INC-7 is {over.status}; reopen it first: `/incident reopen why`."
    assert expected == refusal(over, command)
    assert decide(incident_after(SUSPECTED, *ended, REOPENED), command, NOW)


@pytest.mark.parametrize("ended", [CLOSED, CANCELLED])
@pytest.mark.parametrize(
    "command",
    [
        commands.AssignRole(by="U5", role=Role.COMMANDER, person="U5"),
        commands.GiveUpdate(by="U5", text="all customers are told"),
    ],
)
def test_nobody_leads_or_waits_for_news_of_it(
    ended: tuple[events.AnyEvent, ...], command: commands.AnyCommand
) -> None:
    """Roles and updates are of the response; the sentence says where what was said belongs."""
    over = incident_after(*ended)

    expected = (
        f"INC-7 is {over.status}; `/incident note what there is to say` adds to its record, "
        "`/incident reopen why` opens it again."
    )
    assert expected == refusal(over, command)
    assert decide(incident_after(*ended, REOPENED), command, NOW)


@pytest.mark.parametrize("command", RECORD)
def test_its_record_may_be_corrected(command: commands.AnyCommand) -> None:
    """What is learned later belongs to the postmortem."""
    assert decide(incident_after(SUSPECTED, *CLOSED), command, NOW)


@pytest.mark.parametrize("event", [CLOSED[-1], *CANCELLED, REOPENED])
def test_buttons_go_and_come_back_with_the_work(event: events.AnyEvent) -> None:
    """What is posted and not done is drawn anew; what is done has had none for long."""
    shown = react(event, incident_after(SUSPECTED, CLEARED, *POSTED, *CLOSED, event))

    assert effects.RedrawStep(step="pool") in shown
    assert effects.ShowHypothesis(number=1) in shown
    assert effects.RedrawStep(step="settings") not in shown


def test_what_was_never_posted_is_not_posted_at_the_end() -> None:
    """Nobody needs a step that nobody saw while it mattered."""
    shown = react(CLOSED[-1], incident_after(SUSPECTED, *CLOSED))

    assert not [effect for effect in shown if isinstance(effect, effects.RedrawStep | effects.ShowHypothesis)]


def test_a_lesson_is_sent_again_only_if_it_is_another() -> None:
    """A second close teaches what the first did not; many that wait for Slack make one."""
    cause = events.CauseNamed(at=TEN, by="U1", text="the old key")
    again = events.IncidentReopened(at=TEN, by="U1", reason="again")

    def calls(*history: events.AnyEvent) -> bool:
        return effects.TeachOwner() in react(CLOSED[-1], incident_after(cause, *history, *CLOSED))

    assert effects.TeachOwner.coalesced
    assert calls()
    assert not calls(*CLOSED, again)
    assert calls(*CLOSED, again, replace(cause, text="the clock"))
