"""Posts messages, each once even if Slack's answer is lost, and updates them in place."""

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from bot.domain.recipient import is_slack_user
from bot.engine.bounded import BoundedDict
from bot.engine.outbox import Task
from bot.slack.api.client import SlackBusy, SlackClient, SlackSaidNo
from bot.slack.api.error_codes import Judgement, judge
from bot.slack.command_name import DEFAULT, renamed
from bot.slack.views.blocks import Screen, paragraph

#: The event type in the metadata of our messages. Its `key` identifies the effect.
EVENT_TYPE = "firstcheck_effect"
#: Errors for a message that can no longer be updated, so that a new one is posted.
GONE = {"message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"}

#: Errors for invalid blocks. That is a bug of ours, and the text is still posted.
INVALID_BLOCKS = {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"}

#: How many messages to remember. An update of a forgotten one is always sent.
MAX_REMEMBERED = 10_000

_CHANNEL_ID = re.compile(r"[CDG][A-Z0-9]+")

log = logging.getLogger("firstcheck.slack")


class MessagePoster:
    """Posts and updates messages. The metadata of each has the key of its task, so that it can be found."""

    def __init__(self, slack: SlackClient, command: str = DEFAULT) -> None:
        self._slack = slack
        #: The slash command's configured name.
        self._command = command
        #: The attempt that a rate limit ended, by message key. Nothing was posted, so the next attempt need
        #: not look.
        self._rate_limited = BoundedDict[str, int](MAX_REMEMBERED)
        #: The hash of each message's last known content, by message.
        self._posted = BoundedDict[tuple[str, str], int](MAX_REMEMBERED)
        #: Hashes of contents with invalid blocks, until their text is posted.
        self._invalid = BoundedDict[int, bool](MAX_REMEMBERED)

    async def post(self, task: Task, channel: str, screen: Screen, *, thread: str = "") -> tuple[str, str]:
        """Post `screen` to a channel or a person. Return the channel's ID and the message's ts.

        With `thread`, reply to the message with that ts. A repeated attempt looks for the message by its
        metadata first.
        """
        key = f"{task.job.key}>{channel}"
        in_doubt = task.again and self._rate_limited.pop(key, 0) != task.job.attempts - 1
        if in_doubt:
            conversation = await self._conversation(channel)
            if found := await self._find(task, conversation, partial(_has_key, key), thread):
                return conversation, found
        content = self._content(screen)
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
        urgent = task.job.priority == 1
        arguments: dict[str, Any] = {"channel": channel, "metadata": metadata}
        arguments |= {"unfurl_links": False, "unfurl_media": False}
        if thread:
            arguments["thread_ts"] = thread
        try:
            answer = await self._call("chat.postMessage", content, urgent=urgent, **arguments)
        except SlackBusy:
            self._rate_limited[key] = task.job.attempts
            raise
        posted = str(answer["channel"]), str(answer["ts"])
        self._posted[posted] = hash(str(content))
        return posted

    async def post_outside(
        self, task: Task, recipient: str, screen: Screen, *, thread: str = ""
    ) -> Judgement | None:
        """Post to a person or another channel. Return Slack's refusal if another attempt is of no use."""
        try:
            await self.post(task, recipient, screen, thread=thread)
        except SlackSaidNo as error:
            judgement = judge(error.method, error.error)
            if judgement.again:
                raise
            return judgement
        return None

    async def upload(self, task: Task, recipient: str, file: Path, comment: str) -> None:
        """Post a file to a channel or a person, with a comment (mrkdwn). Raise OSError if it can't be read.

        A repeated attempt looks for the file by its name first, because Slack accepts no metadata with files.
        """
        channel = await self._conversation(recipient)
        if task.again and await self._find(task, channel, partial(_has_file, file.name)):
            return
        content = await asyncio.to_thread(file.read_bytes)
        text = renamed(paragraph(comment), self._command).text
        await self._slack.upload(channel, filename=file.name, content=content, comment=text)

    async def update(self, channel: str, ts: str, screen: Screen, *, urgent: bool = True) -> bool:
        """Update a message. Return False if it is gone and must be posted again.

        Unchanged content costs no call, because Slack allows 50 updates a minute.
        """
        content = self._content(screen)
        content_hash = hash(str(content))
        if self._posted.pop((channel, ts), None) == content_hash:  # stored again after a success
            self._posted[channel, ts] = content_hash
            return True
        try:
            await self._call("chat.update", content, urgent=urgent, channel=channel, ts=ts)
        except SlackSaidNo as error:
            if error.error in GONE:
                return False
            raise
        self._posted[channel, ts] = content_hash
        return True

    async def _call(self, method: str, content: dict[str, Any], **arguments: Any) -> dict[str, Any]:
        """Send `content`, or only its text if Slack rejects the blocks."""
        content_hash = hash(str(content))
        if content_hash not in self._invalid:
            try:
                return await self._slack.call(method, **arguments, **content)
            except SlackSaidNo as error:
                if error.error not in INVALID_BLOCKS:
                    raise
                log.warning("%s rejected our blocks (%s), so they are left out", method, error.error)
        # If the channel is rate-limited, the next attempt starts here.
        self._invalid[content_hash] = True
        answer = await self._slack.call(method, **arguments, text=content["text"], blocks=[])
        self._invalid.pop(content_hash, None)
        return answer

    async def _find(
        self, task: Task, channel: str, is_it: Callable[[Mapping[str, Any]], bool], thread: str = ""
    ) -> str | None:
        """Return the ts of a message that an earlier attempt posted, or None."""
        oldest = f"{task.since.timestamp():.6f}"
        among: dict[str, Any] = {"channel": channel, "oldest": oldest, "include_all_metadata": "true"}
        if thread:
            history = self._slack.paginate("conversations.replies", "messages", ts=thread, **among)
        else:
            history = self._slack.paginate("conversations.history", "messages", **among)
        async for message in history:
            if is_it(message):
                return str(message["ts"])
        return None

    async def _conversation(self, channel: str) -> str:
        """Return the ID of a channel, which may be given by its name, or of a person's direct message."""
        if is_slack_user(channel):
            opened = await self._slack.call("conversations.open", users=channel)
            return str(opened["channel"]["id"])
        if _CHANNEL_ID.fullmatch(channel):
            return channel
        types = "public_channel,private_channel"
        async for joined in self._slack.paginate("users.conversations", "channels", types=types):
            if joined.get("name") == channel.removeprefix("#"):
                return str(joined["id"])
        return channel

    def _content(self, screen: Screen) -> dict[str, Any]:
        screen = renamed(screen, self._command)
        return {"text": screen.text, "blocks": screen.blocks}


def _has_key(key: str, message: Mapping[str, Any]) -> bool:
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return bool(payload.get("key") == key)


def _has_file(name: str, message: Mapping[str, Any]) -> bool:
    return any(file.get("name") == name for file in message.get("files") or ())
