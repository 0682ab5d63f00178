"""Events of the investigation: the runbook, its steps and probes, the hypotheses and the cause."""

from dataclasses import dataclass

from bot.domain.events.base import Bookkeeping, Event, MeetsNoNeed, RedrawsNothing, Reported, Unreported
from bot.domain.runbooks.runbook import Runbook
from bot.domain.vocabulary import Area, HypothesisVerdict, ProbeVerdict, StepOutcome


@dataclass(frozen=True, kw_only=True)
class RunbookChosen(Bookkeeping):
    """The runbook, copied so that history does not change with the file."""

    runbook: Runbook
    reason: str


@dataclass(frozen=True, kw_only=True)
class StepTaken(MeetsNoNeed, Unreported, Event):
    """Somebody started to check a step."""

    step: str


@dataclass(frozen=True, kw_only=True)
class StepFinished(MeetsNoNeed, Reported, Event):
    """A step ruled its cause out, found the cause, or was skipped."""

    step: str
    outcome: StepOutcome
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class ProbeRequested(Bookkeeping):
    """Somebody asked to run the probe of a step."""

    step: str


@dataclass(frozen=True, kw_only=True)
class ProbeFinished(MeetsNoNeed, Reported, Event):
    """The probe of a step finished."""

    step: str
    verdict: ProbeVerdict
    evidence: str
    seconds: float = 0


@dataclass(frozen=True, kw_only=True)
class HypothesisOpened(RedrawsNothing, Reported, Event):
    """Somebody opened a hypothesis, with a time limit in minutes."""

    number: int
    text: str
    area: Area
    owner: str
    minutes: int = 15
    #: The finding that would rule it out, in the words of the person who opened it.
    refute: str = ""
    #: Whether the area is a guess, because neither a person nor a keyword in the text gave it.
    is_guess: bool = False


@dataclass(frozen=True, kw_only=True)
class HypothesisAreaChanged(MeetsNoNeed, RedrawsNothing, Reported, Event):
    """Somebody changed the area of a hypothesis."""

    number: int
    area: Area


@dataclass(frozen=True, kw_only=True)
class HypothesisExtended(MeetsNoNeed, Reported, Event):
    """Somebody gave a hypothesis `minutes` more."""

    number: int
    minutes: int
    #: Whether the minutes are added to the time left. Otherwise, as in all older logs, they count from this
    #: event.
    is_added: bool = False


@dataclass(frozen=True, kw_only=True)
class HypothesisHandedOver(MeetsNoNeed, Reported, Event):
    """A hypothesis got a new owner and a new time limit in minutes."""

    number: int
    owner: str
    minutes: int = 15


@dataclass(frozen=True, kw_only=True)
class TimeBoxEnded(Bookkeeping):
    """A hypothesis's time is up, and its owner is asked for the result."""

    number: int


@dataclass(frozen=True, kw_only=True)
class HypothesisClosed(MeetsNoNeed, Reported, Event):
    """A hypothesis was confirmed, ruled out or parked."""

    number: int
    verdict: HypothesisVerdict
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class HintGiven(Bookkeeping):
    """A hint was given with a hypothesis, because the cheaper `areas` are unchecked. Each is given once."""

    number: int
    areas: tuple[Area, ...]
    #: The step to check first.
    step: str = ""


@dataclass(frozen=True, kw_only=True)
class HintsMuted(Bookkeeping):
    """Somebody turned off the hints for this incident."""


@dataclass(frozen=True, kw_only=True)
class SideChannelRequested(Bookkeeping):
    """Somebody asked for a private channel for a hypothesis."""

    number: int


@dataclass(frozen=True, kw_only=True)
class SideChannelOpened(Bookkeeping):
    """The private channel of a hypothesis was opened. Its messages are not recorded."""

    number: int
    channel: str


@dataclass(frozen=True, kw_only=True)
class CauseNamed(Reported, Event):
    """The root cause was named in a sentence. `detail` explains how it led to the failure."""

    text: str
    area: Area | None = None
    detail: str = ""
    #: The step or the hypothesis it comes from. Both are empty if somebody named it directly.
    step: str = ""
    hypothesis: int = 0


@dataclass(frozen=True, kw_only=True)
class CauseWithdrawn(Reported, Event):
    """The cause was withdrawn. The step or the hypothesis it came from is open again."""

    reason: str = ""


StepEvent = StepTaken | StepFinished | ProbeFinished
RunbookEvent = RunbookChosen | ProbeRequested | StepEvent
TimeBoxEvent = HypothesisExtended | HypothesisHandedOver | TimeBoxEnded
SideChannelEvent = SideChannelRequested | SideChannelOpened
#: Events that change a hypothesis that is already open.
HypothesisChange = HypothesisAreaChanged | HypothesisClosed | TimeBoxEvent | SideChannelEvent
HypothesisEvent = HypothesisOpened | HypothesisChange | HintGiven | HintsMuted | CauseNamed | CauseWithdrawn
