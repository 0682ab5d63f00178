"""Catching up: messages, edits and marks of a gap are recorded once."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.config.settings import Settings
from bot.domain.commands import OpenHypothesis
from bot.domain.events import ChannelOpened, IncidentDeclared, NoteAdded
from bot.domain.rules.evolve import fold
from bot.domain.vocabulary import HypothesisVerdict, Severity
from bot.slack.incoming.catchup import catch_up
from bot.slack.incoming.channel_events import ChannelEvents
from bot.slack.incoming.http import PATH
from bot.store import Change
from bot.workspace import Channel, changes
from tests.stage import Stage

AT = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
async def channel(stage: Stage, channel: Channel) -> Channel:
    """Return the channel of INC-1 with one message received. Events after it are not delivered."""
    await stage.workspace.say("U0ALICE", channel.id, "it is the databse")
    await stage.quiet()
    stage.workspace.request_url = None
    return channel


async def caught_up(stage: Stage) -> bool:
    """Catch up, wait for the effects, and return whether it was complete."""
    messages = ChannelEvents(stage.bot.recorder, stage.bot.slack)
    whole = await catch_up(stage.bot.recorder, stage.bot.slack, messages)
    await stage.quiet()
    return whole


async def texts(stage: Stage) -> list[str]:
    """Return the texts of the transcript."""
    return [message.text for message in await stage.bot.store.transcript.messages(1)]


async def notes(stage: Stage) -> list[str]:
    """Return the texts of the timeline notes."""
    recorded = [row.event for row in await stage.bot.store.log.events(1)]
    return [event.text for event in recorded if isinstance(event, NoteAdded)]


async def test_missed_messages_and_replies(stage: Stage, channel: Channel) -> None:
    """Catching up stores new messages and replies to new and old ones, except the bot's own."""
    old = stage.workspace.messages(channel.id)[-1].ts
    new = await stage.workspace.say("U0BOB", channel.id, "restarting auth")
    await stage.workspace.say("U0ALICE", channel.id, "wait", thread_ts=new)
    await stage.workspace.say("U0BOB", channel.id, "not the database", thread_ts=old)

    assert await caught_up(stage)
    expected = ["it is the databse", "restarting auth", "wait", "not the database"]
    assert expected == await texts(stage)


async def test_missed_edits_and_marks(stage: Stage, channel: Channel) -> None:
    """Catching up records edits and marks of old messages and of replies."""
    old = stage.workspace.messages(channel.id)[-1].ts
    await stage.workspace.edit("U0ALICE", channel.id, old, "it is the database")
    await stage.workspace.react("U0BOB", channel.id, old, "pushpin")
    reply = await stage.workspace.say("U0BOB", channel.id, "the key is the old one", thread_ts=old)
    await stage.workspace.react("U0ALICE", channel.id, reply, "pushpin")

    assert await caught_up(stage)
    assert ["it is the database", "the key is the old one"] == await texts(stage)
    assert ["it is the database", "the key is the old one"] == sorted(await notes(stage))
    (first, _) = await stage.bot.store.transcript.messages(1)
    assert ("it is the databse",) == first.former


async def test_a_missed_reaction_settles_a_hypothesis(stage: Stage, channel: Channel) -> None:
    """A reaction that was missed settles its hypothesis in the name of whoever added it."""
    await stage.bot.recorder.record(OpenHypothesis(by="U0ALICE", text="the pool is full"), 1)
    await stage.quiet()
    _, ts = (await stage.incident()).messages["hypothesis:1"]
    await stage.workspace.react("U0BOB", channel.id, ts, "x")

    assert await caught_up(stage)
    hypothesis = (await stage.incident()).investigation.hypotheses[1]
    assert (HypothesisVerdict.REFUTED, "U0BOB") == (hypothesis.verdict, hypothesis.closed_by)


async def test_a_reaction_of_another_company_settles_nothing(stage: Stage, channel: Channel) -> None:
    """Of two reactions, only the one by a member of our workspace settles the hypothesis."""
    people = stage.workspace.state.people
    people["U0EVE"] = replace(people["U0ERIN"], id="U0EVE", name="eve", team="T0OTHER")
    await stage.workspace.join("U0EVE", channel.id)
    await stage.bot.recorder.record(OpenHypothesis(by="U0ALICE", text="the pool is full"), 1)
    await stage.quiet()
    _, ts = (await stage.incident()).messages["hypothesis:1"]
    await stage.workspace.react("U0EVE", channel.id, ts, "x")
    await caught_up(stage)
    theirs = (await stage.incident()).investigation.hypotheses[1].verdict
    await stage.workspace.react("U0BOB", channel.id, ts, "x")
    await caught_up(stage)

    assert (None, "U0BOB") == (theirs, (await stage.incident()).investigation.hypotheses[1].closed_by)


