"""Errors that people can act on.

ActionableError: the command line prints its message and no traceback
└── Refused: a command cannot be carried out now
"""


class ActionableError(Exception):
    """An error that a person can act on. Its message is a sentence that says what is wrong."""


class Refused(ActionableError):
    """The command cannot be done now; the message is a sentence a tired person can act on."""


def no_incident(name: str) -> Refused:
    """Return the refusal of what is asked of an incident that is not there."""
    return Refused(f"There is no {name}. `/incident list` shows those there are.")


def refuse_closed(name: str, status: str) -> Refused:
    """Return the refusal of work on an incident that is closed or cancelled."""
    return Refused(f"{name} is {status}; reopen it first: `/incident reopen why`.")


def refuse_after_close(name: str, status: str) -> Refused:
    """Return the refusal of what belongs to the response to an incident that is closed or cancelled."""
    return Refused(
        f"{name} is {status}; `/incident note what there is to say` adds to its record, "
        "`/incident reopen why` opens it again."
    )


def require_text(text: str, example: str = "note logins are back") -> str:
    """Return what was said, without white space around it. Raises Refused, with an example, at nothing."""
    if not text.strip():
        raise Refused(f"There is no text. Say it after the command, for example `/incident {example}`.")
    return text.strip()
