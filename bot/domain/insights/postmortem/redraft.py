"""Which events a postmortem reports. After the close, each of them requires a new draft."""

from typing import assert_never

from bot.domain import events


def is_in_postmortem(event: events.AnyEvent) -> bool:
    """Return whether a postmortem reports the event."""
    if isinstance(event, events.Reported):
        return True
    if isinstance(event, events.Unreported):
        return False
    assert_never(event)
