"""How to diagnose one kind of incident: a runbook, its steps and their probes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.domain.vocabulary import Area, StepOutcome

#: What a step may end the search with; one that was skipped says nothing.
STOPS = (StepOutcome.FOUND, StepOutcome.CLEAR)


@dataclass(frozen=True, kw_only=True)
class Probe:
    """The automated, read-only form of a step: which kind of probe, and its options as data."""

    kind: str
    options: Mapping[str, object] = field(default_factory=dict)
    #: Runs by itself when the incident opens.
    auto: bool = False


@dataclass(frozen=True, kw_only=True)
class Past:
    """Of how many closed incidents of its runbook a step was the cause."""

    times: int
    incidents: int


@dataclass(frozen=True, kw_only=True)
class Step:
    """One check: what it costs in minutes, and how often it was the cause before there is data (`weight`)."""

    id: str
    title: str
    area: Area
    cause: str = ""
    minutes: float = 5
    weight: float = 1
    look: str = ""
    fix: str = ""
    #: Who may do the fix; nobody in particular if empty.
    fix_by: str = ""
    probe: Probe | None = None
    #: Ids of the steps that come before this one.
    needs: tuple[str, ...] = ()
    always_first: bool = False
    #: Ended so, no further step is offered: `clear` says that the others make no sense then.
    stop_if: StepOutcome = StepOutcome.FOUND
    #: What closed incidents taught of it; not written by people.
    past: Past | None = None


@dataclass(frozen=True, kw_only=True)
class Runbook:
    """The checks for one kind of incident; `match` holds the labels it is meant for."""

    id: str
    title: str
    steps: tuple[Step, ...]
    service: str = ""
    match: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    reviewed: str = ""
    #: Whom to call in when every step is done and nothing was found: people, a group, or words.
    escalate: tuple[str, ...] = ()
    #: That its review is long ago, in words, as of when it was chosen; not written by people.
    stale: str = ""

    def step(self, step_id: str) -> Step | None:
        """The step of that id, if the runbook has it."""
        return next((step for step in self.steps if step.id == step_id), None)


def choose(
    runbooks: Collection[Runbook], service: str, labels: Mapping[str, str], *, named: str = ""
) -> tuple[Runbook | None, str]:
    """Return the runbook for an incident of `service` whose alert has `labels`, and why.

    The one configured for the service (`named`) goes first, then the one with the most labels in common,
    then the service's own, then the general one, which asks for nothing.
    """
    configured = next((runbook for runbook in runbooks if runbook.id == named), None)
    if configured:
        return configured, f"it is the one configured for {service or 'this'}"
    fitting = [
        runbook
        for runbook in runbooks
        if runbook.service in {"", service}
        and all(labels.get(name) == value for name, value in runbook.match.items())
    ]
    best = max(fitting, key=lambda runbook: (len(runbook.match), bool(runbook.service)), default=None)
    if best is None:
        return None, "No runbook fits, and there is no general one."
    shared = ", ".join(f"{name}={value}" for name, value in sorted(best.match.items()))
    own = f"it is written for {best.service}" if best.service else "no other fits better"
    return best, f"the alert has {shared}" if shared else own


def stale(runbook: Runbook, today: date, review_days: int) -> str:
    """Return a sentence if the runbook was last read with care more than `review_days` ago, or never."""
    if not runbook.reviewed:
        return "Nobody wrote down when this runbook was last reviewed."
    age = (today - date.fromisoformat(runbook.reviewed)).days
    if age <= review_days:
        return ""
    return f"This runbook was last reviewed on {runbook.reviewed}, {age} days ago: trust your eyes more."
