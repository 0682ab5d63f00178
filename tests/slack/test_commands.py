"""Parsing the slash command: every text becomes a command, a screen, or a helpful refusal."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import commands as c
from bot.domain.alert import Severity
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.domain.runbook import Area, Outcome
from bot.domain.words import Role, Status, Verdict
from bot.slack import asks
from bot.slack.arguments import addressed
from bot.slack.commands import read
from bot.slack.subcommands import BY_WORD, SUBCOMMANDS
from tests.domain.given import NOW, SUSPECTED, incident

Meant = c.AnyCommand | asks.Show
BY = "U5"


def say(text: str, known: Incident | None) -> Meant:
    """Return what `/incident text`, typed by U5 at 10:42 UTC, is parsed to."""
    ask = asks.Ask(person=BY, text=text, incident=known, now=NOW)
    return read(ask)


def refusal(text: str, known: Incident | None) -> str:
    """Return the message with which `/incident text` is refused."""
    with pytest.raises(Refused) as refused:
        say(text, known)
    return str(refused.value)


def at(hour: int, minute: int, day: int = 22) -> datetime:
    """Return a time on a day of November 2026 (UTC)."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


MEANT: list[tuple[str, Meant]] = [
    (
        "new logins &lt;b&gt; fail sev1 service:auth <@U2|ann>",
        c.Declare(by=BY, title="logins <b> fail", service="auth", severity=Severity.SEV1, invite=("U2",)),
    ),
    (
        "new payments broken <@U2|erin> critical",
        c.Declare(by=BY, title="payments broken critical", severity=Severity.SEV1, invite=("U2",)),
    ),
    ("new severity:warning cart is slow", c.Declare(by=BY, title="cart is slow", severity=Severity.SEV3)),
    ("new cart is slow P1", c.Declare(by=BY, title="cart is slow", severity=Severity.SEV1)),
    ("new cart shows an error", c.Declare(by=BY, title="cart shows an error", severity=Severity.SEV2)),
    ("open checkout is slow", c.Declare(by=BY, title="checkout is slow", severity=Severity.SEV2)),
    ("declare SEV-3 web is slow", c.Declare(by=BY, title="web is slow", severity=Severity.SEV3)),
    ("new Drill: web is slow", c.Declare(by=BY, title="web is slow", severity=Severity.SEV2, drill=True)),
    ("new drilling is slow", c.Declare(by=BY, title="drilling is slow", severity=Severity.SEV2)),
    ("new", asks.ShowDeclareForm()),
    ("", asks.ShowStatus()),
    ("status", asks.ShowStatus()),
    ("status monitoring fix is out", c.ChangeStatus(by=BY, status=Status.MONITORING, note="fix is out")),
    ("mitigated rolled back", c.ChangeStatus(by=BY, status=Status.MONITORING, note="rolled back")),
    ("update monitoring: fix is out", c.ChangeStatus(by=BY, status=Status.MONITORING, note="fix is out")),
    ("update Identified:", c.ChangeStatus(by=BY, status=Status.IDENTIFIED)),
    ("sev sev1 all fail", c.ChangeSeverity(by=BY, severity=Severity.SEV1, reason="all fail")),
    ("severity 3", c.ChangeSeverity(by=BY, severity=Severity.SEV3)),
    ("sev P1", c.ChangeSeverity(by=BY, severity=Severity.SEV1)),
    ("sev critical", c.ChangeSeverity(by=BY, severity=Severity.SEV1)),
    ("role commander <@U2|ann>", c.AssignRole(by=BY, role=Role.COMMANDER, person="U2")),
    ("assign scribe me", c.AssignRole(by=BY, role=Role.SCRIBE, person=BY)),
    ("lead", c.AssignRole(by=BY, role=Role.COMMANDER, person=BY)),
    ("lead <@W2>", c.AssignRole(by=BY, role=Role.COMMANDER, person="W2")),
    ("note restarted a &amp; b", c.AddNote(by=BY, text="restarted a & b")),
    ("timeline <@U2|ann> restarted auth", c.AddNote(by=BY, text="<@U2> restarted auth")),
    ("note 10:40 restarted", c.AddNote(by=BY, at=at(10, 40), text="restarted")),
    ("note at 9:05 UTC restarted", c.AddNote(by=BY, at=at(9, 5), text="restarted")),
    ("note 2026-11-21 17:20 restarted", c.AddNote(by=BY, at=at(17, 20, day=21), text="restarted")),
    ("note 2026-11-21 17:20 UTC restarted", c.AddNote(by=BY, at=at(17, 20, day=21), text="restarted")),
    ("note 2026-13-41 17:20 restarted", c.AddNote(by=BY, text="2026-13-41 17:20 restarted")),
    ("note INC-7 is back", c.AddNote(by=BY, text="is back")),
    ("INC-7 note INC-4 was alike", c.AddNote(by=BY, text="INC-4 was alike")),
    ("note -5m restarted", c.AddNote(by=BY, at=at(10, 37), text="restarted")),
    ("note -1h20m restarted", c.AddNote(by=BY, at=at(9, 22), text="restarted")),
    ("note -5 pods are left", c.AddNote(by=BY, text="-5 pods are left")),
    ("note 10:99 is no time", c.AddNote(by=BY, text="10:99 is no time")),
    ("impact 30%", c.DescribeImpact(by=BY, share="30%")),
    ("impact since 09:50", c.DescribeImpact(by=BY, began_at=at(9, 50))),
    (
        "impact logins fail for 30 % of users since 09:50",
        c.DescribeImpact(by=BY, text="logins fail for 30 % of users", share="30%", began_at=at(9, 50)),
    ),
    ("impact since the deploy", c.DescribeImpact(by=BY, text="since the deploy")),
    (
        "suspect the pool is full area:db 10m <@U2|ann>",
        c.OpenHypothesis(by=BY, text="the pool is full", area=Area.DATABASE, minutes=10, owner="U2"),
    ),
    ("hypothesis <@U2>'s deploy", c.OpenHypothesis(by=BY, text="<@U2>'s deploy")),
    (
        "suspect slow reads refute:“p99 &lt; 50 ms” area:db",
        c.OpenHypothesis(by=BY, text="slow reads", area=Area.DATABASE, refute="p99 < 50 ms"),
    ),
    (
        "suspect slow reads refute:„p99 &lt; 50 ms“ 10m",
        c.OpenHypothesis(by=BY, text="slow reads", minutes=10, refute="p99 < 50 ms"),
    ),
    (
        "suspect slow reads refute:'it isn't slow' 10m",
        c.OpenHypothesis(by=BY, text="slow reads", minutes=10, refute="it isn't slow"),
    ),
    ("suspect the pool 1h 30m", c.OpenHypothesis(by=BY, text="the pool", minutes=90)),
    ("suspect 1h 30m the pool", c.OpenHypothesis(by=BY, text="the pool", minutes=90)),
    ("suspect the pool 1h", c.OpenHypothesis(by=BY, text="the pool", minutes=60)),
    ("suspect the pool <@U2> 10H", c.OpenHypothesis(by=BY, text="the pool", minutes=600, owner="U2")),
    ("suspect 1h30m the pool", c.OpenHypothesis(by=BY, text="the pool", minutes=90)),
    ("suspect 10m the pool <@U2>", c.OpenHypothesis(by=BY, text="the pool", minutes=10, owner="U2")),
    ("suspect the h m of 2 h", c.OpenHypothesis(by=BY, text="the h m of 2 h")),
    ("extend 1 1h", c.ExtendHypothesis(by=BY, number=1, minutes=60)),
    ("suspect the pool 0m", c.OpenHypothesis(by=BY, text="the pool", minutes=0)),
    ("extend 1 10m", c.ExtendHypothesis(by=BY, number=1, minutes=10)),
    ("extend 1 10 min", c.ExtendHypothesis(by=BY, number=1, minutes=10)),
    ("extend 1 1h 30m", c.ExtendHypothesis(by=BY, number=1, minutes=90)),
    ("extend 1 they answer 10m", c.ExtendHypothesis(by=BY, number=1, minutes=10)),
    ("extend 1 the vendor answers", c.ExtendHypothesis(by=BY, number=1)),
    ("extend", c.ExtendHypothesis(by=BY, number=1)),
    ("handover 1 <@U2|ann>", c.HandOverHypothesis(by=BY, number=1, owner="U2")),
    ("area 1 db", c.PlaceHypothesis(by=BY, number=1, area=Area.DATABASE)),
    ("board", asks.ShowBoard()),
    ("mute", c.MuteNudges(by=BY)),
    ("take", c.TakeStep(by=BY, step="settings")),
    ("take pool", c.TakeStep(by=BY, step="pool")),
    ("refuted 1 all fine", c.CloseHypothesis(by=BY, number=1, verdict=Verdict.REFUTED, evidence="all fine")),
    ("refuted all fine", c.CloseHypothesis(by=BY, number=1, verdict=Verdict.REFUTED, evidence="all fine")),
    ("confirmed #1", c.CloseHypothesis(by=BY, number=1, verdict=Verdict.CONFIRMED)),
    ("parked 2: later", c.CloseHypothesis(by=BY, number=2, verdict=Verdict.PARKED, evidence="later")),
    ("cause none", c.TakeBackCause(by=BY, reason="")),
    ("cause None: it was not", c.TakeBackCause(by=BY, reason="it was not")),
    ("cause none — it was not", c.TakeBackCause(by=BY, reason="it was not")),
    ("cause none - it was not", c.TakeBackCause(by=BY, reason="it was not")),
    ("cause none of the replicas ran", c.NameCause(by=BY, text="none of the replicas ran")),
    ("cause the old key", c.NameCause(by=BY, text="the old key")),
    ("cause the old key area:config", c.NameCause(by=BY, text="the old key", area=Area.CONFIG)),
    ("clear", c.FinishStep(by=BY, step="settings", outcome=Outcome.CLEAR)),
    ("clear pool: 12 used", c.FinishStep(by=BY, step="pool", outcome=Outcome.CLEAR, evidence="12 used")),
    ("clear step:Pool 12 used", c.FinishStep(by=BY, step="pool", outcome=Outcome.CLEAR, evidence="12 used")),
    ("clear pool", c.FinishStep(by=BY, step="pool", outcome=Outcome.CLEAR)),
    (
        "clear settings are as in git",
        c.FinishStep(by=BY, step="settings", outcome=Outcome.CLEAR, evidence="settings are as in git"),
    ),
    ("found old key", c.FinishStep(by=BY, step="settings", outcome=Outcome.FOUND, evidence="old key")),
    ("skip no access", c.FinishStep(by=BY, step="settings", outcome=Outcome.SKIPPED, evidence="no access")),
    ("escalate <@U9|bob> stuck", c.Escalate(by=BY, who="U9", reason="stuck")),
    ("page senior devs: stuck", c.Escalate(by=BY, who="senior devs", reason="stuck")),
    ("escalate <!subteam^S012PLATFORM|@ops> stuck", c.Escalate(by=BY, who="S012PLATFORM", reason="stuck")),
    ("escalate <!subteam^S1|@ops> stuck", c.Escalate(by=BY, who="@ops", reason="stuck")),
    ("escalate pagerduty:auth stuck", c.Escalate(by=BY, who="pagerduty:auth", reason="stuck")),
    ("snooze 30m vendor", c.SnoozeClock(by=BY, minutes=30, reason="vendor")),
    ("snooze 1h30m", c.SnoozeClock(by=BY, minutes=90, reason="")),
    ("update half of them work", c.GiveUpdate(by=BY, text="half of them work")),
    ("improve monitoring: tokens", c.ProposeImprovement(by=BY, title="monitoring", text="tokens")),
    (
        "action patch auth: pin the key <@U2|ann> due:2026-01-31",
        c.AddActionItem(by=BY, title="patch auth", text="pin the key", owner="U2", due="2026-01-31"),
    ),
    ("task write it down", c.AddActionItem(by=BY, title="write it down")),
    ("resolve put it back", c.Resolve(by=BY, resolution="put it back")),
    ("close", c.Close(by=BY)),
    ("cancel a test", c.Cancel(by=BY, reason="a test")),
    ("reopen again", c.Reopen(by=BY, reason="again")),
    ("pm", asks.ShowPostmortem()),
    ("list", asks.ShowList()),
    ("list all", asks.ShowList(all=True)),
    ("help", asks.ShowHelp()),
    ("HELP", asks.ShowHelp()),
    ("INC-7 note hello", c.AddNote(by=BY, text="hello")),
    ("inc7: note hello", c.AddNote(by=BY, text="hello")),
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
    assert c.GiveUpdate(by=BY, text=words) == say(f"update {words}", incident())


@pytest.mark.parametrize(("text", "meant"), MEANT)
def test_what_people_type(text: str, meant: Meant) -> None:
    """Each command is parsed together with the text after it."""
    assert meant == say(text, incident(SUSPECTED))


def test_every_command_is_tried_here() -> None:
    """Every command in the table has an example in MEANT."""
    tried = {BY_WORD[word] for text, _ in MEANT if (word := addressed(text)[1].partition(" ")[0].lower())}

    assert {row.words[0] for row in SUBCOMMANDS} == {row.words[0] for row in tried}


def test_no_word_means_two_things() -> None:
    """Every name and alias belongs to one command only."""
    words = [word for row in SUBCOMMANDS for word in row.words]

    assert sorted(set(words)) == sorted(words)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("severity", "How bad? `/incident severity sev1 why` (sev1 is the worst, sev4 the mildest)."),
        ("new drill sev1", "What is the drill about? `/incident new drill logins fail`."),
        ("status asleep", "There is no status 'asleep'. There are: investigating, identified, monitoring, "),
        ("role pilot <@U2>", "Which role? `/incident role commander @name`. There are: commander, "),
        ("role commander bob", "Who is 'bob'? Pick the person from Slack's list: type @ and the name."),
        ("suspect the pool @nobody 10m", "Who is '@nobody'? Pick the person from Slack's list: "),
        ("suspect @nobody the pool", "Who is '@nobody'? Pick the person from Slack's list: "),
        ("suspect it area:weather", "There is no area 'weather'. There are: config, change, "),
        ("escalate", "Whom? `/incident escalate @name why`, or "),
        (
            "escalate oncall stuck",
            "Nobody is named as on call for INC-7, neither in its runbook (`escalate`) ",
        ),
        ("action x due:tomorrow", "'tomorrow' is no date. Write it as due:2026-01-31."),
        ("confirmed", "Which hypothesis? `/incident confirmed 1 what you saw`. No hypothesis is open."),
        (
            "note 17:20 restarted",
            "It is 10:42 UTC now; times are UTC. Write -5m, or the date for yesterday: ",
        ),
        ("impact since 10:45", "It is 10:42 UTC now; times are UTC. Write -5m, or the date for yesterday: "),
        ("impact no logins since 9.50", "Is 9.50 a time? Write it as `since 09:50` (UTC), "),
        ("impact no logins since 9:50am", "Is 9:50am a time? "),
        ("new x severity:huge", "There is no severity 'huge'. There are: sev1, sev2, sev3, sev4, critical, "),
        ("resolve INC-4 fixed", "This is INC-7. Write `/incident INC-4 resolve …` for INC-4, or "),
        ("take nonsense", "There is no step 'nonsense'. Free are: `settings`, `pool`."),
        (
            "clear pool looks good from here",
            "Which step? `/incident clear pool: …` is “Connection pool”, `/incident clear settings: …` is",
        ),
        ("extend 1 30", "How long is '30'? Say it like `/incident extend 1 10m`."),
        ("skip pool for now", "Which step? `/incident skip pool: …` is “Connection pool”, "),
        ("found step:poll 12", "There is no step 'poll'. There are: `settings`, `pool`."),
        ("INC-9 note hello", "There is no INC-9. `/incident list` shows those there are."),
    ],
)
def test_a_refusal_says_what_to_type(text: str, sentence: str) -> None:
    """A refusal says what is wrong and what to type."""
    assert refusal(text, incident()).startswith(sentence)


