"""Catching up with pins, and with marks and messages that were removed in the gap."""

from datetime import UTC, datetime

import pytest

from bot.domain import commands
from bot.engine.record import Recorder
from bot.slack.incoming.catchup import AFTER_CLOSE, catch_up
from bot.slack.incoming.channel_events import ChannelEvents
from bot.workspace import Channel, changes
from tests.slack.incoming.test_catchup import caught_up, channel, notes
from tests.stage import Stage

__all__ = ["channel"]  # a fixture


async def test_missed_pins(stage: Stage, channel: Channel) -> None:
    """A message that was pinned in the gap is on the timeline, and the pinned card is not."""
    old = stage.workspace.messages(channel.id)[-1].ts
    await stage.workspace.pin("U0BOB", channel.id, old)

    assert await caught_up(stage)
    assert await caught_up(stage)
    assert ["it is the databse"] == await notes(stage)


async def test_missed_removals_of_marks(stage: Stage, channel: Channel) -> None:
    """A message that was un-marked or unpinned in the gap leaves the timeline. One that is pinned stays."""
    old = stage.workspace.messages(channel.id)[-1].ts
    pinned = await stage.workspace.say("U0BOB", channel.id, "it is pinned")
    unpinned = await stage.workspace.say("U0BOB", channel.id, "it was pinned")
    for ts in (pinned, unpinned):
        await stage.workspace.pin("U0BOB", channel.id, ts)
    await stage.workspace.react("U0BOB", channel.id, old, "pushpin")
    await stage.workspace.react("U0BOB", channel.id, pinned, "pushpin")
    assert await caught_up(stage)
    before = set((await stage.incident()).notes)
    for ts in (old, pinned):
        await stage.workspace.unreact("U0BOB", channel.id, ts, "pushpin")
    await stage.workspace.unpin("U0BOB", channel.id, unpinned)

    assert await caught_up(stage)
    assert {f"{channel.id}/{ts}" for ts in (old, pinned, unpinned)} == before
    assert {f"{channel.id}/{pinned}"} == set((await stage.incident()).notes)


async def test_missed_deletions(stage: Stage, channel: Channel) -> None:
    """A message or a reply that was deleted in the gap is deleted here as well, marked or not."""
    first = await stage.workspace.say("U0BOB", channel.id, "the password is hunter2")
    kept = await stage.workspace.say("U0BOB", channel.id, "restarting auth")
    reply = await stage.workspace.say("U0BOB", channel.id, "and the other one", thread_ts=kept)
    await stage.workspace.say("U0BOB", channel.id, "done")
    await stage.workspace.react("U0BOB", channel.id, first, "pushpin")
    assert await caught_up(stage)
    for ts in (first, reply):
        await stage.workspace.delete("U0BOB", channel.id, ts)

    assert await caught_up(stage)
    stored = {message.ts: message for message in await stage.bot.store.transcript.messages(1)}
    assert {first, reply} == {ts for ts, message in stored.items() if message.deleted_at}
    assert ("", "") == (stored[first].text, stored[reply].text)


async def test_slack_that_lists_no_pins(stage: Stage, channel: Channel) -> None:
    """If the pins cannot be listed, nothing is removed, and catching up is tried again."""
    old = stage.workspace.messages(channel.id)[-1].ts
    await stage.workspace.pin("U0BOB", channel.id, old)
    assert await caught_up(stage)
    stage.workspace.faults.add("pins.list", "error", error="internal_error")

    assert not await caught_up(stage)
    assert 1 == len((await stage.incident()).notes)


@pytest.mark.parametrize("in_thread", [False, True])
async def test_a_missed_deletion_of_the_newest_message(
    stage: Stage, channel: Channel, *, in_thread: bool
) -> None:
    """The last message of a channel or a thread that was deleted in the gap is deleted here as well."""
    root = stage.workspace.messages(channel.id)[-1].ts
    thread = {"thread_ts": root} if in_thread else {}
    last = await stage.workspace.say("U0BOB", channel.id, "the password is hunter2", **thread)
    assert await caught_up(stage)
    await stage.workspace.delete("U0BOB", channel.id, last)

    assert await caught_up(stage)
    stored = await stage.bot.store.transcript.message(channel.id, last)
    assert stored
    assert ("", True) == (stored.text, stored.deleted_at is not None)


async def test_the_record_of_a_closed_incident(stage: Stage, channel: Channel) -> None:
    """Marks and deletions in the gap count for a day after the close, and not in older incidents."""
    kept = stage.workspace.messages(channel.id)[-1].ts
    gone = await stage.workspace.say("U0BOB", channel.id, "the password is hunter2")
    assert await caught_up(stage)
    await stage.bot.recorder.record(commands.Cancel(by="U0ALICE", reason="a test"), 1)
    await stage.workspace.pin("U0BOB", channel.id, kept)
    await stage.workspace.delete("U0BOB", channel.id, gone)

    later = Recorder(stage.bot.store, lambda: datetime.now(UTC) + AFTER_CLOSE)
    assert await catch_up(later, stage.bot.slack, ChannelEvents(later, stage.bot.slack))
    assert [] == await notes(stage)
    assert await caught_up(stage)
    assert ["it is the databse"] == await notes(stage)
    stored = await stage.bot.store.transcript.message(channel.id, gone)
    assert stored
    assert "" == stored.text


async def test_a_missed_edit_of_another_app(stage: Stage, channel: Channel) -> None:
    """An app's message that changed in the gap has its current text. Slack does not date such edits."""
    fields = {"subtype": "bot_message", "extra": {"bot_id": "B0ALERTS", "username": "alerts"}}
    firing, ended = ([{"title": title}] for title in ("5xx firing", "5xx resolved"))
    state = stage.workspace.state
    message = changes.post(state, channel, "U0OTHERBOT", "", attachments=firing, **fields)
    assert await caught_up(stage)
    changes.update(state, channel, message, {"attachments": ended})
    message.edited = None

    assert await caught_up(stage)
    stored = await stage.bot.store.transcript.message(channel.id, message.ts)
    assert stored
    assert ("5xx resolved", ("5xx firing",)) == (stored.text, stored.former)
