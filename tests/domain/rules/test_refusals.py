"""Commands without text, on incidents that do not exist, or that declare an incident again are refused."""

import pytest

from bot.domain import commands
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Severity, TaskKind
from tests.domain.given import DECLARED, incident_after, refusal
from tests.domain.rules.test_decide import EACH, ONCE


@pytest.mark.parametrize(
    ("command", "example"),
    [
        (commands.AddNote(by="U1", text=" "), "note logins are back"),
        (commands.NameCause(by="U1", text=""), "cause the signing key was the old one"),
        (
            commands.AddActionItem(by="U1", title="", kind=TaskKind.IMPROVE),
            "improve alerts: fire before users notice",
        ),
        (commands.AddActionItem(by="U1", title=""), "task rotate the key @name due:2026-01-31"),
        (commands.OpenHypothesis(by="U1", text=""), "suspect the pool is full"),
    ],
)
def test_a_command_without_text_is_refused(command: commands.AnyCommand, example: str) -> None:
    """A command without its text is refused with an example."""
    expected = f"The text is missing. For example: `{example}`."

    assert expected == refusal(incident_after(), command)


def test_commands_on_an_incident_that_does_not_exist_are_refused() -> None:
    """Every command but a declaration needs an incident that exists."""
    expected = "There is no INC-9. To list open incidents: `list `."
    issued = [command for command, _ in (*ONCE, *EACH)] + [
        commands.Close(by="U1"),
        commands.Reopen(by="U1", reason=""),
    ]

    assert {expected} == {refusal(Incident(number=9), command) for command in issued}


def test_a_declared_incident_is_not_declared_again() -> None:
    """A second declaration of the same incident is refused."""
    command = commands.Declare(by="U1", title=DECLARED.title, severity=Severity.SEV1)

    assert "INC-7 has already been declared." == refusal(incident_after(), command)
