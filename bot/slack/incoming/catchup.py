"""After a gap: what was said in the channels of open incidents meanwhile, and which were unarchived."""

import logging
from typing import Any

from bot.engine.record import Recorder
from bot.slack.api.client import SlackClient, SlackFailed, SlackSaidNo, SlackUnreachable
from bot.slack.api.error_codes import judge
from bot.slack.incoming.channel_events import MARKS, VERDICTS, ChannelEvents, moment
from bot.store import IncidentRow, Store, Unreadable

log = logging.getLogger("firstcheck.catchup")


async def catch_up(recorder: Recorder, slack: SlackClient, messages: ChannelEvents) -> bool:
    """Take in what the transcript lacks; returns False when Slack may tell more of it later."""
    whole = True
    for row in await recorder.store.log.incidents(open_only=True, limit=None):
        if row.channel:
            try:
                whole = await _incident(recorder, slack, messages, row) and whole
            except Unreadable as why:  # and will be the next time
                log.warning("INC-%s: what was said meanwhile is not taken in: %s", row.number, why)
    return whole


async def _incident(
    recorder: Recorder, slack: SlackClient, messages: ChannelEvents, row: IncidentRow
) -> bool:
    """Take in what an incident's channel tells; returns False when Slack may tell more of it later."""
    whole = True
    if (await recorder.load(row.number)).channel.is_archived:
        whole = await _archived(slack, messages, row)
    return await _channel(recorder.store, slack, messages, row) and whole


async def _archived(slack: SlackClient, messages: ChannelEvents, row: IncidentRow) -> bool:
    """Take in that somebody unarchived the channel; returns whether there is nothing to hear of it later."""
    try:
        channel = (await slack.call("conversations.info", channel=row.channel))["channel"]
    except SlackFailed as error:
        log.warning("INC-%s: whether its channel is archived could not be asked: %s", row.number, error)
        return isinstance(error, SlackSaidNo)
    if not channel["is_archived"]:
        await messages.handle({"type": "channel_unarchive", "channel": row.channel})
    return bool(channel["is_archived"])


async def _channel(store: Store, slack: SlackClient, messages: ChannelEvents, row: IncidentRow) -> bool:
    """Take in what stands there and is not known: what was heard last says nothing of what was missed."""
    said, whole = await _all(slack, row, "conversations.history")
    for message in reversed(said):
        await _take(store, messages, row.channel, message)
        if message.get("reply_count"):
            replies, all_replies = await _all(slack, row, "conversations.replies", ts=message["ts"])
            for reply in replies:
                await _take(store, messages, row.channel, reply)
            whole = whole and all_replies
    return whole


async def _all(
    slack: SlackClient, row: IncidentRow, method: str, **arguments: str
) -> tuple[list[dict[str, Any]], bool]:
    """Return all that a method lists of the channel, and False when only asking again would tell.

    A limit is waited for, however long. Any other failure ends nothing but this one list.
    """
    try:
        listed = slack.paginate(method, "messages", patient=True, channel=row.channel, **arguments)
        return [message async for message in listed], True
    except (SlackUnreachable, SlackSaidNo) as error:
        log.warning("INC-%s: what was said meanwhile could not be fetched: %s", row.number, error)
        return [], isinstance(error, SlackSaidNo) and not judge(method, error.error).again


async def _take(store: Store, messages: ChannelEvents, channel: str, message: dict[str, Any]) -> None:
    known = await store.transcript.message(channel, message["ts"])
    edited = message.get("edited")
    changed = {"type": "message", "subtype": "message_changed", "channel": channel, "message": message}
    if message.get("subtype") == "tombstone":
        await messages.handle({**changed, "ts": message["ts"]})
    elif known is None or not known.incident:
        await messages.handle({**message, "type": "message", "channel": channel})
    elif edited and (known.edited_at is None or known.edited_at < moment(edited["ts"])):
        await messages.handle({**changed, "ts": edited["ts"]})
    for reaction in message.get("reactions", []):
        if reaction.get("name") in MARKS | VERDICTS.keys():
            item = {"type": "message", "channel": channel, "ts": message["ts"]}
            for by in reaction.get("users", []):
                event = {"type": "reaction_added", "reaction": reaction["name"], "item": item, "user": by}
                await messages.handle(event)
