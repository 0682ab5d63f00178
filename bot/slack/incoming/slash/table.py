"""The commands of `/incident`: their words, their help, and the function that reads each."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.domain.commands import AnyCommand
from bot.domain.vocabulary import HypothesisVerdict, StepOutcome
from bot.slack.incoming.slash import investigation, lifecycle
from bot.slack.incoming.slash.requests import Show, SlashContext, SlashRequest

Reader = Callable[[SlashRequest, SlashContext], AnyCommand | Show]


@dataclass(frozen=True, kw_only=True)
class Subcommand:
    """A command of `/incident`. `words` holds its name and aliases. `read` reads the text after the word."""

    #: The heading it is listed under in the help.
    heading: str
    words: tuple[str, ...]
    usage: str
    help: str
    read: Reader
    needs_incident: bool = True


#: In the order of the help: as an incident progresses, with the commands of one heading together.
SUBCOMMANDS: tuple[Subcommand, ...] = (
    Subcommand(
        heading="Start",
        words=("new", "declare", "open", "create", "start", "trigger"),
        usage="new [drill] <title> [sev2] [service:auth] [@person]",
        help="declare an incident or a drill; without a title, open a form",
        read=lifecycle.declare,
        needs_incident=False,
    ),
    Subcommand(
        heading="Start",
        words=("list", "ls"),
        usage="list [all]",
        help="list open incidents; `all` includes closed ones",
        read=lifecycle.list_incidents,
        needs_incident=False,
    ),
    Subcommand(
        heading="Start",
        words=("help", "?"),
        usage="help",
        help="show all commands",
        read=lifecycle.show_help,
        needs_incident=False,
    ),
    Subcommand(
        heading="Status and updates",
        words=("status",),
        usage="status [<status> <why>]",
        help="show the status, or set it: investigating, identified, monitoring or resolved",
        read=lifecycle.status,
    ),
    Subcommand(
        heading="Status and updates",
        words=("update",),
        usage="update [monitoring:] <text>",
        help="post an update for stakeholders; prefix `monitoring:` to change the status too",
        read=lifecycle.update,
    ),
    Subcommand(
        heading="Status and updates",
        words=("severity", "sev"),
        usage="severity <level> [why]",
        help="set the severity, from sev1 (highest) to sev4",
        read=lifecycle.severity,
    ),
    Subcommand(
        heading="Status and updates",
        words=("impact",),
        usage="impact <what users see> [since 09:50]",
        help="describe the user impact; times are UTC",
        read=lifecycle.impact,
    ),
    Subcommand(
        heading="Status and updates",
        words=("note", "timeline", "log"),
        usage="note [10:45] <text>",
        help="add a line to the timeline; backdate it with `10:45`, `2026-01-31 10:45` (UTC) or `-5m`",
        read=lifecycle.note,
    ),
    Subcommand(
        heading="People",
        words=("lead", "command", "ic"),
        usage="lead [@person]",
        help="become incident commander, or hand over",
        read=lifecycle.lead,
    ),
    Subcommand(
        heading="People",
        words=("role", "assign"),
        usage="role <role> @person",
        help="assign a role: commander, deputy, scribe, expert or comms",
        read=lifecycle.role,
    ),
    Subcommand(
        heading="People",
        words=("escalate", "page", "oncall"),
        usage="escalate <who> [why]",
        help="escalate to a person, group or pager; `oncall` is everyone listed for the runbook and service",
        read=lifecycle.escalate,
    ),
    Subcommand(
        heading="People",
        words=("snooze",),
        usage="snooze 30m <why>",
        help="pause automatic escalation for up to 4 hours",
        read=lifecycle.snooze,
    ),
    Subcommand(
        heading="Investigation",
        words=("take", "mine"),
        usage="take [step]",
        help="take the next step, or the one you name",
        read=investigation.take,
    ),
    Subcommand(
        heading="Investigation",
        words=("found",),
        usage="found [step:] <what you saw>",
        help="mark a step as the cause: yours, else the next, or the one you name (`database: …`)",
        read=partial(investigation.finish, outcome=StepOutcome.FOUND),
    ),
    Subcommand(
        heading="Investigation",
        words=("clear", "ok"),
        usage="clear [step:] <what you saw>",
        help="mark a step as clear: nothing is wrong there",
        read=partial(investigation.finish, outcome=StepOutcome.CLEAR),
    ),
    Subcommand(
        heading="Investigation",
        words=("skip",),
        usage="skip [step:] <why>",
        help="skip a step",
        read=partial(investigation.finish, outcome=StepOutcome.SKIPPED),
    ),
    Subcommand(
        heading="Investigation",
        words=("board", "areas"),
        usage="board",
        help="show which areas have been checked, and who is working on what",
        read=investigation.board,
    ),
    Subcommand(
        heading="Investigation",
        words=("cause",),
        usage="cause <text>",
        help="record or correct the root cause; `cause none: <why>` withdraws it",
        read=lifecycle.cause,
    ),
    Subcommand(
        heading="Hypotheses",
        words=("hypothesis", "suspect", "theory"),
        usage='suspect <text> [area:db] [10m] [@owner] [refute:"p99 is fine"]',
        help="open a hypothesis, with its time limit and what would rule it out",
        read=investigation.hypothesis,
    ),
    Subcommand(
        heading="Hypotheses",
        words=("confirmed", "confirm"),
        usage="confirmed <number> [what you saw]",
        help="confirm a hypothesis as the cause",
        read=partial(investigation.settle, verdict=HypothesisVerdict.CONFIRMED),
    ),
    Subcommand(
        heading="Hypotheses",
        words=("refuted", "refute"),
        usage="refuted <number> [what you saw]",
        help="rule out a hypothesis",
        read=partial(investigation.settle, verdict=HypothesisVerdict.REFUTED),
    ),
    Subcommand(
        heading="Hypotheses",
        words=("parked", "park"),
        usage="parked <number> [why]",
        help="set a hypothesis aside",
        read=partial(investigation.settle, verdict=HypothesisVerdict.PARKED),
    ),
    Subcommand(
        heading="Hypotheses",
        words=("extend",),
        usage="extend <number> [10m]",
        help="give a hypothesis more time",
        read=investigation.extend,
    ),
    Subcommand(
        heading="Hypotheses",
        words=("handover", "hand-over"),
        usage="handover <number> @person",
        help="hand a hypothesis over",
        read=investigation.hand_over,
    ),
    Subcommand(
        heading="Hypotheses",
        words=("area",),
        usage="area <number> <area>",
        help="change a hypothesis's area",
        read=investigation.change_area,
    ),
    Subcommand(
        heading="Hypotheses",
        words=("mute",),
        usage="mute",
        help="turn off hints about unchecked areas",
        read=investigation.mute,
    ),
    Subcommand(
        heading="Resolve and close",
        words=("mitigated", "mitigate"),
        usage="mitigated <how>",
        help="users are no longer affected; start monitoring",
        read=lifecycle.mitigated,
    ),
    Subcommand(
        heading="Resolve and close",
        words=("resolve", "resolved", "fixed"),
        usage="resolve <what fixed it>",
        help="resolve the incident: users are back to normal and the fix is permanent",
        read=lifecycle.resolve,
    ),
    Subcommand(
        heading="Resolve and close",
        words=("close", "end"),
        usage="close",
        help="close the incident and draft the postmortem",
        read=lifecycle.close,
    ),
    Subcommand(
        heading="Resolve and close",
        words=("reopen",),
        usage="reopen <why>",
        help="reopen the incident",
        read=lifecycle.reopen,
    ),
    Subcommand(
        heading="Resolve and close",
        words=("cancel",),
        usage="cancel <why>",
        help="cancel the incident as a false alarm",
        read=lifecycle.cancel,
    ),
    Subcommand(
        heading="Follow-up",
        words=("improve", "improvement", "lesson"),
        usage="improve <title>: <text>",
        help="propose an improvement",
        read=lifecycle.improve,
    ),
    Subcommand(
        heading="Follow-up",
        words=("action", "task", "todo"),
        usage="action <title>: <text> [@owner] [due:2026-01-31]",
        help="add an action item",
        read=lifecycle.action,
    ),
    Subcommand(
        heading="Follow-up",
        words=("postmortem", "pm", "retro", "post-mortem"),
        usage="postmortem",
        help="show where the postmortem is",
        read=lifecycle.postmortem,
    ),
)

BY_WORD = {word: row for row in SUBCOMMANDS for word in row.words}
