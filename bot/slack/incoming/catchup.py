"""Fetches the events in channels of open incidents that we missed while disconnected from Slack."""

import logging
import time
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any

from bot.domain.message import Message
from bot.engine.record import Recorder
from bot.slack.api.client import SlackClient, SlackFailed, SlackSaidNo, SlackUnreachable
from bot.slack.api.error_codes import judge
from bot.slack.incoming.channel_events import MARKS, REACTION_VERDICTS, ChannelEvents, time_of
from bot.store import IncidentRow, Store, Unreadable

log = logging.getLogger("firstcheck.slack")

#: How long after the close of an incident its channel is caught up with. People still complete its record.
AFTER_CLOSE = timedelta(days=1)
#: How many of the newest incidents are searched for those that were closed lately.
MAX_CLOSED = 50


async def catch_up(recorder: Recorder, slack: SlackClient, channel_events: ChannelEvents) -> bool:
    """Handle everything we missed. Return False if another attempt may find more."""
    whole = True
    open_rows = await recorder.store.log.incidents(open_only=True, limit=None)
    newest = await recorder.store.log.incidents(limit=MAX_CLOSED)
    for row in (*open_rows, *(row for row in newest if row.status.is_over)):
        if row.channel:
            try:
                if not row.status.is_over or await _is_lately_closed(recorder, row):
                    whole = await _catch_up_incident(recorder, slack, channel_events, row) and whole
            except Unreadable as error:  # another attempt would fail as well
                log.warning("INC-%s: could not read the incident to catch up: %s", row.number, error)
    return whole


async def _is_lately_closed(recorder: Recorder, row: IncidentRow) -> bool:
    """Return whether the incident was closed lately and we can still read its channel."""
    incident = await recorder.load(row.number)
    is_readable = not incident.channel.is_archived and not incident.channel.lost_reason
    return bool(is_readable and incident.closed_at and recorder.clock() - incident.closed_at < AFTER_CLOSE)


async def _catch_up_incident(
    recorder: Recorder, slack: SlackClient, channel_events: ChannelEvents, row: IncidentRow
) -> bool:
    """Handle the missed events in one incident's channel. Return False if another attempt may find more."""
    whole = True
    if (await recorder.load(row.number)).channel.is_archived:
        whole = await _catch_up_unarchived(slack, channel_events, row)
    return await _catch_up_messages(recorder, slack, channel_events, row) and whole


async def _catch_up_unarchived(slack: SlackClient, channel_events: ChannelEvents, row: IncidentRow) -> bool:
    """Record that the channel was unarchived, if it was. Return False if Slack has to be asked again."""
    try:
        channel = (await slack.call("conversations.info", channel=row.channel))["channel"]
    except SlackFailed as error:
        log.warning("INC-%s: could not check whether its channel is archived: %s", row.number, error)
        return isinstance(error, SlackSaidNo)
    if not channel["is_archived"]:
        await channel_events.handle({"type": "channel_unarchive", "channel": row.channel})
    return bool(channel["is_archived"])


async def _catch_up_messages(
    recorder: Recorder, slack: SlackClient, channel_events: ChannelEvents, row: IncidentRow
) -> bool:
    """Store all missing messages, and update the others.

    We can't start at the newest one stored, as gaps may lie before it.
    """
    # Messages that arrive from now on may be missing in the lists, although Slack has them.
    stored = await recorder.store.transcript.messages(row.number)
    messages, whole = await _list(slack, row, "conversations.history")
    found = {message["ts"]: message for message in messages}
    for message in reversed(messages):
        await _handle(recorder.store, channel_events, row.channel, message)
        if message.get("reply_count"):
            replies, all_replies = await _list(slack, row, "conversations.replies", ts=message["ts"])
            for reply in replies:
                await _handle(recorder.store, channel_events, row.channel, reply)
            found |= {reply["ts"]: reply for reply in replies}
            whole = whole and all_replies
    pins = await _catch_up_pins(slack, channel_events, row)
    if whole and pins is not None and messages:
        await _delete_missing(channel_events, row, stored, found)
        await _remove_marks(recorder, channel_events, row, found, pins)
    return whole and pins is not None


