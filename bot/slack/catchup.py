"""After a gap: fetches what was said in the channels of open incidents while we were away."""

import asyncio
import logging
from typing import Any

from bot.slack.calls import SlackBusy, SlackCalls, SlackSaidNo, SlackUnreachable
from bot.slack.messages import MARKS, VERDICTS, Messages, moment
from bot.store import Store

log = logging.getLogger("firstcheck.catchup")


async def catch_up(store: Store, slack: SlackCalls, messages: Messages) -> bool:
    """Take in what the transcript lacks; returns False when Slack could not be asked for all of it."""
    whole = True
    for row in await store.incidents(open_only=True, limit=None):
        if not row.channel:
            continue
        try:
            await _channel(store, slack, messages, row.channel)
        except (SlackUnreachable, SlackSaidNo) as error:
            log.warning("INC-%s: what was said meanwhile could not be fetched: %s", row.number, error)
            whole = whole and isinstance(error, SlackSaidNo)
    return whole


async def _channel(store: Store, slack: SlackCalls, messages: Messages, channel: str) -> None:
    """Take in what stands there and is not known: what was heard last says nothing of what was missed."""
    for message in reversed(await _all(slack, "conversations.history", channel=channel)):
        await _take(store, messages, channel, message)
        if message.get("reply_count"):
            for reply in await _all(slack, "conversations.replies", channel=channel, ts=message["ts"]):
                await _take(store, messages, channel, reply)


async def _all(slack: SlackCalls, method: str, **arguments: str) -> list[dict[str, Any]]:
    """Return all that a method lists, however long that takes: to begin anew would meet the same limit."""
    while True:
        try:
            return [message async for message in slack.every(method, "messages", **arguments)]
        except SlackBusy as busy:
            await asyncio.sleep(busy.after_s)


async def _take(store: Store, messages: Messages, channel: str, message: dict[str, Any]) -> None:
    known = await store.message(channel, message["ts"])
    edited = message.get("edited")
    changed = {"type": "message", "subtype": "message_changed", "channel": channel, "message": message}
    if message.get("subtype") == "tombstone":
        await messages.take({**changed, "ts": message["ts"]})
    elif known is None or not known.incident:
        await messages.take({**message, "type": "message", "channel": channel})
    elif edited and (known.edited_at is None or known.edited_at < moment(edited["ts"])):
        await messages.take({**changed, "ts": edited["ts"]})
    for reaction in message.get("reactions", []):
        if reaction.get("name") in MARKS | VERDICTS.keys():
            item = {"type": "message", "channel": channel, "ts": message["ts"]}
            for by in reaction.get("users", []):
                event = {"type": "reaction_added", "reaction": reaction["name"], "item": item, "user": by}
                await messages.take(event)
