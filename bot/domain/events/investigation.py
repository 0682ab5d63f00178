"""The search for the cause: the runbook, its steps and probes, suspicions, the cause."""

from dataclasses import dataclass

from bot.domain.events.base import Event
from bot.domain.runbooks.runbook import Runbook
from bot.domain.vocabulary import Area, HypothesisVerdict, ProbeVerdict, StepOutcome


@dataclass(frozen=True, kw_only=True)
class RunbookChosen(Event):
    """The runbook as it stood then, so that history does not change when the file does."""

    runbook: Runbook
    reason: str


@dataclass(frozen=True, kw_only=True)
class StepTaken(Event):
    """Somebody looks into a step now."""

    step: str


@dataclass(frozen=True, kw_only=True)
class StepFinished(Event):
    """A step was done, found the cause, or was skipped with a reason."""

    step: str
    outcome: StepOutcome
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class ProbeAsked(Event):
    """Somebody wants a step's probe to look, now."""

    step: str


@dataclass(frozen=True, kw_only=True)
class ProbeFinished(Event):
    """What a step's probe saw."""

    step: str
    verdict: ProbeVerdict
    evidence: str
    seconds: float = 0


@dataclass(frozen=True, kw_only=True)
class HypothesisOpened(Event):
    """A suspected cause, with the minutes it may take."""

    number: int
    text: str
    area: Area
    owner: str
    minutes: int = 15
    #: What would refute it, in the words of who opened it.
    refute: str = ""
    #: Nobody named the area, nor any word of the text.
    is_guess: bool = False


@dataclass(frozen=True, kw_only=True)
class HypothesisPlaced(Event):
    """A suspicion lies in another area than was guessed."""

    number: int
    area: Area


@dataclass(frozen=True, kw_only=True)
class HypothesisExtended(Event):
    """A suspicion gets `minutes` more."""

    number: int
    minutes: int
    #: They are added to what was left of its time; else, and in every older log, they run from now on.
    is_added: bool = False


@dataclass(frozen=True, kw_only=True)
class HypothesisHandedOver(Event):
    """Somebody else follows the suspicion, with the minutes of a new time-box."""

    number: int
    owner: str
    minutes: int = 15


@dataclass(frozen=True, kw_only=True)
class TimeBoxEnded(Event):
    """The minutes of a suspicion are over; its owner is asked what becomes of it."""

    number: int


@dataclass(frozen=True, kw_only=True)
class HypothesisClosed(Event):
    """A suspicion was confirmed, refuted or parked."""

    number: int
    verdict: HypothesisVerdict
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class NudgeGiven(Event):
    """A suspicion was opened while cheaper `areas` are unchecked; said once."""

    number: int
    areas: tuple[Area, ...]
    #: The step that would check them first.
    step: str = ""


@dataclass(frozen=True, kw_only=True)
class NudgesMuted(Event):
    """Nobody wants to be reminded of unchecked areas in this incident."""


@dataclass(frozen=True, kw_only=True)
class SideChannelAsked(Event):
    """A suspicion shall be followed in a private channel of its own."""

    number: int


@dataclass(frozen=True, kw_only=True)
class SideChannelOpened(Event):
    """The private channel stands; what is said there stays there."""

    number: int
    channel: str


@dataclass(frozen=True, kw_only=True)
class CauseNamed(Event):
    """The root cause, in a sentence; `detail` says how it came to fail."""

    text: str
    area: Area | None = None
    detail: str = ""
    #: The step that showed it or the hypothesis that was it, or neither when people named it.
    step: str = ""
    hypothesis: int = 0


@dataclass(frozen=True, kw_only=True)
class CauseTakenBack(Event):
    """What people named as the cause is not it."""

    reason: str = ""


RunbookEvent = RunbookChosen | StepTaken | StepFinished | ProbeAsked | ProbeFinished
HypothesisEvent = (
    HypothesisOpened
    | HypothesisPlaced
    | HypothesisExtended
    | HypothesisHandedOver
    | TimeBoxEnded
    | HypothesisClosed
    | NudgeGiven
    | NudgesMuted
    | SideChannelAsked
    | SideChannelOpened
    | CauseNamed
    | CauseTakenBack
)
