"""What decide refuses: commands without text, and commands on incidents that do not exist or already do."""

import pytest

from bot.domain import commands
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Severity
from tests.domain.given import DECLARED, incident_after, refusal
from tests.domain.rules.test_decide import EACH, ONCE


@pytest.mark.parametrize(
    ("command", "example"),
    [
        (commands.AddNote(by="U1", text=" "), "note logins are back"),
        (commands.NameCause(by="U1", text=""), "cause the signing key was the old one"),
        (commands.ProposeImprovement(by="U1", title=""), "improve alerts: fire before users notice"),
        (commands.AddActionItem(by="U1", title=""), "action rotate the key @name due:2026-01-31"),
        (commands.OpenHypothesis(by="U1", text=""), "suspect the pool is full"),
    ],
)
def test_a_command_without_its_words_is_refused(command: commands.AnyCommand, example: str) -> None:
    """Who says nothing is asked for the words, with an example of them."""
    expected = f"There is no text. Say it after the command, for example `/incident {example}`."

    assert expected == refusal(incident_after(), command)


def test_nothing_but_an_opening_can_be_done_before_there_is_an_incident() -> None:
    """A number that nobody gave out is refused, whatever is asked of it."""
    expected = "There is no INC-9. `/incident list` shows those there are."
    issued = [command for command, _ in (*ONCE, *EACH)] + [
        commands.Close(by="U1"),
        commands.Reopen(by="U1", reason=""),
    ]

    assert {expected} == {refusal(Incident(number=9), command) for command in issued}


def test_a_declared_incident_is_not_declared_again() -> None:
    """Its number is taken."""
    command = commands.Declare(by="U1", title=DECLARED.title, severity=Severity.SEV1)

    assert "INC-7 is declared already." == refusal(incident_after(), command)
