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
    def is_over(self) -> bool:
        """Whether nobody works on it any more."""
        return self in {Status.CLOSED, Status.CANCELLED}

    @property
    def has_impact(self) -> bool:
        """Whether users still feel it, as far as is known."""
        return self in {Status.INVESTIGATING, Status.IDENTIFIED}


class Role(StrEnum):
    """Who does what (PagerDuty's names, which most people know)."""

    COMMANDER = "commander"
    DEPUTY = "deputy"
    SCRIBE = "scribe"
    EXPERT = "expert"
    COMMS = "comms"


class ProbeVerdict(StrEnum):
    """What a probe saw: the cause is likely there, it is not, or (failed) nothing that is evidence."""

    WRONG = "wrong"
    CLEAR = "clear"
    FAILED = "failed"


class HypothesisVerdict(StrEnum):
    """How a hypothesis ended."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    PARKED = "parked"


class Severity(StrEnum):
    """How bad it is; `sev1` is the worst, and who is unsure takes the worse one."""

    SEV1 = "sev1"
    SEV2 = "sev2"
    SEV3 = "sev3"
    SEV4 = "sev4"

    @property
    def rank(self) -> int:
        """1 for the worst to 4 for the mildest."""
        return int(self.value[-1])

    def worse_than(self, other: "Severity") -> bool:
        """Whether this is more severe than `other`."""
        return self.rank < other.rank


class Area(StrEnum):
    """Where a cause may lie."""

    CONFIG = "config"
    CHANGE = "change"
    IDENTITY = "identity"
    DEPENDENCY = "dependency"
    CAPACITY = "capacity"
    DATABASE = "database"
    NETWORK = "network"
    SECURITY = "security"


class StepOutcome(StrEnum):
    """How a step ended."""

    CLEAR = "clear"
    FOUND = "found"
    SKIPPED = "skipped"
