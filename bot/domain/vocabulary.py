"""The fixed vocabulary of an incident: statuses, roles, verdicts, severities, areas and outcomes."""

from enum import StrEnum


class Status(StrEnum):
    """The state of the response."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether the response has ended."""
        return self in {Status.CLOSED, Status.CANCELLED}

    @property
    def has_impact(self) -> bool:
        """Whether users are still affected, as far as is known."""
        return self in {Status.INVESTIGATING, Status.IDENTIFIED}


class Role(StrEnum):
    """The roles responders can have, named as in PagerDuty."""

    COMMANDER = "commander"
    DEPUTY = "deputy"
    SCRIBE = "scribe"
    EXPERT = "expert"
    COMMS = "comms"


class ProbeVerdict(StrEnum):
    """The result of a probe: it found a problem, it found none, or it could not run and proves nothing."""

    WRONG = "wrong"
    CLEAR = "clear"
    FAILED = "failed"


class HypothesisVerdict(StrEnum):
    """How a hypothesis ended."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    PARKED = "parked"


class Milestone(StrEnum):
    """A point in the course of an incident whose time people can set. Others have commands of their own."""

    DETECTED = "detected"
    ACKNOWLEDGED = "acknowledged"
    CAUSE_FOUND = "cause found"
    MITIGATED = "mitigated"


class TaskKind(StrEnum):
    """What a task is for."""

    PREVENT = "prevent"
    DETECT = "detect"
    MITIGATE = "mitigate"
    PROCESS = "process"
    IMPROVE = "improve"


class TaskState(StrEnum):
    """The state of a task."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class NoteKind(StrEnum):
    """What a note is about."""

    NOTE = "note"
    DECISION = "decision"
    TRIGGER = "trigger"
    CUSTOMERS = "message to customers"
    FACTOR = "contributing factor"
    FIGURE = "figure"
    WELL = "went well"
    BADLY = "went badly"
    LUCKY = "got lucky"
    QUESTION = "open question"

    @property
    def happened(self) -> bool:
        """Whether the note tells what happened at its time, and so belongs on the timeline."""
        return self in {NoteKind.NOTE, NoteKind.DECISION, NoteKind.TRIGGER, NoteKind.CUSTOMERS}


class Severity(StrEnum):
    """The severity, from `sev1` (worst) to `sev4`. If in doubt, use the higher severity."""

    SEV1 = "sev1"
    SEV2 = "sev2"
    SEV3 = "sev3"
    SEV4 = "sev4"

    @property
    def rank(self) -> int:
        """From 1 for the highest severity to 4 for the lowest."""
        return int(self.value[-1])

    def worse_than(self, other: "Severity") -> bool:
        """Return whether this severity is higher than `other`."""
        return self.rank < other.rank


class Area(StrEnum):
    """An area in which the cause may be."""

    CONFIG = "config"
    CHANGE = "change"
    IDENTITY = "identity"
    DEPENDENCY = "dependency"
    CAPACITY = "capacity"
    DATABASE = "database"
    NETWORK = "network"
    SECURITY = "security"


class StepOutcome(StrEnum):
    """The outcome of a step."""

    CLEAR = "clear"
    FOUND = "found"
    SKIPPED = "skipped"
