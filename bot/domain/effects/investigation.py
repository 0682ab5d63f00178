"""Effects of the investigation."""

from dataclasses import dataclass

from bot.domain.effects.base import Effect, Lane


@dataclass(frozen=True, kw_only=True)
class ShowStep(Effect):
    """Post or update a step of the runbook with its buttons."""

    lane = Lane.CHANNEL
    step: str


@dataclass(frozen=True, kw_only=True)
class RedrawStep(Effect):
    """Update the posted message of a step. New messages do not wait for it."""

    lane = Lane.REDRAW
    coalesced = True
    step: str

    @property
    def queue(self) -> str:
        """A queue for each step, so that none waits for another."""
        return f"{self.lane} {self.step}"


@dataclass(frozen=True, kw_only=True)
class ShowHypothesis(Effect):
    """Post or update a hypothesis with its buttons."""

    lane = Lane.CHANNEL
    number: int


@dataclass(frozen=True, kw_only=True)
class ShowHint(Effect):
    """Post or update the hint for a hypothesis."""

    lane = Lane.CHANNEL
    number: int


@dataclass(frozen=True, kw_only=True)
class ShowTimeBox(Effect):
    """Ask the owner of a hypothesis for the result for the `question`-th time, or show the answer."""

    lane = Lane.CHANNEL
    number: int
    question: int


@dataclass(frozen=True, kw_only=True)
class ShowRunbookEnd(Effect):
    """Post or update the message that no step is left, and whom to escalate to."""

    lane = Lane.CHANNEL


@dataclass(frozen=True, kw_only=True)
class RunProbe(Effect):
    """Run the probe of a step and record its result."""

    lane = Lane.PROBE
    step: str

    @property
    def queue(self) -> str:
        """A queue for each step, so that probes of different steps run at the same time."""
        return f"{self.lane} {self.step}"


@dataclass(frozen=True, kw_only=True)
class EndTimeBox(Effect):
    """When due, end the time-box of a hypothesis, unless it has a verdict or was extended."""

    lane = Lane.TIMER
    number: int


@dataclass(frozen=True, kw_only=True)
class OpenSideChannel(Effect):
    """Open the private channel of a hypothesis, update its first message and invite its people.

    A second attempt adopts the channel and the message of the first.
    """

    lane = Lane.SIDE
    number: int
