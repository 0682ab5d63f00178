"""What the search for the cause shows and does."""

from dataclasses import dataclass

from bot.domain.effects.base import Effect, Lane


@dataclass(frozen=True, kw_only=True)
class ShowStep(Effect):
    """Post a step of the runbook with its buttons, or bring it up to date."""

    lane = Lane.CHANNEL
    step: str


@dataclass(frozen=True, kw_only=True)
class RedrawStep(Effect):
    """Bring the posted message of a step up to date; what people are told does not wait for it."""

    lane = Lane.REDRAW
    coalesced = True
    step: str

    @property
    def queue(self) -> str:
        """No step waits for another."""
        return f"{self.lane} {self.step}"


@dataclass(frozen=True, kw_only=True)
class ShowHypothesis(Effect):
    """Post a suspicion with its buttons, or bring it up to date."""

    lane = Lane.CHANNEL
    number: int


@dataclass(frozen=True, kw_only=True)
class ShowNudge(Effect):
    """Post the hint beside a suspicion, or bring it up to date with what came out."""

    lane = Lane.CHANNEL
    number: int


@dataclass(frozen=True, kw_only=True)
class ShowTimeBox(Effect):
    """Ask the owner of a suspicion what becomes of it, their `question`-th time, or say what was answered."""

    lane = Lane.CHANNEL
    number: int
    question: int


@dataclass(frozen=True, kw_only=True)
class ShowRunbookEnd(Effect):
    """Say that no step is left and none found the cause, and whom to call in; or bring that up to date."""

    lane = Lane.CHANNEL


@dataclass(frozen=True, kw_only=True)
class RunProbe(Effect):
    """Run a step's probe and write down what it saw."""

    lane = Lane.PROBE
    step: str

    @property
    def queue(self) -> str:
        """Probes of different steps look at the same time."""
        return f"{self.lane} {self.step}"


@dataclass(frozen=True, kw_only=True)
class EndTimeBox(Effect):
    """When due, ask the owner of a suspicion what becomes of it, unless it is settled or got more time."""

    lane = Lane.TIMER
    number: int


@dataclass(frozen=True, kw_only=True)
class OpenSideChannel(Effect):
    """Open the private channel of a suspicion, or have it say how it stands, and bring its people in.

    A second try adopts the first's channel and message.
    """

    lane = Lane.SIDE
    number: int
