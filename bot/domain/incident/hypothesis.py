"""A hypothesis about the cause: its owner, its time limit and its verdict."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain import events
from bot.domain.vocabulary import Area, HypothesisVerdict


@dataclass(frozen=True, kw_only=True)
class Hypothesis:
    """A suspected cause. It is open while it has no verdict. Times are UTC."""

    number: int
    text: str
    area: Area
    owner: str
    minutes: int
    opened_at: datetime
    #: Whether the area is a guess, because neither a person nor a keyword in the text gave it.
    is_guess: bool = False
    #: The finding that would rule it out.
    refute: str = ""
    #: When the current time limit began and who set it; empty if that was when the hypothesis was opened.
    time_box_started_at: datetime | None = None
    time_box_set_by: str = ""
    #: The latest extension.
    extended: events.HypothesisExtended | None = None
    #: Whether the owner has been asked for the result since the current time limit began.
    asked: bool = False
    #: How many times the owner has been asked.
    questions: int = 0
    verdict: HypothesisVerdict | None = None
    evidence: str = ""
    evidence_by: str = ""
    closed_at: datetime | None = None
    closed_by: str = ""
    #: Who asked for a private channel, and the channel's ID once it is open.
    side_asked_by: str = ""
    side_channel: str = ""

    @property
    def known_area(self) -> Area | None:
        """The area that a person or a keyword gave, or None if it is only a guess."""
        return None if self.is_guess else self.area

    @property
    def area_text(self) -> str:
        """The area, marked if it is only a guess."""
        return f"guessed area: {self.area}" if self.is_guess else self.area

    @property
    def ends_at(self) -> datetime:
        """When the current time limit ends or ended."""
        return (self.time_box_started_at or self.opened_at) + timedelta(minutes=self.minutes)

    def runs_until(self, at: datetime | None) -> bool:
        """Return whether the time limit still ends at `at`, with no verdict or question to the owner yet."""
        return self.ends_at == at and self.verdict is None and not self.asked


def open_hypothesis(event: events.HypothesisOpened) -> Hypothesis:
    """Return the hypothesis that an event opens."""
    return Hypothesis(
        number=event.number,
        text=event.text,
        area=event.area,
        owner=event.owner,
        minutes=event.minutes,
        opened_at=event.at,
        refute=event.refute,
        is_guess=event.is_guess,
    )


def apply_to_hypothesis(hypothesis: Hypothesis, event: events.HypothesisChange) -> Hypothesis:
    """Return the hypothesis after an event about it."""
    match event:
        case events.HypothesisAreaChanged():
            return replace(hypothesis, area=event.area, is_guess=False)
        case events.HypothesisExtended(is_added=True):
            minutes = hypothesis.minutes + event.minutes
            return replace(hypothesis, minutes=minutes, time_box_set_by=event.by, extended=event)
        case events.HypothesisExtended():
            return replace(_restart_time_box(hypothesis, event), extended=event)
        case events.HypothesisHandedOver():
            return replace(_restart_time_box(hypothesis, event), owner=event.owner)
        case events.TimeBoxEnded():
            return replace(hypothesis, asked=True, questions=hypothesis.questions + 1)
        case events.HypothesisClosed():
            # Evidence that is added later does not change when the hypothesis was closed.
            if event.verdict is not hypothesis.verdict:
                hypothesis = replace(hypothesis, closed_at=event.at, closed_by=event.by)
            return replace(hypothesis, verdict=event.verdict, evidence=event.evidence, evidence_by=event.by)
        case events.SideChannelRequested():
            return replace(hypothesis, side_asked_by=event.by)
        case events.SideChannelOpened():
            return replace(hypothesis, side_channel=event.channel)
        case _:
            assert_never(event)


def reopen_hypothesis(hypothesis: Hypothesis) -> Hypothesis:
    """Return the hypothesis without a verdict, after the cause that it confirmed was withdrawn."""
    return replace(hypothesis, verdict=None, evidence="", evidence_by="", closed_at=None, closed_by="")


def _restart_time_box(
    hypothesis: Hypothesis, event: events.HypothesisExtended | events.HypothesisHandedOver
) -> Hypothesis:
    """Return the hypothesis with a new time limit. Its owner is asked once time is up."""
    return replace(
        hypothesis, minutes=event.minutes, time_box_started_at=event.at, time_box_set_by=event.by, asked=False
    )
