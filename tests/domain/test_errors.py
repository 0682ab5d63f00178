"""Refusals and their hints."""

from bot.domain.errors import Hint, Refused

REFUSED = Refused(
    "INC-7 is closed.", Hint("To reopen it", "reopen", "why"), Hint("To list open incidents", "list")
)


def test_each_interface_spells_the_hints() -> None:
    """A refusal's text is followed by its hints, with the commands spelled as in each interface."""
    assert "INC-7 is closed. To reopen it: <reopen why>. To list open incidents: <list >." == REFUSED.in_full(
        lambda hint: f"<{hint.word} {hint.arguments}>"
    )


def test_a_hint_that_an_edge_does_not_have_is_left_out() -> None:
    """An interface that does not have a hint's command leaves that hint out."""
    assert "INC-7 is closed. To list open incidents: list." == REFUSED.in_full(
        lambda hint: hint.word if hint.word == "list" else ""
    )


def test_the_message_is_the_text_without_hints() -> None:
    """Logs and other systems get the reason of a refusal without its hints."""
    assert "INC-7 is closed." == str(REFUSED)
