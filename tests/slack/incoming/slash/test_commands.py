"""Parsing the slash command: every text becomes a command, a screen, or a helpful refusal."""

from datetime import UTC, datetime

import pytest

from bot.domain import commands
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Area, HypothesisVerdict, Role, Severity, Status, StepOutcome
from bot.slack.incoming.slash import requests
from bot.slack.incoming.slash.arguments import split_incident
from bot.slack.incoming.slash.parse import read, split
from bot.slack.incoming.slash.table import BY_WORD, SUBCOMMANDS
from tests.domain.given import NOW, SUSPECTED, incident_after
from tests.slack.incoming.slash.note_commands import NOTES, RECORD, TASKS

Meant = commands.AnyCommand | requests.Show
BY = "U5"


def parse(text: str, incident: Incident | None) -> Meant:
    """Return what `/incident text`, typed by U5 at 10:42 UTC, is parsed to."""
    return read(split(text, BY), requests.SlashContext(incident=incident, now=NOW))


def at(hour: int, minute: int, day: int = 22) -> datetime:
    """Return a time on a day of November 2026 (UTC)."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


MEANT: list[tuple[str, Meant]] = [
    (
        "new logins &lt;b&gt; fail sev1 service:auth <@U2|ann>",
        commands.Declare(
            by=BY, title="logins <b> fail", service="auth", severity=Severity.SEV1, invite=("U2",)
        ),
    ),
    (
        "new payments broken <@U2|erin> critical",
        commands.Declare(by=BY, title="payments broken critical", severity=Severity.SEV1, invite=("U2",)),
    ),
    (
        "new severity:warning cart is slow",
        commands.Declare(by=BY, title="cart is slow", severity=Severity.SEV3),
    ),
    ("new cart is slow P1", commands.Declare(by=BY, title="cart is slow", severity=Severity.SEV1)),
    ("new cart shows an error", commands.Declare(by=BY, title="cart shows an error", severity=Severity.SEV2)),
    ("open checkout is slow", commands.Declare(by=BY, title="checkout is slow", severity=Severity.SEV2)),
    ("declare SEV-3 web is slow", commands.Declare(by=BY, title="web is slow", severity=Severity.SEV3)),
    (
        "new Drill: web is slow",
        commands.Declare(by=BY, title="web is slow", severity=Severity.SEV2, drill=True),
    ),
    ("new drilling is slow", commands.Declare(by=BY, title="drilling is slow", severity=Severity.SEV2)),
    ("new", requests.ShowDeclareForm()),
    ("", requests.ShowStatus()),
    ("status", requests.ShowStatus()),
    (
        "status monitoring fix is out",
        commands.ChangeStatus(by=BY, status=Status.MONITORING, note="fix is out"),
    ),
    ("mitigated rolled back", commands.ChangeStatus(by=BY, status=Status.MONITORING, note="rolled back")),
    (
        "update monitoring: fix is out",
        commands.ChangeStatus(by=BY, status=Status.MONITORING, note="fix is out"),
    ),
    ("update Identified:", commands.ChangeStatus(by=BY, status=Status.IDENTIFIED)),
    ("sev sev1 all fail", commands.ChangeSeverity(by=BY, severity=Severity.SEV1, reason="all fail")),
    ("severity 3", commands.ChangeSeverity(by=BY, severity=Severity.SEV3)),
    ("sev P1", commands.ChangeSeverity(by=BY, severity=Severity.SEV1)),
    ("sev critical", commands.ChangeSeverity(by=BY, severity=Severity.SEV1)),
    ("role commander <@U2|ann>", commands.AssignRole(by=BY, role=Role.COMMANDER, person="U2")),
    ("assign scribe me", commands.AssignRole(by=BY, role=Role.SCRIBE, person=BY)),
    ("lead", commands.AssignRole(by=BY, role=Role.COMMANDER, person=BY)),
    ("lead <@W2>", commands.AssignRole(by=BY, role=Role.COMMANDER, person="W2")),
    *NOTES,
    ("note restarted a &amp; b", commands.AddNote(by=BY, text="restarted a & b")),
    ("timeline <@U2|ann> restarted auth", commands.AddNote(by=BY, text="<@U2> restarted auth")),
    ("note 10:40 restarted", commands.AddNote(by=BY, at=at(10, 40), text="restarted")),
    ("note at 9:05 UTC restarted", commands.AddNote(by=BY, at=at(9, 5), text="restarted")),
    ("note 2026-11-21 17:20 restarted", commands.AddNote(by=BY, at=at(17, 20, day=21), text="restarted")),
    ("note 2026-11-21 17:20 UTC restarted", commands.AddNote(by=BY, at=at(17, 20, day=21), text="restarted")),
    ("note 9:50 AM restarted", commands.AddNote(by=BY, at=at(9, 50), text="restarted")),
    ("note [10:20] restarted", commands.AddNote(by=BY, at=at(10, 20), text="restarted")),
    ("note 11:20 CET: restarted", commands.AddNote(by=BY, at=at(10, 20), text="restarted")),
    ("note INC-7 is back", commands.AddNote(by=BY, text="is back")),
    ("INC-7 note INC-4 was alike", commands.AddNote(by=BY, text="INC-4 was alike")),
    ("note -5m restarted", commands.AddNote(by=BY, at=at(10, 37), text="restarted")),
    ("note -1h20m restarted", commands.AddNote(by=BY, at=at(9, 22), text="restarted")),
    ("note -5 pods are left", commands.AddNote(by=BY, text="-5 pods are left")),
    (
        "mitigated 10:20 rolled back",
        commands.ChangeStatus(by=BY, at=at(10, 20), status=Status.MONITORING, note="rolled back"),
    ),
    (
        "update monitoring: -10m rolled back",
        commands.ChangeStatus(by=BY, at=at(10, 32), status=Status.MONITORING, note="rolled back"),
    ),
    ("resolve -10m rolled back", commands.Resolve(by=BY, at=at(10, 32), resolution="rolled back")),
    ("resolve at 10:20 rolled back", commands.Resolve(by=BY, at=at(10, 20), resolution="rolled back")),
    ("cause 10:20 the old key", commands.NameCause(by=BY, at=at(10, 20), text="the old key")),
    (
        "severity sev1 10:20 all logins",
        commands.ChangeSeverity(by=BY, at=at(10, 20), severity=Severity.SEV1, reason="all logins"),
    ),
    (
        "impact no logins since 09:50 until 10:20.",
        commands.DescribeImpact(by=BY, text="no logins", began_at=at(9, 50), ended_at=at(10, 20)),
    ),
    ("action x due:tomorrow", commands.AddActionItem(by=BY, title="x", due="2026-11-23")),
    ("action x due: friday", commands.AddActionItem(by=BY, title="x", due="2026-11-27")),
    ("action x due: 2026-12-24", commands.AddActionItem(by=BY, title="x", due="2026-12-24")),
    (
        "action rotate it <@U2|bob>, due 2027-03-10",
        commands.AddActionItem(by=BY, title="rotate it", owner="U2", due="2027-03-10"),
    ),
    (
        "lead <@U2|ben> has the plan",
        commands.AssignRole(by=BY, role="commander", person="U2", note="has the plan"),
    ),
    ("lead me until noon", commands.AssignRole(by=BY, role="commander", person=BY, note="until noon")),
    (
        "role comms <@U2|cat> she knows the customers",
        commands.AssignRole(by=BY, role="comms", person="U2", note="she knows the customers"),
    ),
    ("close all is well", commands.Close(by=BY, note="all is well")),
    ("restart it is back", commands.Reopen(by=BY, reason="it is back")),
    ("cause the pool area: db", commands.NameCause(by=BY, text="the pool", area=Area.DATABASE)),
    ("impact 30%", commands.DescribeImpact(by=BY, share="30%")),
    ("impact since 09:50", commands.DescribeImpact(by=BY, began_at=at(9, 50))),
    (
        "impact logins fail for 30 % of users since 09:50",
        commands.DescribeImpact(
            by=BY, text="logins fail for 30 % of users", share="30% of users", began_at=at(9, 50)
        ),
    ),
    ("impact since the deploy", commands.DescribeImpact(by=BY, text="since the deploy")),
    (
        "suspect the pool is full area:db 10m <@U2|ann>",
        commands.OpenHypothesis(by=BY, text="the pool is full", area=Area.DATABASE, minutes=10, owner="U2"),
    ),
    ("hypothesis <@U2>'s deploy", commands.OpenHypothesis(by=BY, text="<@U2>'s deploy")),
    (
        "suspect slow reads refute:“p99 &lt; 50 ms” area:db",
        commands.OpenHypothesis(by=BY, text="slow reads", area=Area.DATABASE, refute="p99 < 50 ms"),
    ),
    (
        "suspect slow reads refute:„p99 &lt; 50 ms“ 10m",
        commands.OpenHypothesis(by=BY, text="slow reads", minutes=10, refute="p99 < 50 ms"),
    ),
    (
        "suspect slow reads refute:'it isn't slow' 10m",
        commands.OpenHypothesis(by=BY, text="slow reads", minutes=10, refute="it isn't slow"),
    ),
    ("suspect the pool 1h 30m", commands.OpenHypothesis(by=BY, text="the pool", minutes=90)),
    ("suspect 1h 30m the pool", commands.OpenHypothesis(by=BY, text="the pool", minutes=90)),
    ("suspect the pool 1h", commands.OpenHypothesis(by=BY, text="the pool", minutes=60)),
    ("suspect the pool <@U2> 10H", commands.OpenHypothesis(by=BY, text="the pool", minutes=600, owner="U2")),
    ("suspect 1h30m the pool", commands.OpenHypothesis(by=BY, text="the pool", minutes=90)),
    ("suspect 10m the pool <@U2>", commands.OpenHypothesis(by=BY, text="the pool", minutes=10, owner="U2")),
    ("suspect the h m of 2 h", commands.OpenHypothesis(by=BY, text="the h m of 2 h")),
    ("extend 1 1h", commands.ExtendHypothesis(by=BY, number=1, minutes=60)),
    ("suspect the pool 0m", commands.OpenHypothesis(by=BY, text="the pool", minutes=0)),
    ("extend 1 10m", commands.ExtendHypothesis(by=BY, number=1, minutes=10)),
    ("extend 1 10 min", commands.ExtendHypothesis(by=BY, number=1, minutes=10)),
    ("extend 1 1h 30m", commands.ExtendHypothesis(by=BY, number=1, minutes=90)),
    ("extend 1 they answer 10m", commands.ExtendHypothesis(by=BY, number=1, minutes=10, note="they answer")),
    ("extend 1 the vendor answers", commands.ExtendHypothesis(by=BY, number=1, note="the vendor answers")),
    ("extend", commands.ExtendHypothesis(by=BY, number=1)),
    ("handover 1 <@U2|ann>", commands.HandOverHypothesis(by=BY, number=1, owner="U2")),
    ("area 1 db", commands.ChangeHypothesisArea(by=BY, number=1, area=Area.DATABASE)),
    ("board", requests.ShowBoard()),
    ("mute", commands.MuteHints(by=BY)),
    ("take", commands.TakeStep(by=BY, step="settings")),
    ("take pool", commands.TakeStep(by=BY, step="pool")),
    (
        "refuted 1 all fine",
        commands.CloseHypothesis(by=BY, number=1, verdict=HypothesisVerdict.REFUTED, evidence="all fine"),
    ),
    (
        "refuted all fine",
        commands.CloseHypothesis(by=BY, number=1, verdict=HypothesisVerdict.REFUTED, evidence="all fine"),
    ),
    ("confirmed #1", commands.CloseHypothesis(by=BY, number=1, verdict=HypothesisVerdict.CONFIRMED)),
    (
        "parked 2: later",
        commands.CloseHypothesis(by=BY, number=2, verdict=HypothesisVerdict.PARKED, evidence="later"),
    ),
    ("cause none", commands.WithdrawCause(by=BY, reason="")),
    ("cause None: it was not", commands.WithdrawCause(by=BY, reason="it was not")),
    ("cause none — it was not", commands.WithdrawCause(by=BY, reason="it was not")),
    ("cause none - it was not", commands.WithdrawCause(by=BY, reason="it was not")),
    ("cause none of the replicas ran", commands.NameCause(by=BY, text="none of the replicas ran")),
    ("cause the old key", commands.NameCause(by=BY, text="the old key")),
    ("cause the old key area:config", commands.NameCause(by=BY, text="the old key", area=Area.CONFIG)),
    ("clear", commands.FinishStep(by=BY, step="settings", outcome=StepOutcome.CLEAR)),
    (
        "clear pool: 12 used",
        commands.FinishStep(by=BY, step="pool", outcome=StepOutcome.CLEAR, evidence="12 used"),
    ),
    (
        "clear step:Pool 12 used",
        commands.FinishStep(by=BY, step="pool", outcome=StepOutcome.CLEAR, evidence="12 used"),
    ),
    ("clear pool", commands.FinishStep(by=BY, step="pool", outcome=StepOutcome.CLEAR)),
    (
        "clear settings are as in git",
        commands.FinishStep(
            by=BY, step="settings", outcome=StepOutcome.CLEAR, evidence="settings are as in git"
        ),
    ),
    (
        "found old key",
        commands.FinishStep(by=BY, step="settings", outcome=StepOutcome.FOUND, evidence="old key"),
    ),
    (
        "skip no access",
        commands.FinishStep(by=BY, step="settings", outcome=StepOutcome.SKIPPED, evidence="no access"),
    ),
    ("escalate <@U9|bob> stuck", commands.Escalate(by=BY, who="U9", reason="stuck")),
    ("page senior devs: stuck", commands.Escalate(by=BY, who="senior devs", reason="stuck")),
    (
        "escalate <!subteam^S012PLATFORM|@ops> stuck",
        commands.Escalate(by=BY, who="S012PLATFORM", reason="stuck"),
    ),
    ("escalate <!subteam^S1|@ops> stuck", commands.Escalate(by=BY, who="@ops", reason="stuck")),
    ("escalate pagerduty:auth stuck", commands.Escalate(by=BY, who="pagerduty:auth", reason="stuck")),
    ("snooze 30m vendor", commands.SnoozeEscalation(by=BY, minutes=30, reason="vendor")),
    ("snooze 1h30m", commands.SnoozeEscalation(by=BY, minutes=90, reason="")),
    ("update half of them work", commands.PostUpdate(by=BY, text="half of them work")),
    *TASKS,
    *RECORD,
    (
        "action patch auth: pin the key <@U2|ann> due:2026-01-31",
        commands.AddActionItem(by=BY, title="patch auth", text="pin the key", owner="U2", due="2026-01-31"),
    ),
    ("task write it down", commands.AddActionItem(by=BY, title="write it down")),
    ("resolve put it back", commands.Resolve(by=BY, resolution="put it back")),
    ("close", commands.Close(by=BY)),
    ("cancel a test", commands.Cancel(by=BY, reason="a test")),
    ("reopen again", commands.Reopen(by=BY, reason="again")),
    ("pm", commands.RequestPostmortem(by=BY)),
    ("list", requests.ShowList()),
    ("list all", requests.ShowList(all=True)),
    ("help", requests.ShowHelp()),
    ("HELP", requests.ShowHelp()),
    ("INC-7 note hello", commands.AddNote(by=BY, text="hello")),
    ("inc7: note hello", commands.AddNote(by=BY, text="hello")),
]


@pytest.mark.parametrize(
    "words",
    [
        "resolved for most users, 5% still cannot pay",
        "resolved: for most users",
        "cancelled the deploy of checkout",
        "monitoring shows 500s again",
        "monitoring:8080 is down",
        "mitigated: not yet",
    ],
)
def test_prose_in_an_update_sets_no_status(words: str) -> None:
    """An update that begins with a status word is posted as typed and does not change the status."""
    assert commands.PostUpdate(by=BY, text=words) == parse(f"update {words}", incident_after())


@pytest.mark.parametrize(("text", "meant"), MEANT)
def test_a_command_is_parsed_with_its_arguments(text: str, meant: Meant) -> None:
    """Each command is parsed with the text after it."""
    assert meant == parse(text, incident_after(SUSPECTED))


def test_every_command_has_an_example() -> None:
    """Every command in the table has an example in MEANT."""
    examples = {
        BY_WORD[word] for text, _ in MEANT if (word := split_incident(text)[1].partition(" ")[0].lower())
    }

    assert {row.words[0] for row in SUBCOMMANDS} == {row.words[0] for row in examples}


def test_no_two_commands_share_a_word() -> None:
    """Every name and alias belongs to one command only."""
    words = [word for row in SUBCOMMANDS for word in row.words]

    assert sorted(set(words)) == sorted(words)
