"""The work after an incident: improvements, tasks, the postmortem and runbook feedback."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from bot.domain import events
from bot.domain.incident.tasks import Task, apply_to_tasks
from bot.domain.runbooks.runbook import Step
from bot.domain.vocabulary import Area


@dataclass(frozen=True, kw_only=True)
class RunbookFeedback:
    """Feedback from an incident about its runbook, for the runbook's owner."""

    #: Steps that people checked without finding a problem, and steps that they skipped.
    found_nothing: tuple[Step, ...]
    skipped: tuple[Step, ...]
    #: The cause, if it is known, the step that found it, other steps that people marked as the cause,
    #: and the steps in its area.
    cause: str
    found_by: tuple[Step, ...]
    also_found: tuple[Step, ...] = ()
    in_its_area: tuple[Step, ...]
    area: Area | None


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """The work that remains once the incident is over."""

    improvements: tuple[events.ImprovementProposed, ...] = ()
    tasks: Mapping[int, Task] = field(default_factory=dict)
    #: The path of the postmortem; empty until the first draft.
    postmortem_path: str = ""
    #: Whether the postmortem was drafted since the incident was last closed.
    is_drafted: bool = False
    #: The feedback of each close, in order; None where there was nothing to report.
    runbook_feedback: tuple[RunbookFeedback | None, ...] = ()


def apply_to_follow_up(follow_up: FollowUp, event: events.FollowUpEvent) -> FollowUp:
    """Return the follow-up after an event about it."""
    if isinstance(event, events.TaskEvent):
        return replace(follow_up, tasks=apply_to_tasks(follow_up.tasks, event))
    match event:
        case events.ImprovementProposed():
            return replace(follow_up, improvements=(*follow_up.improvements, event))
        case events.PostmortemDrafted():
            return replace(follow_up, postmortem_path=event.path, is_drafted=True)
        case events.PostmortemRequested():
            return follow_up
        case _:
            assert_never(event)


def close_follow_up(follow_up: FollowUp, feedback: RunbookFeedback | None) -> FollowUp:
    """Return the follow-up of an incident that was closed just now, with the feedback of that close."""
    return replace(follow_up, is_drafted=False, runbook_feedback=(*follow_up.runbook_feedback, feedback))
