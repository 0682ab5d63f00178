"""How to diagnose one kind of incident: a runbook, its steps and their probes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Area(StrEnum):
    """Where a cause may lie."""

    CONFIG = "config"
    CHANGE = "change"
    IDENTITY = "identity"
    DEPENDENCY = "dependency"
    CAPACITY = "capacity"
    DATABASE = "database"
    NETWORK = "network"
    SECURITY = "security"


class Outcome(StrEnum):
    """How a step ended."""

    CLEAR = "clear"
    FOUND = "found"
    SKIPPED = "skipped"


@dataclass(frozen=True, kw_only=True)
class Probe:
    """The automated, read-only form of a step: which kind of probe, and its options as data."""

    kind: str
    options: Mapping[str, object] = field(default_factory=dict)
    #: Runs by itself when the incident opens.
    auto: bool = False


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
    probe: Probe | None = None
    always_first: bool = False


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

    def step(self, step_id: str) -> Step | None:
        """The step of that id, if the runbook has it."""
        return next((step for step in self.steps if step.id == step_id), None)


def choose(
    runbooks: Collection[Runbook], service: str, labels: Mapping[str, str], *, named: str = ""
) -> tuple[Runbook | None, str]:
    """Return the runbook for an incident of `service` whose alert has `labels`, and a sentence why.

    The one configured for the service (`named`) goes first, then the one with the most labels in common,
    then the service's own, then the general one, which asks for nothing.
    """
    configured = next((runbook for runbook in runbooks if runbook.id == named), None)
    if configured:
        return configured, f"{configured.title}: it is the one configured for {service or 'this'}."
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
    own = f"it is written for {best.service}" if best.service else "no other runbook fits better"
    return best, f"{best.title}: {f'the alert has {shared}' if shared else own}."
