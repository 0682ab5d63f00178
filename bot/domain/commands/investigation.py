"""Searching for the cause: suspicions, steps and probes, the cause."""

from dataclasses import dataclass

from bot.domain.commands.base import Command
from bot.domain.vocabulary import Area, HypothesisVerdict, StepOutcome

#: How long a suspicion is looked into where nobody says otherwise.
TIME_BOX_MINUTES = 15


@dataclass(frozen=True, kw_only=True)
class OpenHypothesis(Command):
    """Suspect a cause."""

    text: str
    area: Area | None = None
    owner: str = ""
    minutes: int = TIME_BOX_MINUTES
    #: What would refute it.
    refute: str = ""


@dataclass(frozen=True, kw_only=True)
class PlaceHypothesis(Command):
    """Say in which area a suspicion lies."""

    number: int
    area: Area


@dataclass(frozen=True, kw_only=True)
class ExtendHypothesis(Command):
    """Keep on looking, for so many minutes more: than were left, or from now where the time is over."""

    number: int
    minutes: int = TIME_BOX_MINUTES


@dataclass(frozen=True, kw_only=True)
class HandOverHypothesis(Command):
    """Give a suspicion to somebody else, with a time-box of their own."""

    number: int
    owner: str


@dataclass(frozen=True, kw_only=True)
class AskSideChannel(Command):
    """Follow a suspicion in a private channel of its own."""

    number: int


@dataclass(frozen=True, kw_only=True)
class MuteNudges(Command):
    """Hear no more of unchecked areas in this incident."""


@dataclass(frozen=True, kw_only=True)
class CloseHypothesis(Command):
    """Settle a suspicion."""

    number: int
    verdict: HypothesisVerdict
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class AskProbe(Command):
    """Have a step's probe look, now."""

    step: str


@dataclass(frozen=True, kw_only=True)
class TakeStep(Command):
    """Look into a step, now."""

    step: str


@dataclass(frozen=True, kw_only=True)
class FinishStep(Command):
    """Finish a step of the runbook."""

    step: str
    outcome: StepOutcome
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class NameCause(Command):
    """Say what the root cause is."""

    text: str
    area: Area | None = None
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class TakeBackCause(Command):
    """Say that the cause which people named is not it."""

    reason: str = ""
