"""Catching up with pins, and with marks and messages that were removed in the gap."""

from bot.workspace import Channel
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
