"""What people type to keep the record and the list of tasks, and what it means."""

from datetime import UTC, datetime

from bot.domain import commands
from bot.domain.vocabulary import Milestone, NoteKind, Status, TaskKind, TaskState
from bot.slack.incoming.slash import requests

BY = "U5"
TEN_40 = datetime(2026, 11, 22, 10, 40, tzinfo=UTC)

NOTES: list[tuple[str, commands.AnyCommand | requests.Show]] = [
    (
        "decision 10:40 rolled back 41: sign-ins failed",
        commands.AddNote(by=BY, at=TEN_40, text="rolled back 41: sign-ins failed", kind=NoteKind.DECISION),
    ),
    (
        "customers 10:40 we are rolling back",
        commands.AddNote(by=BY, at=TEN_40, text="we are rolling back", kind=NoteKind.CUSTOMERS),
    ),
    (
        "trigger 10:40 release 41 went out",
        commands.AddNote(by=BY, at=TEN_40, text="release 41 went out", kind=NoteKind.TRIGGER),
    ),
    ("factor no canary", commands.AddNote(by=BY, text="no canary", kind=NoteKind.FACTOR)),
    (
        "figure lost webhooks 200,000",
        commands.AddNote(by=BY, text="lost webhooks 200,000", kind=NoteKind.FIGURE),
    ),
    ("well a fast rollback", commands.AddNote(by=BY, text="a fast rollback", kind=NoteKind.WELL)),
    ("badly no access", commands.AddNote(by=BY, text="no access", kind=NoteKind.BADLY)),
    ("lucky it was noon", commands.AddNote(by=BY, text="it was noon", kind=NoteKind.LUCKY)),
    ("question why now?", commands.AddNote(by=BY, text="why now?", kind=NoteKind.QUESTION)),
    ("notes", requests.ShowNotes()),
    ("edit 17 restarted auth", commands.ChangeNote(by=BY, number=17, text="restarted auth")),
    ("edit #17: 10:40", commands.ChangeNote(by=BY, number=17, happened_at=TEN_40)),
    (
        "edit note 17 10:40 restarted auth",
        commands.ChangeNote(by=BY, number=17, text="restarted auth", happened_at=TEN_40),
    ),
    ("remove 17 wrong incident", commands.RemoveNote(by=BY, ref="note:17", reason="wrong incident")),
]

TASKS: list[tuple[str, commands.AnyCommand | requests.Show]] = [
    (
        "improve monitoring: tokens",
        commands.AddActionItem(by=BY, title="monitoring", text="tokens", kind=TaskKind.IMPROVE),
    ),
    (
        "task page on errors kind:detect P1 <@U2|ann> due:2026-01-31",
        commands.AddActionItem(
            by=BY, title="page on errors", kind=TaskKind.DETECT, priority="p1", owner="U2", due="2026-01-31"
        ),
    ),
    ("task 3 disks to replace", commands.AddActionItem(by=BY, title="3 disks to replace")),
    ("task done is better than perfect", commands.AddActionItem(by=BY, title="done is better than perfect")),
    ("tasks", requests.ShowTasks()),
    ("action done 1", commands.CloseTask(by=BY, number=1, state=TaskState.DONE)),
    (
        "task done 3: the test runs",
        commands.CloseTask(by=BY, number=3, state=TaskState.DONE, evidence="the test runs"),
    ),
    (
        "task 3 done the test runs",
        commands.CloseTask(by=BY, number=3, state=TaskState.DONE, evidence="the test runs"),
    ),
    (
        "task drop #3 the service is retired",
        commands.CloseTask(by=BY, number=3, state=TaskState.DROPPED, evidence="the service is retired"),
    ),
    ("task reopen 3 it broke again", commands.ReopenTask(by=BY, number=3, reason="it broke again")),
    (
        "task 3 <@U2|ann> due:2026-01-31 p2 kind:prevent",
        commands.ChangeTask(
            by=BY, number=3, owner="U2", due="2026-01-31", priority="p2", kind=TaskKind.PREVENT
        ),
    ),
    ("task 3 title: page on 5xx", commands.ChangeTask(by=BY, number=3, title="page on 5xx")),
]

RECORD: list[tuple[str, commands.AnyCommand | requests.Show]] = [
    ("title logins fail in the EU", commands.EditIncident(by=BY, title="logins fail in the EU")),
    ("service auth", commands.EditIncident(by=BY, service="auth")),
    (
        "milestone detected 10:40 a customer called",
        commands.SetMilestone(
            by=BY, milestone=Milestone.DETECTED, happened_at=TEN_40, how="a customer called"
        ),
    ),
    (
        "milestone cause found at 10:40",
        commands.SetMilestone(by=BY, milestone=Milestone.CAUSE_FOUND, happened_at=TEN_40),
    ),
    ("milestone began 10:40", commands.DescribeImpact(by=BY, began_at=TEN_40, phase=1)),
    ("milestone resolved 10:40 put back", commands.Resolve(by=BY, at=TEN_40, resolution="put back")),
    (
        "milestone mitigated 10:40 rolled back",
        commands.ChangeStatus(by=BY, at=TEN_40, status=Status.MONITORING, note="rolled back"),
    ),
]
