"""Events in incident channels: messages are stored as written, redacted, in any order and number."""

import time

import pytest

from bot.domain.events import NoteAdded
from bot.domain.message import Message
from bot.slack.incoming.catchup import catch_up
from bot.slack.incoming.channel_events import ChannelEvents
from bot.workspace import Channel, changes
from tests.stage import Stage


async def row(stage: Stage, channel: Channel, ts: str) -> Message:
    """Return a message of the transcript."""
    await stage.quiet()
    message = await stage.bot.store.transcript.message(channel.id, ts)
    assert message is not None
    return message


async def rows(stage: Stage) -> list[str]:
    """Return the texts of the whole transcript."""
    await stage.quiet()
    return [message.text for message in await stage.bot.store.transcript.messages(1)]


async def notes(stage: Stage) -> list[str]:
    """Return the texts of the timeline notes."""
    await stage.quiet()
    standing = (await stage.incident()).notes
    recorded = [row.event for row in await stage.bot.store.log.events(1)]
    return [event.text for event in recorded if isinstance(event, NoteAdded) and event.ref in standing]


async def test_an_edit_keeps_the_former_text(stage: Stage, channel: Channel) -> None:
    """An edited message has its new text and its former texts."""
    ts = await stage.workspace.say("U0ALICE", channel.id, "it is the databse")
    await stage.workspace.edit("U0ALICE", channel.id, ts, "it is the database")
    await stage.workspace.edit("U0ALICE", channel.id, ts, "it is not the database")

    message = await row(stage, channel, ts)
    assert "it is not the database" == message.text
    assert ("it is the databse", "it is the database") == message.former


async def test_a_message_with_an_invalid_timestamp_is_ignored(stage: Stage, channel: Channel) -> None:
    """A message whose ts is not a timestamp is not stored."""
    messages = ChannelEvents(stage.bot.recorder, stage.bot.slack)
    for ts in ("soon", "nan", "1e400", ""):
        await messages.handle(
            {"type": "message", "channel": channel.id, "user": "U0BOB", "text": "x", "ts": ts}
        )

    assert [] == await rows(stage)


async def test_a_deleted_message_loses_its_text(stage: Stage, channel: Channel) -> None:
    """A deleted message stays in the transcript without its current and former texts."""
    ts = await stage.workspace.say("U0ALICE", channel.id, "the customer is Jane Roe")
    await stage.workspace.edit("U0ALICE", channel.id, ts, "the customer is Jane D. Roe")
    await stage.workspace.delete("U0ALICE", channel.id, ts)

    message = await row(stage, channel, ts)
    assert ("", ()) == (message.text, message.former)
    assert message.deleted_at


async def test_the_status_shows_the_current_text_of_a_note(stage: Stage, channel: Channel) -> None:
    """The status shows the edited text of a marked message, and no text once it is deleted."""
    fixed, taken_back = [
        await stage.workspace.say("U0ALICE", channel.id, text) for text in ("redis is donw", "it is Jane Roe")
    ]
    for ts in (fixed, taken_back):
        await stage.workspace.react("U0BOB", channel.id, ts, "pushpin")
    await stage.workspace.edit("U0ALICE", channel.id, fixed, "redis is down")
    await stage.workspace.delete("U0ALICE", channel.id, taken_back)
    await stage.quiet()
    await stage.workspace.command("U0BOB", channel.id, "/incident", "status")

    status = str(stage.workspace.ephemerals[-1].blocks)
    assert "redis is down" in status
    assert "(message deleted)" in status
    assert "Jane Roe" not in status


@pytest.mark.parametrize("way", ["received", "fetched"])
async def test_a_deleted_thread_root_loses_its_text(stage: Stage, channel: Channel, way: str) -> None:
    """Deleting a message with replies, which Slack reports as an edit, removes its texts."""
    ts = await stage.workspace.say("U0ALICE", channel.id, "the customer is Jane Roe")
    await stage.workspace.say("U0BOB", channel.id, "delete that", thread_ts=ts)
    if way == "fetched":
        stage.workspace.request_url = None
    tombstone = {"subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT"}
    changes.update(stage.workspace.state, channel, channel.message(ts), tombstone)
    if way == "fetched":
        messages = ChannelEvents(stage.bot.recorder, stage.bot.slack)
        await catch_up(stage.bot.recorder, stage.bot.slack, messages)

    message = await row(stage, channel, ts)
    assert ("", ()) == (message.text, message.former)
    assert message.deleted_at


