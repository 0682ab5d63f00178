"""Confirmations: one sentence for the author of a command about what it did."""

import pytest

from bot.domain import commands, events
from bot.domain.rules.decide.decide import decide
from bot.domain.rules.evolve import evolve
from bot.domain.vocabulary import Area, HypothesisVerdict, Role, Severity, Status
from bot.engine.record import RecordResult
from bot.slack.incoming.confirmations import confirmation
from tests.domain.given import NOW, SUSPECTED, incident_after

BY = "U5"
LINK = " → <#C7>"


def confirmed(command: commands.AnyCommand, *, times: int) -> str:
    """Return the confirmation of the last of `times` equal commands on INC-7, which has hypothesis 1."""
    incident = incident_after(SUSPECTED)
    recorded: tuple[events.AnyEvent, ...] = ()
    for _ in range(times):
        recorded = decide(incident, command, NOW)
        for event in recorded:
            incident = evolve(incident, event)
    return confirmation(command, RecordResult(incident=incident, events=recorded)).text


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (commands.ChangeSeverity(by=BY, severity=Severity.SEV2), "INC-7 is {}sev2."),
        (commands.ChangeStatus(by=BY, status=Status.MONITORING), "INC-7 is {}monitoring."),
        (commands.Resolve(by=BY, resolution="rolled back"), "INC-7 is {}resolved."),
        (commands.Cancel(by=BY, reason="a test"), "INC-7 is {}cancelled."),
        (
            commands.AssignRole(by=BY, role=Role.COMMANDER, person=BY),
            "You're {}incident commander of INC-7.",
        ),
        (commands.AssignRole(by=BY, role=Role.SCRIBE, person="U2"), "<@U2> is {}scribe of INC-7."),
        (commands.DescribeImpact(by=BY, text="no logins"), "INC-7's impact is {}recorded."),
        (commands.NameCause(by=BY, text="the old key"), "The cause of INC-7 is {}recorded."),
        (commands.MuteHints(by=BY), "Hints are {}off in INC-7."),
        (commands.TakeStep(by=BY, step="pool"), "You've {}taken “Connection pool” (INC-7)."),
        (
            commands.ChangeHypothesisArea(by=BY, number=1, area=Area.NETWORK),
            "Hypothesis 1 in INC-7 is {}in the area network.",
        ),
        (
            commands.HandOverHypothesis(by=BY, number=1, owner="U9"),
            "Hypothesis 1 in INC-7 {}belongs to <@U9>.",
        ),
        (
            commands.CloseHypothesis(by=BY, number=1, verdict=HypothesisVerdict.REFUTED),
            "Hypothesis 1 in INC-7 is {}ruled out.",
        ),
    ],
)
def test_a_state_is_confirmed_or_was_there_already(command: commands.AnyCommand, sentence: str) -> None:
    """A command that sets something is confirmed, and repeating it is answered with "already"."""
    assert f"Done. {sentence.format('')}{LINK}" == confirmed(command, times=1)
    assert f"{sentence.format('already ')}{LINK}" == confirmed(command, times=2)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (commands.AddNote(by=BY, text="restarted auth"), "Your note is on INC-7's timeline."),
        (commands.PostUpdate(by=BY, text="half of them work"), "Your update is posted in INC-7."),
        (commands.OpenHypothesis(by=BY, text="the pool is full"), "Your hypothesis is open in INC-7."),
        (
            commands.Escalate(by=BY, who="U9", also=("dba team",), reason=""),
            "INC-7 is escalated to <@U9>, dba team.",
        ),
        (commands.AddActionItem(by=BY, title="pin <key>"), "Task 1 in INC-7: “pin &lt;key&gt;”."),
        (
            commands.ExtendHypothesis(by=BY, number=1, minutes=10),
            "Hypothesis 1 in INC-7 is open until <!date^1795344720^{time}|10:52 UTC>.",
        ),
        (
            commands.SnoozeEscalation(by=BY, minutes=30, reason="vendor"),
            "Escalation for INC-7 is paused until <!date^1795345920^{time}|11:12 UTC>.",
        ),
    ],
)
def test_an_addition_is_confirmed(command: commands.AnyCommand, sentence: str) -> None:
    """A command that adds something is confirmed with what it added."""
    assert f"Done. {sentence}{LINK}" == confirmed(command, times=1)
