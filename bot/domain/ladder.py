"""How an incident is escalated when it makes no progress: the rungs of a ladder."""

from dataclasses import dataclass
from enum import StrEnum


class Lack(StrEnum):
    """What is missing, so that a rung is climbed."""

    COMMANDER = "commander"
    UPDATE = "update"
    HYPOTHESIS = "hypothesis"
    #: Every suspicion was refuted.
    LEAD = "lead"
    #: Users still feel it.
    RELIEF = "relief"


@dataclass(frozen=True, kw_only=True)
class Rung:
    """After so many minutes without what it asks for, these are called in."""

    after_minutes: float
    unless: Lack
    #: A Slack user (U…), a user group (S…), a channel (#name), or a pager's kind and name (`pagerduty:auth`).
    who: tuple[str, ...]
