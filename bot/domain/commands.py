"""Every intention: what people, alerts and timers ask for. Each may be refused with a sentence."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.alert import Alert, Severity
from bot.domain.routing import Route
from bot.domain.runbook import Area, Outcome, Runbook
from bot.domain.words import Status, Verdict

#: How long a suspicion is looked into where nobody says otherwise.
TIME_BOX_MINUTES = 15


@dataclass(frozen=True, kw_only=True)
class Command:
    """An intention of `by`; `at` (UTC) is set when it concerns another moment than now."""

    by: str
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Declare(Command):
    """Open an incident by hand."""

    title: str
    service: str = ""
    severity: Severity
    invite: tuple[str, ...] = ()
    runbook: Runbook | None = None
    runbook_reason: str = ""
    drill: bool = False


@dataclass(frozen=True, kw_only=True)
class ReceiveAlerts(Command):
    """Take alerts of one route in: they open this incident, or join it."""

    alerts: tuple[Alert, ...]
    route: Route
    runbook: Runbook | None = None
    runbook_reason: str = ""
    previous: int | None = None


@dataclass(frozen=True, kw_only=True)
class ChangeSeverity(Command):
    """Say how bad it is."""

    severity: Severity
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ChangeStatus(Command):
    """Say where the response stands."""

    status: Status
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class AssignRole(Command):
    """Give a role to somebody."""

    #: One of those configured; `commander` always is.
    role: str
    person: str


@dataclass(frozen=True, kw_only=True)
class DescribeImpact(Command):
    """Say what users feel, how many, and since when."""

    text: str = ""
    share: str = ""
    began_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AddNote(Command):
    """Put a line on the timeline; `ref` is empty or names a message as `channel/ts`."""

    text: str
    ref: str = ""


@dataclass(frozen=True, kw_only=True)
class RemoveNote(Command):
    """Take a line off the timeline."""

    ref: str


@dataclass(frozen=True, kw_only=True)
class OpenHypothesis(Command):
    """Suspect a cause."""

    text: str
    area: Area | None = None
    owner: str = ""
    minutes: int = TIME_BOX_MINUTES
    #: What would refute it.
    refute: str = ""


@dataclass(frozen=True, kw_only=True)
class PlaceHypothesis(Command):
    """Say in which area a suspicion lies."""

    number: int
    area: Area


@dataclass(frozen=True, kw_only=True)
class ExtendHypothesis(Command):
    """Keep on looking, for so many minutes from now."""

    number: int
    minutes: int = TIME_BOX_MINUTES


@dataclass(frozen=True, kw_only=True)
class HandOverHypothesis(Command):
    """Give a suspicion to somebody else, with a time-box of their own."""

    number: int
    owner: str


@dataclass(frozen=True, kw_only=True)
class AskSideChannel(Command):
    """Follow a suspicion in a private channel of its own."""

    number: int


@dataclass(frozen=True, kw_only=True)
class MuteNudges(Command):
    """Hear no more of unchecked areas in this incident."""


@dataclass(frozen=True, kw_only=True)
class CloseHypothesis(Command):
    """Settle a suspicion."""

    number: int
    verdict: Verdict
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class AskProbe(Command):
    """Have a step's probe look, now."""

    step: str


@dataclass(frozen=True, kw_only=True)
class TakeStep(Command):
    """Look into a step, now."""

    step: str


@dataclass(frozen=True, kw_only=True)
class FinishStep(Command):
    """Finish a step of the runbook."""

    step: str
    outcome: Outcome
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class Escalate(Command):
    """Call others in."""

    who: str
    reason: str
    due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class SnoozeClock(Command):
    """Have nobody called in for so many minutes, and say why."""

    minutes: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class GiveUpdate(Command):
    """Say how it stands to those who are not in the search."""

    text: str


@dataclass(frozen=True, kw_only=True)
class AcknowledgePage(Command):
    """Tell that `by` answered the page that the pager `to` knows as `key`."""

    to: str
    key: str


@dataclass(frozen=True, kw_only=True)
class NameCause(Command):
    """Say what the root cause is."""

    text: str
    area: Area | None = None
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class ProposeImprovement(Command):
    """Say what to do better in future."""

    title: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class AddActionItem(Command):
    """Plan follow-up work."""

    title: str
    text: str = ""
    owner: str = ""
    due: str = ""


@dataclass(frozen=True, kw_only=True)
class Resolve(Command):
    """Say that the impact is over, and what fixed it."""

    resolution: str = ""


@dataclass(frozen=True, kw_only=True)
class Close(Command):
    """End the response and draft the postmortem."""


@dataclass(frozen=True, kw_only=True)
class Cancel(Command):
    """Say that it was no incident."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Reopen(Command):
    """Say that it is not over."""

    reason: str


AnyCommand = (
    Declare
    | ReceiveAlerts
    | ChangeSeverity
    | ChangeStatus
    | AssignRole
    | DescribeImpact
    | AddNote
    | RemoveNote
    | OpenHypothesis
    | PlaceHypothesis
    | ExtendHypothesis
    | HandOverHypothesis
    | AskSideChannel
    | MuteNudges
    | CloseHypothesis
    | AskProbe
    | TakeStep
    | FinishStep
    | Escalate
    | SnoozeClock
    | GiveUpdate
    | AcknowledgePage
    | NameCause
    | ProposeImprovement
    | AddActionItem
    | Resolve
    | Close
    | Cancel
    | Reopen
)
