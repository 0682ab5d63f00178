"""Keys of the bot's messages that are updated in place. They are stored, so they never change."""

CARD = "card"
DIGEST = "digest"
RUNBOOK_END = "runbook_end"


def step_key(step_id: str) -> str:
    """Return the message key of a step."""
    return f"step:{step_id}"


def hypothesis_key(number: int) -> str:
    """Return the message key of a hypothesis."""
    return f"hypothesis:{number}"


def side_channel_key(number: int) -> str:
    """Return the key of the first message in a hypothesis's private channel."""
    return f"side_channel:{number}"


def announcement_key(version: int) -> str:
    """Return the key of the question about the incident commander that event number `version` caused."""
    return f"ask:{version}"


def hint_key(number: int) -> str:
    """Return the key of the hint for a hypothesis."""
    return f"nudge:{number}"


def time_box_key(number: int, question: int) -> str:
    """Return the key of the `question`-th question to a hypothesis's owner."""
    return f"time_box:{number}:{question}"