def test_a_note_goes_to_no_other_incident_than_named() -> None:
    """A command that names INC-9 in the channel of INC-7 is not applied to INC-7."""
    assert "There is no INC-9." in refusal("INC-9 resolve it works", incident())


@pytest.mark.parametrize("word", [row.words[0] for row in SUBCOMMANDS if row.needs_incident])
def test_outside_an_incident_it_must_be_named(word: str) -> None:
    """Outside an incident's channel, a command without the incident's name is refused."""
    assert refusal(f"{word} x", None).startswith("Which incident?")


@pytest.mark.parametrize(
    ("text", "known", "shown"),
    [
        ("", None, asks.ShowHelp()),
        ("logins are broken for all", None, asks.ShowDeclareForm(title="logins are broken for all")),
        ("logins are broken for all", incident(), asks.ShowHelp(word="logins")),
        ("statsu it is bad", None, asks.ShowHelp(word="statsu")),
        ("frobnicate", None, asks.ShowHelp(word="frobnicate")),
    ],
)
def test_what_is_no_command(text: str, known: Incident | None, shown: asks.Show) -> None:
    """Outside an incident, prose becomes a title, and a mistyped command gets help. Nothing is guessed."""
    assert shown == say(text, known)


@given(st.text(), st.booleans())
def test_any_text_is_answered(text: str, inside: bool) -> None:
    """Any text is parsed to a command or a screen, or refused, and never raises anything else."""
    for word in ("", *BY_WORD):
        with suppress(Refused):
            say(f"{word} {text}", incident(SUSPECTED) if inside else None)


def test_a_time_of_day_far_ahead_was_yesterday() -> None:
    """At 00:05 UTC, 23:59 means yesterday: no time zone is far enough east for it to be local time today."""
    now = datetime(2026, 11, 22, 0, 5, tzinfo=UTC)
    ask = asks.Ask(person=BY, text="note 23:59 x", incident=incident(), now=now)

    assert c.AddNote(by=BY, at=at(23, 59, day=21), text="x") == read(ask)
