"""The closed sets of words an incident is told in."""

from enum import StrEnum


class Status(StrEnum):
    """Where the response stands."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """Whether nobody works on it any more."""
        return self in {Status.CLOSED, Status.CANCELLED}

    @property
    def hurting(self) -> bool:
        """Whether users still feel it, as far as is known."""
        return self in {Status.INVESTIGATING, Status.IDENTIFIED}


class Role(StrEnum):
    """Who does what (PagerDuty's names, which most people know)."""

    COMMANDER = "commander"
    DEPUTY = "deputy"
    SCRIBE = "scribe"
    EXPERT = "expert"
    COMMS = "comms"


class Seen(StrEnum):
    """What a probe saw: the cause is likely there, it is not, or (failed) nothing that is evidence."""

    WRONG = "wrong"
    CLEAR = "clear"
    FAILED = "failed"


class Verdict(StrEnum):
    """How a hypothesis ended."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    PARKED = "parked"
