"""What messages of ours are called that are changed in place; the names are kept, so they are for ever."""

CARD = "card"
DIGEST = "digest"
RUNBOOK_END = "runbook_end"


def step_key(step_id: str) -> str:
    """Return the name of the message of a step."""
    return f"step:{step_id}"


def hypothesis_key(number: int) -> str:
    """Return the name of the message of a suspicion."""
    return f"hypothesis:{number}"


def side_channel_key(number: int) -> str:
    """Return the name of the first message of a suspicion's private channel."""
    return f"side_channel:{number}"


def announcement_key(version: int) -> str:
    """Return the name of the question who commands, which that event of the incident asks."""
    return f"ask:{version}"


def hint_key(number: int) -> str:
    """Return the name of the hint beside a suspicion."""
    return f"nudge:{number}"


def time_box_key(number: int, question: int) -> str:
    """Return the name of the question, `question` of those asked, at the end of a suspicion's time-box."""
    return f"time_box:{number}:{question}"
