"""Messages of ours: put up once, even when the first try's answer was lost, and changed in place."""

import logging
from typing import Any

from bot.domain.recipient import is_slack_user
from bot.engine.bounded import BoundedDict
from bot.engine.outbox import Task
from bot.slack.api.client import SlackBusy, SlackClient, SlackSaidNo
from bot.slack.command_name import DEFAULT, renamed
from bot.slack.views.blocks import Screen

#: What `metadata` calls our messages; its `key` is the effect's.
EVENT_TYPE = "firstcheck_effect"
#: The message is gone, or no longer ours to change: a new one is put up in its place.
GONE = {"message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"}

#: Blocks are not as Slack wants them: a mistake of ours, for which nobody should miss the message.
INVALID_BLOCKS = {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"}

#: Messages whose state is remembered. For a forgotten one Slack is asked again.
MAX_REMEMBERED = 10_000

log = logging.getLogger("firstcheck.slack")


class MessagePoster:
    """Puts up and changes messages; `task` names each so that it can be found again."""

    def __init__(self, slack: SlackClient, command: str = DEFAULT) -> None:
        self._slack = slack
        #: What the slash command is called here.
        self._command = command
        #: By message, the try that a rate limit ended: what was not there before it is not there after it.
        self._held_up = BoundedDict[str, int](MAX_REMEMBERED)
        #: By message, the hash of what we know that it says.
        self._said = BoundedDict[tuple[str, str], int](MAX_REMEMBERED)
        #: The hashes of what Slack did not take, until its text is there.
        self._unfit = BoundedDict[int, bool](MAX_REMEMBERED)

    async def post(self, task: Task, channel: str, screen: Screen) -> tuple[str, str]:
        """Post `screen` to a channel or a person; returns the channel's id and the message's ts.

        On a second try the first's message is looked for by its metadata and not repeated.
        """
        key = f"{task.job.key}>{channel}"
        in_doubt = task.again and self._held_up.pop(key, 0) != task.job.attempts - 1
        if in_doubt and (found := await self._find(task, channel, key)):
            return found
        content = self._content(screen)
        try:
            answer = await self._call(
                "chat.postMessage",
                content,
                urgent=task.job.priority == 1,
                channel=channel,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
                unfurl_links=False,
                unfurl_media=False,
            )
        except SlackBusy:
            self._held_up[key] = task.job.attempts
            raise
        posted = str(answer["channel"]), str(answer["ts"])
        self._said[posted] = hash(str(content))
        return posted

    async def update(self, channel: str, ts: str, screen: Screen, *, urgent: bool = True) -> bool:
        """Bring a message up to date; returns False when it is gone and must be put up anew.

        What says already what it should costs no call: Slack takes 50 changes a minute.
        """
        content = self._content(screen)
        said = hash(str(content))
        if self._said.pop((channel, ts), None) == said:  # unknown until Slack has answered
            self._said[channel, ts] = said
            return True
        try:
            await self._call("chat.update", content, urgent=urgent, channel=channel, ts=ts)
        except SlackSaidNo as no:
            if no.error in GONE:
                return False
            raise
        self._said[channel, ts] = said
        return True

    async def _call(self, method: str, content: dict[str, Any], **arguments: Any) -> dict[str, Any]:
        """Send `content`, or only its text where Slack does not take the blocks."""
        known = hash(str(content))
        if known not in self._unfit:
            try:
                return await self._slack.call(method, **arguments, **content)
            except SlackSaidNo as no:
                if no.error not in INVALID_BLOCKS:
                    raise
                log.warning("%s does not take our blocks (%s), so they are left out", method, no.error)
        # A busy channel takes no second call at once: the next try begins here.
        self._unfit[known] = True
        answer = await self._slack.call(method, **arguments, text=content["text"], blocks=[])
        self._unfit.pop(known, None)
        return answer

    async def _find(self, task: Task, channel: str, key: str) -> tuple[str, str] | None:
        conversation = await self._conversation(channel)
        async for message in self._slack.paginate(
            "conversations.history",
            "messages",
            channel=conversation,
            oldest=f"{task.since.timestamp():.6f}",
            include_all_metadata="true",
        ):
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("key") == key:
                return conversation, str(message["ts"])
        return None

    async def _conversation(self, channel: str) -> str:
        """Return the id history is kept under: a person's is that of the direct message."""
        if is_slack_user(channel):
            opened = await self._slack.call("conversations.open", users=channel)
            return str(opened["channel"]["id"])
        return channel

    def _content(self, screen: Screen) -> dict[str, Any]:
        shown = renamed(screen, self._command)
        return {"text": shown.text, "blocks": shown.blocks}
