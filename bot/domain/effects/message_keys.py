"""Keys of the bot's messages that are updated in place. They are stored, so they never change."""

CARD = "card"
DIGEST = "digest"
RUNBOOK_END = "runbook_end"


def step_key(step_id: str) -> str:
    """Return the key of the message of a step."""
    return f"step:{step_id}"


def hypothesis_key(number: int) -> str:
    """Return the key of the message of a hypothesis."""
    return f"hypothesis:{number}"


def side_channel_key(number: int) -> str:
    """Return the key of the first message in the private channel of a hypothesis."""
    return f"side_channel:{number}"


def announcement_key(version: int) -> str:
    """Return the key of the question for an incident commander that event number `version` asks."""
    return f"ask:{version}"


def hint_key(number: int) -> str:
    """Return the key of the hint for a hypothesis."""
    return f"nudge:{number}"


def time_box_key(number: int, question: int) -> str:
    """Return the key of the `question`-th question to the owner of a hypothesis."""
    return f"time_box:{number}:{question}"
