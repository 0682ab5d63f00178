"""What was found so far: of each suspicion, and of each step of the runbook."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain.events import investigation as e
from bot.domain.runbooks.runbook import Step
from bot.domain.vocabulary import Area, Outcome, Seen, Verdict


@dataclass(frozen=True, kw_only=True)
class Hypothesis:
    """A suspected cause in the ledger; open while it has no verdict."""

    number: int
    text: str
    area: Area
    owner: str
    minutes: int
    opened_at: datetime
    #: Whether the area is only a guess: nobody named it, nor any word of the text.
    is_guess: bool = False
    #: What would refute it.
    refute: str = ""
    #: When the time-box that runs now began, and who gave it, if not when it was opened.
    boxed_at: datetime | None = None
    boxed_by: str = ""
    #: The latest time it got more minutes.
    extended: e.HypothesisExtended | None = None
    #: Whether its owner was asked what becomes of it, since the time-box ended.
    asked: bool = False
    #: How often they were asked.
    questions: int = 0
    verdict: Verdict | None = None
    evidence: str = ""
    evidence_by: str = ""
    closed_at: datetime | None = None
    closed_by: str = ""
    #: Who wanted a private channel for it, and that channel once it stands.
    side_asked_by: str = ""
    side_channel: str = ""

    @property
    def ends_at(self) -> datetime:
        """When the time-box that runs now ends, or ended."""
        return (self.boxed_at or self.opened_at) + timedelta(minutes=self.minutes)

    def runs_until(self, at: datetime | None) -> bool:
        """Whether its time-box is the one that ends at `at`, with nothing decided and nobody asked so far."""
        return self.ends_at == at and self.verdict is None and not self.asked


@dataclass(frozen=True, kw_only=True)
class StepState:
    """What is known of a step of the runbook."""

    outcome: Outcome | None = None
    by: str = ""
    at: datetime | None = None
    #: Who looks into it, or did, and since when.
    taken_by: str = ""
    taken_at: datetime | None = None
    #: What was seen, and who says so, maybe after it was finished.
    evidence: str = ""
    evidence_by: str = ""
    #: What the probe said last, if it has looked.
    probed: Seen | None = None
    probe_evidence: str = ""
    probed_at: datetime | None = None

    @property
    def free(self) -> bool:
        """Whether it is to be done and nobody is on it."""
        return self.outcome is None and not self.taken_by

    @property
    def supports(self) -> bool:
        """Whether it shows the cause, or its probe saw something wrong that nobody has cleared."""
        seen = self.probed is Seen.WRONG and self.outcome is not Outcome.CLEAR
        return seen or self.outcome is Outcome.FOUND


@dataclass(frozen=True, kw_only=True)
class Teaching:
    """What an incident says to whoever keeps its runbook."""

    #: Steps that were looked at and found nothing, and those that people skipped.
    found_nothing: tuple[Step, ...]
    skipped: tuple[Step, ...]
    #: The cause, if it is known; the steps that found it, and those that look where it lay.
    cause: str
    found_by: tuple[Step, ...]
    in_its_area: tuple[Step, ...]
    area: Area | None


OfHypothesis = (
    e.HypothesisOpened
    | e.HypothesisPlaced
    | e.HypothesisExtended
    | e.HypothesisHandedOver
    | e.TimeBoxEnded
    | e.HypothesisClosed
    | e.SideChannelAsked
    | e.SideChannelOpened
)
OfStep = e.StepTaken | e.StepFinished | e.ProbeFinished


def hypothesis(known: Mapping[int, Hypothesis], event: OfHypothesis) -> Hypothesis:
    """Return the suspicion that an event is about, as it is after it."""
    if isinstance(event, e.HypothesisOpened):
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
    before = known[event.number]
    match event:
        case e.HypothesisPlaced():
            return replace(before, area=event.area, is_guess=False)
        case e.HypothesisExtended():
            return replace(_extended(before, event), boxed_by=event.by, extended=event)
        case e.HypothesisHandedOver():
            return replace(_boxed(before, event), owner=event.owner)
        case e.TimeBoxEnded():
            return replace(before, asked=True, questions=before.questions + 1)
        case e.HypothesisClosed():
            settled = replace(before, verdict=event.verdict, evidence=event.evidence, evidence_by=event.by)
            if event.verdict is before.verdict:  # told later what was seen, which does not move the end
                return settled
            return replace(settled, closed_at=event.at, closed_by=event.by)
        case e.SideChannelAsked():
            return replace(before, side_asked_by=event.by)
        case e.SideChannelOpened():
            return replace(before, side_channel=event.channel)
        case _:
            assert_never(event)


def _extended(before: Hypothesis, event: e.HypothesisExtended) -> Hypothesis:
    """Lengthen the time-box that runs, or begin one anew where none did."""
    if event.is_added:
        return replace(before, minutes=before.minutes + event.minutes)
    return _boxed(before, event)


def _boxed(before: Hypothesis, event: e.HypothesisExtended | e.HypothesisHandedOver) -> Hypothesis:
    """Begin a time-box anew, at whose end its owner is asked."""
    return replace(before, minutes=event.minutes, boxed_at=event.at, boxed_by=event.by, asked=False)


def withdraws(cause: e.CauseNamed | None, event: OfStep | OfHypothesis) -> bool:
    """Whether the step or the hypothesis that named the cause is not it after all."""
    match event:
        case e.StepFinished() if cause and cause.step == event.step:
            return event.outcome is not Outcome.FOUND
        case e.HypothesisClosed() if cause and cause.hypothesis == event.number:
            return event.verdict is not Verdict.CONFIRMED
        case _:
            return False


def step(before: StepState, event: OfStep) -> StepState:
    """Return what is known of a step after an event about it."""
    match event:
        case e.StepTaken():
            return replace(before, taken_by=event.by, taken_at=event.at)
        case e.ProbeFinished():
            return replace(before, probed=event.verdict, probe_evidence=event.evidence, probed_at=event.at)
        case e.StepFinished():
            told = replace(before, evidence=event.evidence, evidence_by=event.by)
            if event.outcome is before.outcome:  # the same of a step
                return told if event.evidence else before
            return replace(told, outcome=event.outcome, by=event.by, at=event.at)
        case _:
            assert_never(event)
