"""What was found so far: of each suspicion, and of each step of the runbook."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain import events
from bot.domain.runbooks.runbook import Step
from bot.domain.vocabulary import Area, HypothesisVerdict, ProbeVerdict, StepOutcome


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
    time_box_started_at: datetime | None = None
    time_box_set_by: str = ""
    #: The latest time it got more minutes.
    extended: events.HypothesisExtended | None = None
    #: Whether its owner was asked what becomes of it, since the time-box ended.
    asked: bool = False
    #: How often they were asked.
    questions: int = 0
    verdict: HypothesisVerdict | None = None
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
        return (self.time_box_started_at or self.opened_at) + timedelta(minutes=self.minutes)

    def runs_until(self, at: datetime | None) -> bool:
        """Whether its time-box is the one that ends at `at`, with nothing decided and nobody asked so far."""
        return self.ends_at == at and self.verdict is None and not self.asked


@dataclass(frozen=True, kw_only=True)
class StepState:
    """What is known of a step of the runbook."""

    outcome: StepOutcome | None = None
    by: str = ""
    at: datetime | None = None
    #: Who looks into it, or did, and since when.
    taken_by: str = ""
    taken_at: datetime | None = None
    #: What was seen, and who says so, maybe after it was finished.
    evidence: str = ""
    evidence_by: str = ""
    #: What the probe said last, if it has looked.
    probe_verdict: ProbeVerdict | None = None
    probe_evidence: str = ""
    probed_at: datetime | None = None

    @property
    def is_free(self) -> bool:
        """Whether it is to be done and nobody is on it."""
        return self.outcome is None and not self.taken_by

    @property
    def supports_hypothesis(self) -> bool:
        """Whether it shows the cause, or its probe saw something wrong that nobody has cleared."""
        seen = self.probe_verdict is ProbeVerdict.WRONG and self.outcome is not StepOutcome.CLEAR
        return seen or self.outcome is StepOutcome.FOUND


@dataclass(frozen=True, kw_only=True)
class RunbookFeedback:
    """What an incident says to whoever keeps its runbook."""

    #: Steps that were looked at and found nothing, and those that people skipped.
    found_nothing: tuple[Step, ...]
    skipped: tuple[Step, ...]
    #: The cause, if it is known; the steps that found it, and those that look where it lay.
    cause: str
    found_by: tuple[Step, ...]
    in_its_area: tuple[Step, ...]
    area: Area | None


ChangesHypothesis = (
    events.HypothesisOpened
    | events.HypothesisPlaced
    | events.HypothesisExtended
    | events.HypothesisHandedOver
    | events.TimeBoxEnded
    | events.HypothesisClosed
    | events.SideChannelAsked
    | events.SideChannelOpened
)
ChangesStep = events.StepTaken | events.StepFinished | events.ProbeFinished


def apply_to_hypothesis(known: Mapping[int, Hypothesis], event: ChangesHypothesis) -> Hypothesis:
    """Return the suspicion that an event is about, as it is after it."""
    if isinstance(event, events.HypothesisOpened):
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
        case events.HypothesisPlaced():
            return replace(before, area=event.area, is_guess=False)
        case events.HypothesisExtended():
            return replace(_extend_time_box(before, event), time_box_set_by=event.by, extended=event)
        case events.HypothesisHandedOver():
            return replace(_restart_time_box(before, event), owner=event.owner)
        case events.TimeBoxEnded():
            return replace(before, asked=True, questions=before.questions + 1)
        case events.HypothesisClosed():
            settled = replace(before, verdict=event.verdict, evidence=event.evidence, evidence_by=event.by)
            if event.verdict is before.verdict:  # told later what was seen, which does not move the end
                return settled
            return replace(settled, closed_at=event.at, closed_by=event.by)
        case events.SideChannelAsked():
            return replace(before, side_asked_by=event.by)
        case events.SideChannelOpened():
            return replace(before, side_channel=event.channel)
        case _:
            assert_never(event)


def _extend_time_box(before: Hypothesis, event: events.HypothesisExtended) -> Hypothesis:
    """Lengthen the time-box that runs, or begin one anew where none did."""
    if event.is_added:
        return replace(before, minutes=before.minutes + event.minutes)
    return _restart_time_box(before, event)


def _restart_time_box(
    before: Hypothesis, event: events.HypothesisExtended | events.HypothesisHandedOver
) -> Hypothesis:
    """Begin a time-box anew, at whose end its owner is asked."""
    return replace(
        before, minutes=event.minutes, time_box_started_at=event.at, time_box_set_by=event.by, asked=False
    )


def retracts_cause(cause: events.CauseNamed | None, event: ChangesStep | ChangesHypothesis) -> bool:
    """Whether the step or the hypothesis that named the cause is not it after all."""
    match event:
        case events.StepFinished() if cause and cause.step == event.step:
            return event.outcome is not StepOutcome.FOUND
        case events.HypothesisClosed() if cause and cause.hypothesis == event.number:
            return event.verdict is not HypothesisVerdict.CONFIRMED
        case _:
            return False


def apply_to_step(before: StepState, event: ChangesStep) -> StepState:
    """Return what is known of a step after an event about it."""
    match event:
        case events.StepTaken():
            return replace(before, taken_by=event.by, taken_at=event.at)
        case events.ProbeFinished():
            return replace(
                before, probe_verdict=event.verdict, probe_evidence=event.evidence, probed_at=event.at
            )
        case events.StepFinished():
            told = replace(before, evidence=event.evidence, evidence_by=event.by)
            if event.outcome is before.outcome:  # the same of a step
                return told if event.evidence else before
            return replace(told, outcome=event.outcome, by=event.by, at=event.at)
        case _:
            assert_never(event)