async def test_a_reaction_waits_for_the_users_team(stage: Stage, channel: Channel) -> None:
    """A reaction settles nothing until Slack can say which workspace the person belongs to."""
    await stage.bot.recorder.record(OpenHypothesis(by="U0ALICE", text="the pool is full"), 1)
    await stage.quiet()
    _, ts = (await stage.incident()).messages["hypothesis:1"]
    await stage.workspace.react("U0BOB", channel.id, ts, "x")
    stage.workspace.faults.add("users.info", "error", error="internal_error")
    found = []
    for _ in range(2):
        await caught_up(stage)
        found.append((await stage.incident()).investigation.hypotheses[1].verdict)

    assert [None, HypothesisVerdict.REFUTED] == found


async def test_newer_messages_hide_no_gap(stage: Stage, channel: Channel) -> None:
    """A gap is filled even if newer messages, or other replies of a thread, are stored already."""
    old = stage.workspace.messages(channel.id)[-1].ts
    await stage.workspace.say("U0BOB", channel.id, "missed")
    await stage.workspace.say("U0BOB", channel.id, "missed in the thread", thread_ts=old)
    stage.workspace.request_url = stage.url + PATH
    await stage.workspace.say("U0BOB", channel.id, "heard in the thread", thread_ts=old)
    await stage.workspace.say("U0BOB", channel.id, "heard")

    assert await caught_up(stage)
    expected = ["it is the databse", "missed", "missed in the thread", "heard in the thread", "heard"]
    assert expected == await texts(stage)


async def test_a_rate_limit_is_waited_for(stage: Stage, channel: Channel) -> None:
    """Catching up waits for a rate limit and then fetches the remaining threads."""
    for number in range(4):
        root = await stage.workspace.say("U0BOB", channel.id, f"root {number}")
        await stage.workspace.say("U0BOB", channel.id, f"reply {number}", thread_ts=root)
    stage.workspace.faults.add("conversations.replies", "ratelimited", nth=3, retry_after=1)

    assert await caught_up(stage)
    assert 9 == len(await texts(stage))


async def test_catching_up_again_changes_nothing(stage: Stage, channel: Channel) -> None:
    """Catching up again, or a late delivery of the events, changes nothing."""
    old = stage.workspace.messages(channel.id)[-1].ts
    await stage.workspace.edit("U0ALICE", channel.id, old, "it is the database")
    await stage.workspace.react("U0BOB", channel.id, old, "pushpin")
    await stage.workspace.say("U0BOB", channel.id, "looking", thread_ts=old)
    await caught_up(stage)
    before = await stage.bot.store.transcript.messages(1), (await stage.incident()).version
    for _ in range(3):
        await caught_up(stage)

    assert before == (await stage.bot.store.transcript.messages(1), (await stage.incident()).version)


async def test_secrets_in_missed_messages_are_redacted(stage: Stage, channel: Channel) -> None:
    """Secrets are redacted in fetched messages too."""
    await stage.workspace.say("U0BOB", channel.id, "password=hunter2hunter2 still works")
    await caught_up(stage)

    assert "hunter2" not in str(await texts(stage))


async def test_the_oldest_of_many_incidents_is_included(stage: Stage, channel: Channel) -> None:
    """The oldest open incident is caught up with, however many are newer."""
    for number in range(2, 110):
        declared = IncidentDeclared(at=AT, title="t", service=f"s{number}", severity=Severity.SEV4)
        incident = fold(number, (declared,))
        change = Change(incident=incident, after=0, events=(declared,), now=AT)
        await stage.bot.store.log.append(change)
    await stage.workspace.say("U0BOB", channel.id, "still failing")

    assert await caught_up(stage)
    assert ["it is the databse", "still failing"] == await texts(stage)


