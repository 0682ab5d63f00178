"""What a closed or cancelled incident still takes, and what has to wait until it is open again."""

from dataclasses import replace

import pytest

from bot.domain import commands as c
from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.rules.decide.decide import decide
from bot.domain.rules.react import react
from bot.domain.vocabulary import Outcome, Role, Severity, Verdict
from tests.domain.given import CLEARED, NOW, SUSPECTED, TEN, incident, refusal

CLOSED = (
    e.IncidentResolved(at=TEN, by="U1", resolution="the old key is back"),
    e.IncidentClosed(at=TEN, by="U1"),
)
CANCELLED = (e.IncidentCancelled(at=TEN, by="U1", reason="a test"),)
REOPENED = e.IncidentReopened(at=TEN, by="U1", reason="again")
POSTED = tuple(
    e.MessagePosted(at=TEN, what=what, channel="C7", ts=f"1.{n}")
    for n, what in enumerate(("step:settings", "step:pool", "hypothesis:1"))
)

WORK = [
    c.AskProbe(by="U5", step="settings"),
    c.TakeStep(by="U5", step="settings"),
    c.FinishStep(by="U5", step="settings", outcome=Outcome.FOUND),
    c.OpenHypothesis(by="U5", text="the pool is full"),
    c.ExtendHypothesis(by="U5", number=1),
    c.HandOverHypothesis(by="U5", number=1, owner="U6"),
    c.AskSideChannel(by="U5", number=1),
    c.MuteNudges(by="U5"),
    c.Escalate(by="U5", who="U9", reason="stuck"),
]
RECORD = [
    c.AddNote(by="U5", text="the vendor called back"),
    c.AddActionItem(by="U5", title="pin the key"),
    c.ProposeImprovement(by="U5", title="monitor the key"),
    c.NameCause(by="U5", text="the old key"),
    c.Resolve(by="U5", resolution="the key of 2024 was put back"),
    c.DescribeImpact(by="U5", share="30%"),
    c.ChangeSeverity(by="U5", severity=Severity.SEV2, reason="few users felt it"),
    c.CloseHypothesis(by="U5", number=1, verdict=Verdict.REFUTED),
]


def test_what_fixed_it_is_corrected_where_it_stands() -> None:
    """Better words neither open what is closed nor move its end, and the document is written again."""
    over = incident(*CLOSED)
    (event,) = decide(over, c.Resolve(by="U5", resolution="the key of 2024 was put back"), NOW)
    after = incident(*CLOSED, event)

    assert (over.status, over.resolved_at) == (after.status, after.resolved_at)
    assert "the key of 2024 was put back" == after.resolution
    assert f.DraftPostmortem() in react(event, after)
    assert "INC-7 is closed already. `/incident reopen why` opens it again." == refusal(
        over, c.Resolve(by="U5")
    )


@pytest.mark.parametrize("ended", [CLOSED, CANCELLED])
@pytest.mark.parametrize("command", WORK)
def test_nobody_works_on_what_is_over(ended: tuple[e.AnyEvent, ...], command: c.AnyCommand) -> None:
    """Searching and calling in need an open incident, and the sentence says how to get one."""
    over = incident(SUSPECTED, *ended)

    expected = f"INC-7 is {over.status}; reopen it first: `/incident reopen why`."
    assert expected == refusal(over, command)
    assert decide(incident(SUSPECTED, *ended, REOPENED), command, NOW)


@pytest.mark.parametrize("ended", [CLOSED, CANCELLED])
@pytest.mark.parametrize(
    "command",
    [
        c.AssignRole(by="U5", role=Role.COMMANDER, person="U5"),
        c.GiveUpdate(by="U5", text="all customers are told"),
    ],
)
def test_nobody_leads_or_waits_for_news_of_it(ended: tuple[e.AnyEvent, ...], command: c.AnyCommand) -> None:
    """Roles and updates are of the response; the sentence says where what was said belongs."""
    over = incident(*ended)

    expected = (
        f"INC-7 is {over.status}; `/incident note what there is to say` adds to its record, "
        "`/incident reopen why` opens it again."
    )
    assert expected == refusal(over, command)
    assert decide(incident(*ended, REOPENED), command, NOW)


@pytest.mark.parametrize("command", RECORD)
def test_its_record_may_be_corrected(command: c.AnyCommand) -> None:
    """What is learned later belongs to the postmortem."""
    assert decide(incident(SUSPECTED, *CLOSED), command, NOW)


@pytest.mark.parametrize("event", [CLOSED[-1], *CANCELLED, REOPENED])
def test_buttons_go_and_come_back_with_the_work(event: e.AnyEvent) -> None:
    """What is posted and not done is drawn anew; what is done has had none for long."""
    shown = react(event, incident(SUSPECTED, CLEARED, *POSTED, *CLOSED, event))

    assert f.RedrawStep(step="pool") in shown
    assert f.ShowHypothesis(number=1) in shown
    assert f.RedrawStep(step="settings") not in shown


def test_what_was_never_posted_is_not_posted_at_the_end() -> None:
    """Nobody needs a step that nobody saw while it mattered."""
    shown = react(CLOSED[-1], incident(SUSPECTED, *CLOSED))

    assert not [effect for effect in shown if isinstance(effect, f.RedrawStep | f.ShowHypothesis)]


def test_a_lesson_is_sent_again_only_if_it_is_another() -> None:
    """A second close teaches what the first did not; many that wait for Slack make one."""
    cause = e.CauseNamed(at=TEN, by="U1", text="the old key")
    again = e.IncidentReopened(at=TEN, by="U1", reason="again")

    def calls(*events: e.AnyEvent) -> bool:
        return f.TeachOwner() in react(CLOSED[-1], incident(cause, *events, *CLOSED))

    assert f.TeachOwner.coalesced
    assert calls()
    assert not calls(*CLOSED, again)
    assert calls(*CLOSED, again, replace(cause, text="the clock"))
