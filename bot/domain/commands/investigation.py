"""Commands for the investigation: hypotheses, steps, probes and the cause."""

from dataclasses import dataclass

from bot.domain.commands.base import Command
from bot.domain.vocabulary import Area, HypothesisVerdict, StepOutcome

#: The default time limit for a hypothesis.
TIME_BOX_MINUTES = 15


@dataclass(frozen=True, kw_only=True)
class OpenHypothesis(Command):
    """Open a hypothesis about the cause."""

    text: str
    area: Area | None = None
    owner: str = ""
    minutes: int = TIME_BOX_MINUTES
    #: The finding that would rule it out.
    refute: str = ""


@dataclass(frozen=True, kw_only=True)
class ChangeHypothesisArea(Command):
    """Change the area of a hypothesis."""

    number: int
    area: Area


@dataclass(frozen=True, kw_only=True)
class ExtendHypothesis(Command):
    """Give a hypothesis more minutes, which count from now if its time is up."""

    number: int
    minutes: int = TIME_BOX_MINUTES
    #: Words to add to the timeline.
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class HandOverHypothesis(Command):
    """Hand a hypothesis over to another owner, with a new time limit."""

    number: int
    owner: str
    #: Words to add to the timeline.
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RequestSideChannel(Command):
    """Ask for a private channel for a hypothesis."""

    number: int


@dataclass(frozen=True, kw_only=True)
class MuteHints(Command):
    """Turn off the hints for this incident."""

    #: Words to add to the timeline.
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class CloseHypothesis(Command):
    """Close a hypothesis with a verdict."""

    number: int
    verdict: HypothesisVerdict
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class RequestProbe(Command):
    """Run the probe of a step now."""

    step: str


@dataclass(frozen=True, kw_only=True)
class TakeStep(Command):
    """Start checking a step."""

    step: str
    #: Words to add to the timeline.
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class FinishStep(Command):
    """Finish a step of the runbook."""

    step: str
    outcome: StepOutcome
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class NameCause(Command):
    """Name the root cause."""

    text: str
    area: Area | None = None
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class WithdrawCause(Command):
    """Withdraw the cause."""

    reason: str = ""


StepCommand = RequestProbe | TakeStep | FinishStep
CauseCommand = NameCause | WithdrawCause
TimeBoxCommand = ExtendHypothesis | HandOverHypothesis
#: Commands about a hypothesis that is already open.
HypothesisChange = ChangeHypothesisArea | RequestSideChannel | CloseHypothesis | TimeBoxCommand
HypothesisCommand = OpenHypothesis | MuteHints | HypothesisChange
InvestigationCommand = StepCommand | CauseCommand | HypothesisCommand