async def test_secrets_are_redacted(stage: Stage, channel: Channel) -> None:
    """Secrets in new and in edited messages are redacted."""
    ts = await stage.workspace.say("U0ALICE", channel.id, "password=hunter2hunter2 works again")
    await stage.workspace.edit(
        "U0ALICE", channel.id, ts, "Authorization: Bearer abcdef0123456789abcdef works"
    )

    message = await row(stage, channel, ts)
    kept = f"{message.text} {message.former}"
    assert "hunter2" not in kept
    assert "abcdef0123456789" not in kept
    assert "works" in message.text


async def test_replies_are_stored_with_their_thread(stage: Stage, channel: Channel) -> None:
    """Replies are stored with their thread's ts, also if they are sent to the channel as well."""
    ts = await stage.workspace.say("U0ALICE", channel.id, "look at auth")
    reply = await stage.workspace.say("U0BOB", channel.id, "looking", thread_ts=ts)
    both = changes.post(
        stage.workspace.state,
        channel,
        "U0BOB",
        "found it",
        thread_ts=ts,
        subtype="thread_broadcast",
    )

    assert [ts, ts] == [(await row(stage, channel, at)).thread_ts for at in (reply, both.ts)]
    assert ["look at auth", "looking", "found it"] == await rows(stage)


async def test_messages_of_other_bots_and_files_are_stored(stage: Stage, channel: Channel) -> None:
    """Messages of other bots are stored, and files by their redacted names."""
    state = stage.workspace.state
    deploy = changes.post(
        state,
        channel,
        "U0DAVE",
        "deployed auth 4711",
        subtype="bot_message",
        extra={"username": "deploybot", "bot_id": "B0DEPLOY"},
    )
    shot = changes.post(
        state,
        channel,
        "U0ALICE",
        "",
        subtype="file_share",
        extra={"files": [{"name": "graph.png"}, {"name": "password=hunter2.txt"}]},
    )

    assert "deployed auth 4711" == (await row(stage, channel, deploy.ts)).text
    assert ("graph.png", "password=[redacted]") == (await row(stage, channel, shot.ts)).files


async def test_our_messages_and_slacks_notices_are_not_stored(stage: Stage, channel: Channel) -> None:
    """Neither the bot's own messages and updates nor Slack's notices are stored."""
    await stage.workspace.command("U0ALICE", channel.id, "/incident", "lead")
    await stage.workspace.command("U0ALICE", channel.id, "/incident", "impact logins fail")
    await stage.workspace.join("U0CAROL", channel.id)

    assert [] == await rows(stage)


async def test_an_unfurled_link_is_not_an_edit(stage: Stage, channel: Channel) -> None:
    """A message_changed event with the same text, as for an unfurled link, is not an edit."""
    ts = await stage.workspace.say("U0ALICE", channel.id, "see https://grafana.example.com/d/1")
    message = channel.message(ts)
    changes.update(stage.workspace.state, channel, message, {"attachments": [{"title": "Grafana"}]})

    assert ((), None) == ((await row(stage, channel, ts)).former, (await row(stage, channel, ts)).edited_at)


async def test_redeliveries_change_nothing(stage: Stage, channel: Channel) -> None:
    """Events that Slack delivers again, late and out of order, change nothing."""
    ts = await stage.workspace.say("U0ALICE", channel.id, "first")
    await stage.workspace.edit("U0ALICE", channel.id, ts, "second")
    await stage.workspace.react("U0ALICE", channel.id, ts, "pushpin")
    before = await row(stage, channel, ts), await notes(stage)
    for place in range(len(stage.workspace.deliveries)):
        if stage.workspace.deliveries[place].kind == "events_api":
            await stage.workspace.redeliver(place)

    assert before == (await row(stage, channel, ts), await notes(stage))
    assert ["second"] == before[1]


async def test_a_mark_adds_a_note_to_the_timeline(stage: Stage, channel: Channel) -> None:
    """A message marked by two people is one note, which goes when the last mark is removed."""
    ts = await stage.workspace.say("U0ALICE", channel.id, "rolled back auth")
    await stage.workspace.react("U0ALICE", channel.id, ts, "pushpin")
    await stage.workspace.react("U0BOB", channel.id, ts, "pushpin")
    assert ["rolled back auth"] == await notes(stage)
    await stage.workspace.unreact("U0ALICE", channel.id, ts, "pushpin")
    assert ["rolled back auth"] == await notes(stage)
    await stage.workspace.unreact("U0BOB", channel.id, ts, "pushpin")
    assert [] == await notes(stage)


