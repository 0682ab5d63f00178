"""After a gap: fetches what was said in the channels of open incidents while we were away."""

import logging
from typing import Any

from bot.slack.calls import SlackBusy, SlackCalls, SlackSaidNo, SlackUnreachable
from bot.slack.messages import MARKS, Messages
from bot.store import Store

log = logging.getLogger("firstcheck.catchup")


async def catch_up(store: Store, slack: SlackCalls, messages: Messages) -> bool:
    """Take in what the transcript lacks; returns False when Slack could not be asked for all of it."""
    whole = True
    for row in await store.incidents(open_only=True):
        if not row.channel:
            continue
        try:
            await _channel(store, slack, messages, row.channel)
        except (SlackBusy, SlackUnreachable, SlackSaidNo) as error:
            log.warning("INC-%s: what was said meanwhile could not be fetched: %s", row.number, error)
            whole = whole and isinstance(error, SlackSaidNo)
    return whole


async def _channel(store: Store, slack: SlackCalls, messages: Messages, channel: str) -> None:
    """Take in what is new or was edited; a thread is asked for when it has an answer that is new."""
    last = float(await store.last_message_ts(channel) or 0)
    history = [message async for message in slack.every("conversations.history", "messages", channel=channel)]
    for message in reversed(history):
        await _take(messages, channel, message, last)
        if float(message.get("latest_reply") or 0) > last:
            async for reply in slack.every(
                "conversations.replies", "messages", channel=channel, ts=message["ts"], oldest=f"{last:.6f}"
            ):
                await _take(messages, channel, reply, last)
        for reaction in message.get("reactions", []):
            if reaction.get("name") in MARKS:
                item = {"type": "message", "channel": channel, "ts": message["ts"]}
                await messages.take({"type": "reaction_added", "reaction": reaction["name"], "item": item})


async def _take(messages: Messages, channel: str, message: dict[str, Any], last: float) -> None:
    if float(message["ts"]) > last:
        await messages.take({**message, "type": "message", "channel": channel})
    elif edited := message.get("edited"):
        changed = {"type": "message", "subtype": "message_changed", "channel": channel, "message": message}
        await messages.take({**changed, "ts": edited["ts"]})