async def _catch_up_pins(
    slack: SlackClient, channel_events: ChannelEvents, row: IncidentRow
) -> set[str] | None:
    """Mark all pinned messages and return their ts. Return None if Slack has to be asked again."""
    try:
        items = (await slack.call("pins.list", channel=row.channel)).get("items", [])
    except SlackFailed as error:
        log.warning("INC-%s: could not list its pins to catch up: %s", row.number, error)
        is_final = isinstance(error, SlackSaidNo) and not judge(error.method, error.error).again
        return set() if is_final else None
    for item in items:
        if item.get("type") == "message":
            event = {
                "type": "pin_added",
                "channel_id": row.channel,
                "item": item,
                "user": item.get("created_by"),
            }
            await channel_events.handle(event)
    return {item["message"]["ts"] for item in items if item.get("message")}


async def _delete_missing(
    channel_events: ChannelEvents, row: IncidentRow, stored: Iterable[Message], found: Collection[str]
) -> None:
    """Delete the `stored` messages of the channel that are not among those that Slack has.

    Slack may have dropped the oldest ones for its own reasons.
    """
    oldest = min(map(float, found))
    for message in stored:
        is_gone = message.channel == row.channel and message.ts not in found and message.deleted_at is None
        if is_gone and oldest < float(message.ts):
            deletion = {"subtype": "message_deleted", "deleted_ts": message.ts, "ts": f"{time.time():.6f}"}
            await channel_events.handle({"type": "message", "channel": row.channel, **deletion})


async def _remove_marks(
    recorder: Recorder,
    channel_events: ChannelEvents,
    row: IncidentRow,
    found: Mapping[str, Mapping[str, Any]],
    pins: Collection[str],
) -> None:
    """Remove the marks that the messages in `found` no longer have."""
    for ref in (await recorder.load(row.number)).notes:
        channel, _, ts = ref.partition("/")
        if channel != row.channel or ts not in found or ts in pins:
            continue
        reactions = {reaction.get("name") for reaction in found[ts].get("reactions", [])}
        if not reactions & MARKS:
            item = {"type": "message", "channel": channel, "ts": ts}
            await channel_events.handle({"type": "pin_removed", "item": item, "user": ""})


async def _list(
    slack: SlackClient, row: IncidentRow, method: str, **arguments: str
) -> tuple[list[dict[str, Any]], bool]:
    """Return all messages that a method lists, and whether the list is as complete as it can get.

    Wait out rate limits. After any other failure the list is empty.
    """
    try:
        listed = slack.paginate(method, "messages", patient=True, channel=row.channel, **arguments)
        return [message async for message in listed], True
    except (SlackUnreachable, SlackSaidNo) as error:
        log.warning("INC-%s: could not fetch messages to catch up: %s", row.number, error)
        return [], isinstance(error, SlackSaidNo) and not judge(method, error.error).again


async def _handle(store: Store, channel_events: ChannelEvents, channel: str, message: dict[str, Any]) -> None:
    stored = await store.transcript.message(channel, message["ts"])
    edited = message.get("edited")
    changed = {"type": "message", "subtype": "message_changed", "channel": channel, "message": message}
    if message.get("subtype") == "tombstone":
        await channel_events.handle({**changed, "ts": message["ts"]})
    elif stored is None or not stored.incident:
        await channel_events.handle({**message, "type": "message", "channel": channel})
    elif edited and (stored.edited_at is None or stored.edited_at < time_of(edited["ts"])):
        await channel_events.handle({**changed, "ts": edited["ts"]})
    elif not edited and message.get("bot_id"):  # Slack does not date the edits of messages with blocks
        await channel_events.handle({**changed, "ts": f"{time.time():.6f}"})
    for reaction in message.get("reactions", []):
        if reaction.get("name") in MARKS | REACTION_VERDICTS.keys():
            item = {"type": "message", "channel": channel, "ts": message["ts"]}
            for user in reaction.get("users", []):
                event = {"type": "reaction_added", "reaction": reaction["name"], "item": item, "user": user}
                await channel_events.handle(event)