async def test_another_emoji_is_not_a_mark(stage: Stage, channel: Channel) -> None:
    """Reactions other than 📌 add nothing to the timeline."""
    ts = await stage.workspace.say("U0ALICE", channel.id, "hm")
    for name in ("eyes", "+1"):
        await stage.workspace.react("U0BOB", channel.id, ts, name)

    assert [] == await notes(stage)


async def test_a_reply_in_a_thread_can_be_marked(stage: Stage, channel: Channel) -> None:
    """A marked reply is a note by its author at the time it was written."""
    ts = await stage.workspace.say("U0ALICE", channel.id, "look at auth")
    reply = await stage.workspace.say("U0BOB", channel.id, "the key is the old one", thread_ts=ts)
    await stage.workspace.react("U0ALICE", channel.id, reply, "round_pushpin")

    assert ["the key is the old one"] == await notes(stage)
    event = (await stage.bot.store.log.events(1))[-1].event
    assert "U0BOB" == event.by
    assert abs(event.at.timestamp() - float(reply)) < 0.001


async def test_an_unknown_marked_message_is_fetched(stage: Stage, channel: Channel) -> None:
    """A marked reply that was never received is fetched."""
    url, stage.workspace.request_url = stage.workspace.request_url, None
    ts = await stage.workspace.say("U0ALICE", channel.id, "look at auth")
    reply = await stage.workspace.say("U0BOB", channel.id, "token=abc123secret0 in the logs", thread_ts=ts)
    stage.workspace.request_url = url
    await stage.workspace.react("U0ALICE", channel.id, reply, "pushpin")

    (text,) = await notes(stage)
    assert "in the logs" in text
    assert "abc123secret0" not in text


async def test_a_pin_is_a_mark_too(stage: Stage, channel: Channel) -> None:
    """A pin adds a note and its removal removes it. The pinned card is not a note."""
    ts = await stage.workspace.say("U0ALICE", channel.id, "the dashboard lies")
    await stage.workspace.pin("U0ALICE", channel.id, ts)
    assert ["the dashboard lies"] == await notes(stage)
    await stage.workspace.unpin("U0ALICE", channel.id, ts)
    assert [] == await notes(stage)
    card = (await stage.incident()).messages["card"][1]
    await stage.workspace.unpin("U0ALICE", channel.id, card)
    await stage.workspace.pin("U0ALICE", channel.id, card)
    assert [] == await notes(stage)


@pytest.mark.parametrize("pin_goes_first", [True, False])
async def test_a_note_stays_while_any_mark_is_left(
    stage: Stage, channel: Channel, *, pin_goes_first: bool
) -> None:
    """A message with a pin and a reaction stays a note until both are removed."""
    workspace, ts = stage.workspace, await stage.workspace.say("U0ALICE", channel.id, "the dashboard lies")
    await workspace.pin("U0ALICE", channel.id, ts)
    await workspace.react("U0BOB", channel.id, ts, "pushpin")

    async def take_away(*, pin: bool) -> None:
        if pin:
            await workspace.unpin("U0ALICE", channel.id, ts)
        else:
            await workspace.unreact("U0BOB", channel.id, ts, "pushpin")

    await take_away(pin=pin_goes_first)
    assert ["the dashboard lies"] == await notes(stage)
    await take_away(pin=not pin_goes_first)
    assert [] == await notes(stage)


@pytest.mark.usefixtures("channel")
async def test_messages_in_other_channels_are_ignored(stage: Stage) -> None:
    """Only messages in incident channels are stored."""
    ts = await stage.workspace.say("U0ALICE", "C0GENERAL", "lunch?")
    await stage.workspace.react("U0ALICE", "C0GENERAL", ts, "pushpin")
    await stage.quiet()

    assert None is await stage.bot.store.transcript.message("C0GENERAL", ts)
    assert [] == await rows(stage)
    assert [] == await notes(stage)


async def test_an_edit_may_arrive_before_its_message(stage: Stage, channel: Channel) -> None:
    """An edit that arrives before its message is applied, because Slack guarantees no order."""
    messages, now = ChannelEvents(stage.bot.recorder, stage.bot.slack), f"{time.time():.6f}"
    later = f"{float(now) + 1:.6f}"
    message = {"type": "message", "channel": channel.id, "user": "U0ALICE", "ts": now, "text": "first"}
    changed = {"message": {**message, "text": "second"}, "previous_message": message}
    await messages.handle(
        {"type": "message", "subtype": "message_changed", "channel": channel.id, "ts": later, **changed}
    )
    await messages.handle(message)

    assert "second" == (await row(stage, channel, now)).text
