"""Refusals of the slash command: each says what to type instead."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import commands
from bot.domain.errors import Refused
from bot.domain.incident.incident import Incident
from bot.slack.command_name import typed
from bot.slack.incoming.slash import requests
from bot.slack.incoming.slash.parse import read
from bot.slack.incoming.slash.table import BY_WORD, SUBCOMMANDS
from tests.domain.given import NOW, SUSPECTED, incident_after

Meant = commands.AnyCommand | requests.Show
BY = "U5"


def say(text: str, known: Incident | None) -> Meant:
    """Return what `/incident text`, typed by U5 at 10:42 UTC, is parsed to."""
    ask = requests.SlashRequest(person=BY, text=text, incident=known, now=NOW)
    return read(ask)


def refusal(text: str, known: Incident | None) -> str:
    """Return the message with which `/incident text` is refused."""
    with pytest.raises(Refused) as refused:
        say(text, known)
    return refused.value.in_full(typed)


def at(hour: int, minute: int, day: int = 22) -> datetime:
    """Return a time on a day of November 2026 (UTC)."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


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
        ("take nonsense", "There is no step 'nonsense'. You can take: `settings`, `pool`."),
        (
            "clear pool looks good from here",
            "Which step? `/incident clear pool: …` is “Connection pool”, `/incident clear settings: …` is",
        ),
        ("extend 1 30", "How long is '30'? Say it like `/incident extend 1 10m`."),
        ("skip pool for now", "Which step? `/incident skip pool: …` is “Connection pool”, "),
        ("found step:poll 12", "There is no step 'poll'. There are: `settings`, `pool`."),
        ("INC-9 note hello", "There is no INC-9. To list open incidents: `/incident list`."),
    ],
)
def test_a_refusal_says_what_to_type(text: str, sentence: str) -> None:
    """A refusal says what is wrong and what to type."""
    assert refusal(text, incident_after()).startswith(sentence)


def test_a_note_goes_to_no_other_incident_than_named() -> None:
    """A command that names INC-9 in the channel of INC-7 is not applied to INC-7."""
    assert "There is no INC-9." in refusal("INC-9 resolve it works", incident_after())


@pytest.mark.parametrize("word", [row.words[0] for row in SUBCOMMANDS if row.needs_incident])
def test_outside_an_incident_it_must_be_named(word: str) -> None:
    """Outside an incident's channel, a command without the incident's name is refused."""
    assert refusal(f"{word} x", None).startswith("Which incident?")


@pytest.mark.parametrize(
    ("text", "known", "shown"),
    [
        ("", None, requests.ShowHelp()),
        ("logins are broken for all", None, requests.ShowDeclareForm(title="logins are broken for all")),
        ("logins are broken for all", incident_after(), requests.ShowHelp(word="logins")),
        ("statsu it is bad", None, requests.ShowHelp(word="statsu")),
        ("frobnicate", None, requests.ShowHelp(word="frobnicate")),
    ],
)
def test_what_is_no_command(text: str, known: Incident | None, shown: requests.Show) -> None:
    """Outside an incident, prose becomes a title, and a mistyped command gets help. Nothing is guessed."""
    assert shown == say(text, known)


@given(st.text(), st.booleans())
def test_any_text_is_answered(text: str, inside: bool) -> None:
    """Any text is parsed to a command or a screen, or refused, and never raises anything else."""
    for word in ("", *BY_WORD):
        with suppress(Refused):
            say(f"{word} {text}", incident_after(SUSPECTED) if inside else None)


def test_a_time_of_day_far_ahead_was_yesterday() -> None:
    """At 00:05 UTC, 23:59 means yesterday: no time zone is far enough east for it to be local time today."""
    now = datetime(2026, 11, 22, 0, 5, tzinfo=UTC)
    ask = requests.SlashRequest(person=BY, text="note 23:59 x", incident=incident_after(), now=now)

    assert commands.AddNote(by=BY, at=at(23, 59, day=21), text="x") == read(ask)
