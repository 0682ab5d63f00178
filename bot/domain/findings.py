"""What was found so far: of each suspicion, and of each step of the runbook."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.runbook import Area, Outcome
from bot.domain.words import Verdict


@dataclass(frozen=True, kw_only=True)
class Hypothesis:
    """A suspected cause in the ledger; open while it has no verdict."""

    number: int
    text: str
    area: Area
    owner: str
    minutes: int
    opened_at: datetime
    opened_by: str
    verdict: Verdict | None = None
    evidence: str = ""
    closed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class StepState:
    """What is known of a step of the runbook."""

    outcome: Outcome | None = None
    by: str = ""
    at: datetime | None = None
    evidence: str = ""
    #: What the probe said: `wrong`, `clear`, `failed`, or nothing yet.
    probed: str = ""
    probe_evidence: str = ""