async def test_hundreds_of_missed_messages(stage: Stage, channel: Channel) -> None:
    """Hundreds of messages on several pages are stored in order."""
    messages = [f"message {number}" for number in range(450)]
    for text in messages:
        await stage.workspace.say("U0BOB", channel.id, text)

    assert await caught_up(stage)
    assert ["it is the databse", *messages] == await texts(stage)


async def test_a_rate_limit_between_pages_does_not_start_over(stage: Stage, channel: Channel) -> None:
    """After a rate limit between two pages, fetching continues with the next page."""
    for number in range(450):
        changes.post(stage.workspace.state, channel, "U0BOB", f"line {number}")
    for nth in (2, 4, 6, 8):
        stage.workspace.faults.add("conversations.history", "ratelimited", nth=nth)
    before = len(stage.workspace.calls)

    assert await caught_up(stage)
    asked = [call.method for call in stage.workspace.calls[before:]]
    assert 3 + 2 == asked.count("conversations.history")
    assert 451 == len(await texts(stage))


async def test_an_unreadable_incident_does_not_stop_the_others(
    stage: Stage, channel: Channel, settings: Settings
) -> None:
    """If one incident's log cannot be read, the channels of the others are still fetched."""
    await stage.workspace.say("U0BOB", channel.id, "look at auth")
    events = (
        IncidentDeclared(at=AT, title="t", service="s", severity=Severity.SEV4),
        ChannelOpened(at=AT, channel="C0OTHER", name="inc-2"),
    )
    await stage.bot.store.log.append(Change(incident=fold(2, events), after=0, events=events, now=AT))
    with closing(sqlite3.connect(settings.database.removeprefix("sqlite:///"), isolation_level=None)) as db:
        db.execute("UPDATE events SET data = '{' WHERE incident = 2")

    await caught_up(stage)
    assert "look at auth" in await texts(stage)


async def test_an_outage_during_the_catch_up(stage: Stage, channel: Channel) -> None:
    """If Slack goes down during the catch-up, it is incomplete, and the next one completes it."""
    await stage.workspace.say("U0BOB", channel.id, "restarting auth")
    stage.workspace.faults.add("conversations.history", "http_500")
    assert not await caught_up(stage)
    assert await caught_up(stage)

    assert ["it is the databse", "restarting auth"] == await texts(stage)


async def test_a_temporary_error_during_the_catch_up(stage: Stage, channel: Channel) -> None:
    """After a temporary error of Slack, the next catch-up fetches the missed messages."""
    await stage.workspace.say("U0BOB", channel.id, "restarting auth")
    stage.workspace.faults.add("conversations.history", "error", error="internal_error")

    assert [False, True] == [await caught_up(stage) for _ in range(2)]
    assert ["it is the databse", "restarting auth"] == await texts(stage)


@pytest.mark.parametrize(
    ("error", "whole"), [("internal_error", False), ("thread_not_found", True), ("made_up_tomorrow", False)]
)
async def test_an_unreadable_thread_does_not_stop_the_rest(
    stage: Stage, channel: Channel, error: str, whole: bool
) -> None:
    """If one thread cannot be fetched, the rest of the channel is."""
    old = stage.workspace.messages(channel.id)[-1].ts
    await stage.workspace.say("U0BOB", channel.id, "in the thread", thread_ts=old)
    await stage.workspace.say("U0BOB", channel.id, "behind it")
    stage.workspace.faults.add("conversations.replies", "error", error=error)

    assert whole is await caught_up(stage)
    assert ["it is the databse", "behind it"] == await texts(stage)
    assert await caught_up(stage)
    assert ["it is the databse", "in the thread", "behind it"] == await texts(stage)


@pytest.mark.parametrize("error", ["not_in_channel", "is_archived", "channel_not_found"])
async def test_an_inaccessible_channel_does_not_stop_the_others(
    stage: Stage, channel: Channel, error: str
) -> None:
    """A channel without access counts as complete, and the others are fetched."""
    await stage.alert("real-group3-firing.json")
    other = await stage.channel(2)
    await stage.quiet()
    await stage.workspace.join("U0BOB", other.id)
    await stage.workspace.say("U0BOB", channel.id, "here")
    await stage.workspace.say("U0BOB", other.id, "there")
    stage.workspace.faults.add("conversations.history", "error", error=error)

    assert await caught_up(stage)
    stored = [
        message.text for number in (1, 2) for message in await stage.bot.store.transcript.messages(number)
    ]
    assert ("here" in stored) != ("there" in stored)
