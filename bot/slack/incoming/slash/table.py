"""Every word people may type after `/incident`, and what reads what stands behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.domain.commands import AnyCommand
from bot.domain.vocabulary import HypothesisVerdict, StepOutcome
from bot.slack.incoming.slash import investigation, lifecycle
from bot.slack.incoming.slash.requests import Show, SlashRequest

Reader = Callable[[str, SlashRequest], AnyCommand | Show]


@dataclass(frozen=True, kw_only=True)
class Subcommand:
    """One word of `/incident`, with its synonyms; `read` takes what stands after it."""

    #: Where it stands in the help.
    heading: str
    words: tuple[str, ...]
    usage: str
    help: str
    read: Reader
    needs_incident: bool = True


#: In the order help shows them, those of one heading together: how an incident goes.
SUBCOMMANDS: tuple[Subcommand, ...] = (
    Subcommand(
        heading="Start",
        words=("new", "declare", "open", "create", "start", "trigger"),
        usage="new [drill] logins fail sev2 service:auth @ann",
        help="declare an incident, or a drill; without words, a form",
        read=lifecycle.declare,
        needs_incident=False,
    ),
    Subcommand(
        heading="Start",
        words=("list", "ls"),
        usage="list [all]",
        help="the open incidents",
        read=lifecycle.listed,
        needs_incident=False,
    ),
    Subcommand(
        heading="Start",
        words=("help", "?"),
        usage="help",
        help="all commands",
        read=lifecycle.helped,
        needs_incident=False,
    ),
    Subcommand(
        heading="Tell",
        words=("status",),
        usage="status [monitoring why]",
        help="how it stands, or say so (investigating, identified, monitoring, resolved)",
        read=lifecycle.status,
    ),
    Subcommand(
        heading="Tell",
        words=("update",),
        usage="update [monitoring:] how it stands",
        help="tell those who are not in the search; a status counts only with its colon",
        read=lifecycle.update,
    ),
    Subcommand(
        heading="Tell",
        words=("severity", "sev"),
        usage="severity sev1 [why]",
        help="how bad it is",
        read=lifecycle.severity,
    ),
    Subcommand(
        heading="Tell",
        words=("impact",),
        usage="impact logins fail for 30% of users since 09:50",
        help="what users feel (times in UTC)",
        read=lifecycle.impact,
    ),
    Subcommand(
        heading="Tell",
        words=("note", "timeline", "log"),
        usage="note 10:45 restarted auth",
        help="a line on the timeline; its time may be left out, or -5m, or 2026-01-31 10:45 (UTC)",
        read=lifecycle.note,
    ),
    Subcommand(
        heading="People",
        words=("lead", "command", "ic"),
        usage="lead [@name]",
        help="take command, or give it",
        read=lifecycle.lead,
    ),
    Subcommand(
        heading="People",
        words=("role", "assign"),
        usage="role scribe @name",
        help="give a role (commander, deputy, scribe, expert, comms)",
        read=lifecycle.role,
    ),
    Subcommand(
        heading="People",
        words=("escalate", "page", "oncall"),
        usage="escalate @name why",
        help="call others in; oncall in place of a name calls whom the runbook and the service name",
        read=lifecycle.escalate,
    ),
    Subcommand(
        heading="People",
        words=("snooze",),
        usage="snooze 30m why",
        help="nobody is called in by the clock for a while (at most 4 h)",
        read=lifecycle.snooze,
    ),
    Subcommand(
        heading="Search, step by step",
        words=("take", "mine"),
        usage="take [step]",
        help="look into the next step, or the one named",
        read=investigation.take,
    ),
    Subcommand(
        heading="Search, step by step",
        words=("found",),
        usage="found [step:] what you saw",
        help="the step you are on shows the cause, or the next, or the one named with its colon",
        read=partial(investigation.finish, outcome=StepOutcome.FOUND),
    ),
    Subcommand(
        heading="Search, step by step",
        words=("clear", "ok"),
        usage="clear [step:] what you saw",
        help="it shows nothing wrong",
        read=partial(investigation.finish, outcome=StepOutcome.CLEAR),
    ),
    Subcommand(
        heading="Search, step by step",
        words=("skip",),
        usage="skip [step:] why",
        help="pass it over",
        read=partial(investigation.finish, outcome=StepOutcome.SKIPPED),
    ),
    Subcommand(
        heading="Search, step by step",
        words=("board", "areas"),
        usage="board",
        help="which areas were looked at, and who is on what",
        read=investigation.board,
    ),
    Subcommand(
        heading="Search, step by step",
        words=("cause",),
        usage="cause the signing key was the old one",
        help="name the root cause, or correct it; “none: why” takes it back",
        read=lifecycle.cause,
    ),
    Subcommand(
        heading="Suspect",
        words=("hypothesis", "suspect", "theory"),
        usage='suspect the pool is full [area:db] [10m] [@owner] [refute:"p99 is fine"]',
        help="a cause you suspect, and for how long to look",
        read=investigation.hypothesis,
    ),
    Subcommand(
        heading="Suspect",
        words=("confirmed", "confirm"),
        usage="confirmed 1 what you saw",
        help="the hypothesis holds",
        read=partial(investigation.settle, verdict=HypothesisVerdict.CONFIRMED),
    ),
    Subcommand(
        heading="Suspect",
        words=("refuted", "refute"),
        usage="refuted 1 what you saw",
        help="the hypothesis does not hold",
        read=partial(investigation.settle, verdict=HypothesisVerdict.REFUTED),
    ),
    Subcommand(
        heading="Suspect",
        words=("parked", "park"),
        usage="parked 1 why",
        help="put the hypothesis aside",
        read=partial(investigation.settle, verdict=HypothesisVerdict.PARKED),
    ),
    Subcommand(
        heading="Suspect",
        words=("extend",),
        usage="extend 1 [10m]",
        help="give the hypothesis more time",
        read=investigation.extend,
    ),
    Subcommand(
        heading="Suspect",
        words=("handover", "hand-over"),
        usage="handover 1 @name",
        help="give the hypothesis to somebody else",
        read=investigation.hand_over,
    ),
    Subcommand(
        heading="Suspect",
        words=("area",),
        usage="area 1 database",
        help="where the hypothesis lies",
        read=investigation.place,
    ),
    Subcommand(
        heading="Suspect",
        words=("mute",),
        usage="mute",
        help="no more hints about unchecked areas",
        read=investigation.mute,
    ),
    Subcommand(
        heading="End",
        words=("mitigated", "mitigate"),
        usage="mitigated how",
        help="users no longer feel it; watch whether it stays so",
        read=lifecycle.mitigated,
    ),
    Subcommand(
        heading="End",
        words=("resolve", "resolved", "fixed"),
        usage="resolve what fixed it",
        help="it is over, and the fix stands",
        read=lifecycle.resolve,
    ),
    Subcommand(
        heading="End",
        words=("close", "end"),
        usage="close",
        help="end the response and draft the postmortem",
        read=lifecycle.close,
    ),
    Subcommand(
        heading="End",
        words=("reopen",),
        usage="reopen why",
        help="it is not over after all",
        read=lifecycle.reopen,
    ),
    Subcommand(
        heading="End",
        words=("cancel",),
        usage="cancel why",
        help="it was no incident",
        read=lifecycle.cancel,
    ),
    Subcommand(
        heading="Afterwards",
        words=("improve", "improvement", "lesson"),
        usage="improve title: text",
        help="what to do better in future",
        read=lifecycle.improve,
    ),
    Subcommand(
        heading="Afterwards",
        words=("action", "task", "todo"),
        usage="action title: text @owner due:2026-01-31",
        help="follow-up work",
        read=lifecycle.action,
    ),
    Subcommand(
        heading="Afterwards",
        words=("postmortem", "pm", "retro", "post-mortem"),
        usage="postmortem",
        help="where the postmortem is",
        read=lifecycle.postmortem,
    ),
)

BY_WORD = {word: row for row in SUBCOMMANDS for word in row.words}
