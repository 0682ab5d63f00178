"""The commands of `/incident`: their words, their help, and the function that reads each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from bot.domain.commands import AnyCommand
from bot.domain.vocabulary import HypothesisVerdict, NoteKind, StepOutcome
from bot.slack.incoming.slash import investigation, lifecycle, notes, record, tasks
from bot.slack.incoming.slash.requests import Show, SlashContext, SlashRequest
from bot.slack.views.command_help import Command

Reader = Callable[[SlashRequest, SlashContext], AnyCommand | Show]


@dataclass(frozen=True)
class Subcommand(Command):
    """A command with the function that reads the text after its name."""

    read: Reader

    @property
    def needs_incident(self) -> bool:
        """Whether the command is about an incident."""
        return self.heading != "Start"


#: By heading: the name and aliases of each command, its arguments, its help, and the function that reads it.
#: In the order of the help, as an incident progresses.
_TABLE: Mapping[str, Mapping[str, tuple[str, str, Reader]]] = {
    "Start": {
        "new declare open create start": (
            "[drill] <title> [sev2] [service:auth] [@person]",
            "declare an incident or a drill; without a title, open a form",
            lifecycle.declare,
        ),
        "list ls": ("[all]", "list open incidents; `all` includes closed ones", lifecycle.list_incidents),
        "help ?": ("", "show all commands", lifecycle.show_help),
    },
    "Status and updates": {
        "status": (
            "[<status> <why>]",
            "show the status, or set it: investigating, identified, monitoring or resolved",
            lifecycle.status,
        ),
        "update": (
            "[[monitoring:] <text>]",
            "post an update for stakeholders; `monitoring:` sets the status too; without text, open a form",
            lifecycle.update,
        ),
        "severity sev": (
            "<level> [why]",
            "set the severity, from sev1 (highest) to sev4",
            lifecycle.severity,
        ),
        "impact": (
            "<what users see> [since 09:50] [until 10:20]",
            "describe the user impact",
            lifecycle.impact,
        ),
        "note timeline log": (
            "[10:45] <text>",
            "add a line to the timeline; backdate it with a time: `10:45`, `9:50 PM`, `10:45 UTC` or `-5m`",
            notes.note,
        ),
        "decision decided": (
            "[10:45] <what and why>",
            "record a decision or an action, such as a rollback",
            partial(notes.note, kind=NoteKind.DECISION),
        ),
        "customers": (
            "[10:45] <message>",
            "record a message to customers",
            partial(notes.note, kind=NoteKind.CUSTOMERS),
        ),
        "milestone": (
            "<name> <time> [how]",
            "set or correct a time: began, detected, acknowledged, cause, mitigated or resolved",
            record.milestone,
        ),
        "title rename": ("<text>", "correct the title", record.title),
        "service": ("<name>", "correct the affected service", record.service),
        "notes": ("", "show all notes with their numbers", notes.show_notes),
        "edit correct": (
            "<number> [10:45] [text]",
            "correct the text or the time of a note",
            notes.edit,
        ),
        "remove": ("<number> [why]", "remove a note", notes.remove),
    },
    "People": {
        "lead command ic": ("[@person]", "become incident commander, or hand over", lifecycle.lead),
        "role assign": (
            "<role> @person",
            "assign a role: commander, deputy, scribe, expert or comms",
            lifecycle.role,
        ),
        "escalate page oncall": (
            "<who> [why]",
            "escalate to a person, group or pager; `oncall` means everyone the runbook and the service list",
            lifecycle.escalate,
        ),
        "snooze": ("30m <why>", "pause automatic escalation for up to 4 hours", lifecycle.snooze),
    },
    "Investigation": {
        "take mine": ("[step]", "take the next step, or the one you name", investigation.take),
        "found": (
            "[step:] <what you saw>",
            (
                "mark your current step as the cause, or the next one if you have none; "
                "to name another: `database: …`"
            ),
            partial(investigation.finish, outcome=StepOutcome.FOUND),
        ),
        "clear ok": (
            "[step:] <what you saw>",
            "mark a step as clear: nothing is wrong there",
            partial(investigation.finish, outcome=StepOutcome.CLEAR),
        ),
        "skip": ("[step:] <why>", "skip a step", partial(investigation.finish, outcome=StepOutcome.SKIPPED)),
        "board areas": (
            "",
            "show which areas have been checked, and who is working on what",
            investigation.board,
        ),
        "cause": (
            "<text>",
            "record or correct the root cause; `cause none: <why>` withdraws it",
            lifecycle.cause,
        ),
    },
    "Hypotheses": {
        "hypothesis suspect theory": (
            '<text> [area:db] [10m] [@owner] [refute:"p99 is fine"]',
            "open a hypothesis, with its time limit and what would rule it out",
            investigation.hypothesis,
        ),
        "confirmed confirm": (
            "<number> [what you saw]",
            "confirm a hypothesis as the cause",
            partial(investigation.settle, verdict=HypothesisVerdict.CONFIRMED),
        ),
        "refuted refute": (
            "<number> [what you saw]",
            "rule out a hypothesis",
            partial(investigation.settle, verdict=HypothesisVerdict.REFUTED),
        ),
        "parked park": (
            "<number> [why]",
            "set a hypothesis aside",
            partial(investigation.settle, verdict=HypothesisVerdict.PARKED),
        ),
        "extend": ("<number> [10m]", "give a hypothesis more time", investigation.extend),
        "handover hand-over": (
            "<number> @person",
            "hand a hypothesis over to someone else",
            investigation.hand_over,
        ),
        "area": ("<number> <area>", "change a hypothesis's area", investigation.change_area),
        "mute": ("", "turn off hints about unchecked areas", investigation.mute),
    },
    "Resolve and close": {
        "mitigated mitigate": (
            "<how>",
            "record that users are no longer affected, and start monitoring",
            lifecycle.mitigated,
        ),
        "resolve resolved fixed": (
            "<what fixed it>",
            "resolve the incident: users are back to normal and the fix is permanent",
            lifecycle.resolve,
        ),
        "close end": ("", "close the incident and draft the postmortem", lifecycle.close),
        "reopen restart unresolve reactivate resume unclose": (
            "<why>",
            "reopen the incident",
            lifecycle.reopen,
        ),
        "cancel": ("<why>", "cancel the incident as a false alarm", lifecycle.cancel),
    },
    "Review": {
        "trigger triggered": (
            "[10:45] <change or event>",
            "record what set off the incident, such as a release",
            partial(notes.note, kind=NoteKind.TRIGGER),
        ),
        "factor": (
            "<text>",
            "record what contributed to the incident",
            partial(notes.note, kind=NoteKind.FACTOR),
        ),
        "figure": ("<what> <number>", "record a figure: `lost webhooks 200000`", notes.figure),
        "well": ("<text>", "record what went well", partial(notes.note, kind=NoteKind.WELL)),
        "badly": ("<text>", "record what went badly", partial(notes.note, kind=NoteKind.BADLY)),
        "lucky": ("<text>", "record where you got lucky", partial(notes.note, kind=NoteKind.LUCKY)),
        "question": ("<text>", "record an open question", partial(notes.note, kind=NoteKind.QUESTION)),
    },
    "Follow-up": {
        "task action todo": (
            "<title>: <text> [@owner] [due:2026-01-31] [kind:detect] [p1]",
            "add or change a task: `task 1 @ann p2`, `task done 1 …`, `task drop 1 …`, `task 1 title: …`",
            tasks.task,
        ),
        "tasks actions todos": ("", "show all tasks with their numbers and states", tasks.show_tasks),
        "improve improvement lesson": (
            "<title>: <text>",
            "propose an improvement: a task of the kind improve",
            tasks.improve,
        ),
        "postmortem pm retro post-mortem": (
            "",
            "get the postmortem as a file",
            tasks.postmortem,
        ),
    },
}

SUBCOMMANDS = tuple(
    Subcommand(heading, tuple(words.split()), *row)
    for heading, rows in _TABLE.items()
    for words, row in rows.items()
)

BY_WORD = {word: row for row in SUBCOMMANDS for word in row.words}
