"""Refusals of the slash command: each has the command to type instead."""

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
from bot.slack.incoming.slash.parse import read, split
from bot.slack.incoming.slash.table import BY_WORD, SUBCOMMANDS
from tests.domain.given import NOW, SUSPECTED, incident_after

Meant = commands.AnyCommand | requests.Show
BY = "U5"


def parse(text: str, incident: Incident | None) -> Meant:
    """Return what `/incident text`, typed by U5 at 10:42 UTC, is parsed to."""
    return read(split(text, BY), requests.SlashContext(incident=incident, now=NOW))


def refusal(text: str, incident: Incident | None) -> str:
    """Return the message with which `/incident text` is refused."""
    with pytest.raises(Refused) as refused:
        parse(text, incident)
    return refused.value.in_full(typed)


def at(hour: int, minute: int, day: int = 22) -> datetime:
    """Return a time on a day of November 2026 (UTC)."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("severity", "Which severity? `/incident severity sev1 why`, from sev1 (highest) to sev4."),
        ("new drill sev1", "What is the drill about? `/incident new drill logins fail`."),
        ("status asleep", "Unknown status 'asleep'. Statuses are: investigating, identified, monitoring, "),
        ("role pilot <@U2>", "Which role? `/incident role commander @name`. Roles are: commander, "),
        ("role commander bob", "Who is 'bob'? Type @ and pick the person from Slack's list."),
        ("suspect the pool @nobody 10m", "Who is '@nobody'? Type @ and pick the person from Slack's list."),
        ("suspect @nobody the pool", "Who is '@nobody'? Type @ and pick the person from Slack's list."),
        ("suspect it area:weather", "Unknown area 'weather'. Areas are: config, change, "),
        ("escalate", "Escalate to which person or team? `/incident escalate @name why` or "),
        (
            "escalate oncall stuck",
            "Nobody is on call for INC-7: neither its runbook (`escalate`) nor its service (`invite`) ",
        ),
        ("action x due:soon", "“soon” is not a date. Write due:2026-01-31, due:tomorrow or due:friday."),
        ("action x due:2026-13-45", "“2026-13-45” is not a date. "),
        ("confirmed", "Which hypothesis? `/incident confirmed 1 what you saw`. No hypothesis is open."),
        (
            "note 17:20 restarted",
            "17:20 UTC is in the future. It is 10:42 UTC now. For yesterday write 2026-11-21 17:20.",
        ),
        ("impact since 10:45", "10:45 UTC is in the future. It is 10:42 UTC now. "),
        ("impact no logins since 9.50", "“9.50” looks like a time, but Firstcheck can't read it. "),
        ("impact no logins until 25:00", "“25:00” looks like a time, but Firstcheck can't read it. "),
        ("note 25:99 foo", "“25:99 foo” looks like a time, but Firstcheck can't read it. "),
        ("note 2026-13-41 17:20 restarted", "“2026-13-41 17:20” looks like a time, "),
        ("resolve 24:30 rolled back", "“24:30 rolled” looks like a time, "),
        (
            "new x severity:huge",
            "Unknown severity 'huge'. Severities are: sev1, sev2, sev3, sev4, ",
        ),
        (
            "resolve INC-4 fixed",
            "This is the channel of INC-7. For INC-4, type `/incident INC-4 resolve …`. If ",
        ),
        ("take nonsense", "Unknown step 'nonsense'. Available steps: `settings`, `pool`."),
        (
            "clear pool looks good from here",
            "Which step? `/incident clear pool: …` for “Connection pool”, `/incident clear settings: …` for ",
        ),
        ("extend 1 30", "'30' isn't a valid time. Write `/incident extend 1 10m`."),
        ("skip pool for now", "Which step? `/incident skip pool: …` for “Connection pool”, "),
        ("found step:poll 12", "Unknown step 'poll'. Steps are: `settings`, `pool`."),
        ("INC-9 note hello", "There is no INC-9. To list open incidents: `/incident list`."),
    ],
)
def test_a_refusal_has_the_command_to_type(text: str, sentence: str) -> None:
    """A refusal says what is wrong and what to type."""
    assert refusal(text, incident_after()).startswith(sentence)


def test_a_command_applies_only_to_the_incident_it_names() -> None:
    """A command that names INC-9 in the channel of INC-7 is not applied to INC-7."""
    assert "There is no INC-9." in refusal("INC-9 resolve it works", incident_after())


@pytest.mark.parametrize("word", [row.words[0] for row in SUBCOMMANDS if row.needs_incident])
def test_outside_a_channel_the_incident_must_be_named(word: str) -> None:
    """Outside an incident's channel, a command without the incident's name is refused."""
    assert refusal(f"{word} x", None).startswith("Which incident?")


@pytest.mark.parametrize(
    ("text", "incident", "screen"),
    [
        ("", None, requests.ShowHelp()),
        ("logins are broken for all", None, requests.ShowDeclareForm(title="logins are broken for all")),
        ("logins are broken for all", incident_after(), requests.ShowHelp(word="logins")),
        ("statsu it is bad", None, requests.ShowHelp(word="statsu")),
        ("frobnicate", None, requests.ShowHelp(word="frobnicate")),
    ],
)
def test_an_unknown_command_gets_help(text: str, incident: Incident | None, screen: requests.Show) -> None:
    """Outside an incident, prose becomes a title, and a mistyped command gets help. Nothing is guessed."""
    assert screen == parse(text, incident)


@given(st.text(), st.booleans())
def test_any_text_is_answered(text: str, inside: bool) -> None:
    """Any text is parsed to a command or a screen, or refused, and never raises anything else."""
    for word in ("", *BY_WORD):
        with suppress(Refused):
            parse(f"{word} {text}", incident_after(SUSPECTED) if inside else None)


def test_a_time_of_day_far_ahead_was_yesterday() -> None:
    """At 00:05 UTC, 23:59 means yesterday: no time zone is far enough east for it to be local time today."""
    now = datetime(2026, 11, 22, 0, 5, tzinfo=UTC)
    context = requests.SlashContext(incident=incident_after(), now=now)

    assert commands.AddNote(by=BY, at=at(23, 59, day=21), text="x") == read(
        split("note 23:59 x", BY), context
    )
