"""Errors that people can act on.

ActionableError: the command line prints its message and no traceback
└── Refused: a command cannot be carried out now; hints say what to type instead
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Hint:
    """A command to type, as a word and arguments, and its purpose, such as "To reopen it"."""

    purpose: str
    word: str
    arguments: str = ""


class ActionableError(Exception):
    """An error that a person can act on. Its message is a sentence that says what is wrong."""


class Refused(ActionableError):
    """The command cannot be carried out now; `text` is the reason in full sentences, without the hints."""

    def __init__(self, text: str, *hints: Hint) -> None:
        super().__init__(text)
        self.text = text
        self.hints = hints

    def in_full(self, typed: Callable[[Hint], str]) -> str:
        """Return the reason and the hints.

        `typed` formats each command, or returns "" to leave its hint out.
        """
        hints = ((hint.purpose, typed(hint)) for hint in self.hints)
        return " ".join([self.text, *(f"{purpose}: {command}." for purpose, command in hints if command)])


def example(word: str, arguments: str) -> Hint:
    """Return a hint that shows a command that would have been accepted."""
    return Hint("For example", word, arguments)


def reopen() -> Hint:
    """Return the hint that reopens an incident."""
    return Hint("To reopen it", "reopen", "why")


def no_incident(name: str) -> Refused:
    """Return the refusal for a command on an incident that does not exist."""
    return Refused(f"There is no {name}.", Hint("To list open incidents", "list"))


def refuse_closed(name: str, status: str) -> Refused:
    """Return the refusal for work on an incident that is closed or cancelled."""
    return Refused(f"{name} is {status}.", reopen())


def refuse_after_close(name: str, status: str) -> Refused:
    """Return the refusal for a status update or role change on an incident that is closed or cancelled."""
    return Refused(f"{name} is {status}.", Hint("To add information", "note", "what you know"), reopen())


def require_text(text: str, word: str = "note", arguments: str = "logins are back") -> str:
    """Return `text` stripped of whitespace. Raise Refused with an example if nothing is left."""
    if not text.strip():
        raise Refused("The text is missing.", example(word, arguments))
    return text.strip()
