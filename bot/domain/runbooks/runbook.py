"""A runbook for one kind of incident, with its steps and their probes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.domain.text.labels import labels_match
from bot.domain.vocabulary import Area, StepOutcome

#: The outcomes with which a step may end the runbook.
STOPS = (StepOutcome.FOUND, StepOutcome.CLEAR)


@dataclass(frozen=True, kw_only=True)
class Probe:
    """The automated, read-only check of a step: the kind of probe and its options."""

    kind: str
    options: Mapping[str, object] = field(default_factory=dict)
    #: Whether it runs automatically when the incident opens.
    auto: bool = False


@dataclass(frozen=True, kw_only=True)
class Past:
    """How many of the runbook's closed incidents had this step as their cause."""

    times: int
    incidents: int


@dataclass(frozen=True, kw_only=True)
class Step:
    """One check. Until there is data, `minutes` is its cost, and `weight` is how often it is the cause."""

    id: str
    title: str
    area: Area
    cause: str = ""
    minutes: float = 5
    weight: float = 1
    look: str = ""
    fix: str = ""
    #: Who may apply the fix; anyone if empty.
    fix_by: str = ""
    probe: Probe | None = None
    #: IDs of the steps that must come before this one.
    needs: tuple[str, ...] = ()
    always_first: bool = False
    #: With this outcome, no further step is offered. `clear` suits a step that makes the others pointless.
    stop_if: StepOutcome = StepOutcome.FOUND
    #: Filled in from closed incidents, not from the file.
    past: Past | None = None


@dataclass(frozen=True, kw_only=True)
class Runbook:
    """The checks for one kind of incident. `match` holds the labels of the alerts it applies to."""

    id: str
    title: str
    steps: tuple[Step, ...]
    service: str = ""
    match: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    reviewed: str = ""
    #: Who to escalate to when no step found the cause: people, a user group, or a team in plain words.
    escalate: tuple[str, ...] = ()
    #: A warning if the review was overdue when the runbook was chosen; not from the file.
    stale: str = ""

    def step(self, step_id: str) -> Step | None:
        """Return the step with that ID, if the runbook has it."""
        return next((step for step in self.steps if step.id == step_id), None)


def choose(
    runbooks: Collection[Runbook], service: str, labels: Mapping[str, str], *, named: str = ""
) -> tuple[Runbook | None, str]:
    """Return the runbook for an incident of `service` whose alert has `labels`, and why.

    The runbook configured for the service (`named`) has priority, then the one that matches the most labels,
    then the service's own, then the general one, which has no conditions.
    """
    configured = next((runbook for runbook in runbooks if runbook.id == named), None)
    if configured:
        return configured, f"it is configured for {service or 'this incident'}"
    fitting = [
        runbook
        for runbook in runbooks
        if runbook.service in {"", service} and labels_match(runbook.match, labels)
    ]
    best = max(fitting, key=lambda runbook: (len(runbook.match), bool(runbook.service)), default=None)
    if best is None:
        return None, "No runbook matches, and there is no general runbook."
    shared = ", ".join(f"{name}={value}" for name, value in sorted(best.match.items()))
    own = f"it is written for {best.service}" if best.service else "no more specific runbook applies"
    return best, f"the alert has {shared}" if shared else own


def stale(runbook: Runbook, today: date, review_days: int) -> str:
    """Return a warning if the runbook was never reviewed, or more than `review_days` ago; otherwise ""."""
    if not runbook.reviewed:
        return "This runbook has no review date."
    age = (today - date.fromisoformat(runbook.reviewed)).days
    if age <= review_days:
        return ""
    return f"This runbook was last reviewed on {runbook.reviewed}, {age} days ago, and may be out of date."
