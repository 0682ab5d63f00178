"""Turns Slack events in incident channels into transcript rows, timeline notes and settled hypotheses."""

import logging
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.domain import commands
from bot.domain.effects import message_keys
from bot.domain.errors import Refused
from bot.domain.message import Message
from bot.domain.text.redaction import redact
from bot.domain.vocabulary import HypothesisVerdict
from bot.engine.bounded import BoundedDict
from bot.engine.record import Recorder
from bot.slack.api.client import SlackClient, SlackFailed
from bot.slack.incoming.block_text import objects, string
from bot.slack.incoming.membership import ChannelMembership, Handler
from bot.slack.incoming.message_text import text_of
from bot.store import Conflict, Store

log = logging.getLogger("firstcheck.slack")

#: The 📌 reaction adds a message to the timeline, as in incidentbot and Datadog.
MARKS = {"pushpin", "round_pushpin"}
#: A reaction on a hypothesis's message settles it.
REACTION_VERDICTS = {
    "white_check_mark": HypothesisVerdict.CONFIRMED,
    "heavy_check_mark": HypothesisVerdict.CONFIRMED,
    "x": HypothesisVerdict.REFUTED,
    "pause_button": HypothesisVerdict.PARKED,
    "double_vertical_bar": HypothesisVerdict.PARKED,
}
#: Subtypes of messages that people write. The others are Slack's notices about the channel.
WRITTEN_SUBTYPES = {"", "thread_broadcast", "file_share", "me_message", "bot_message"}

#: What the timeline shows for a marked message without text, such as a poll.
WORDLESS = "(message without text)"
#: A message's timestamp, in seconds since 1970.
_TS = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,6})?")
#: How many people to remember as members of our workspace or of others.
MAX_COLLEAGUES = 10_000


class ChannelEvents:
    """Handles Slack's events. The same event may come twice, and events may come in any order."""

    def __init__(self, recorder: Recorder, slack: SlackClient) -> None:
        self._recorder = recorder
        self._store: Store = recorder.store
        self._slack = slack
        self._colleagues = BoundedDict[str, bool](MAX_COLLEAGUES)
        #: Called with the minute, in seconds since 1970, in which Slack dropped events.
        self.on_dropped: Callable[[float], None] = lambda _minute: None
        #: The handler for each type of event.
        self.handlers: Mapping[str, Handler] = {
            "message": self._on_message,
            "reaction_added": self._on_reaction_added,
            "pin_added": self._on_mark_added,
            "reaction_removed": self._on_mark_removed,
            "pin_removed": self._on_mark_removed,
            **ChannelMembership(recorder, slack).handlers,
        }

    async def handle(self, event: dict[str, Any]) -> None:
        """Handle the inner event of an event_callback. Ignore types without a handler."""
        if handler := self.handlers.get(str(event.get("type", ""))):
            await handler(event)

    async def _incident(self, channel: str) -> int | None:
        return await self._store.log.lookup(f"channel:{channel}") if channel else None

    async def _on_message(self, event: dict[str, Any]) -> None:
        subtype, channel = event.get("subtype", ""), str(event.get("channel", ""))
        number = await self._incident(channel)
        timestamps = (event.get("ts"), event.get("deleted_ts"), (event.get("message") or {}).get("ts"))
        if number is None or not all(_TS.fullmatch(str(ts)) for ts in timestamps if ts is not None):
            return
        if subtype == "message_changed":
            await self._on_message_changed(channel, event)
        elif subtype == "message_deleted":
            at = time_of(event.get("event_ts") or event["ts"])
            await self._store.transcript.delete(channel, str(event["deleted_ts"]), at)
        elif subtype in WRITTEN_SUBTYPES and not await self._is_ours(event):
            await self._store.transcript.save(message_row(number, channel, event))

    async def _on_message_changed(self, channel: str, event: dict[str, Any]) -> None:
        message, former = event["message"], event.get("previous_message") or {}
        at = time_of(event.get("event_ts") or event["ts"])
        # Slack deletes a message with replies this way, which its docs don't mention (slack-edge #10).
        if message.get("subtype") == "tombstone":
            await self._store.transcript.delete(channel, str(message["ts"]), at)
            return
        # Slack sends this event for unfurled links and for our own chat.update as well.
        # Apps change only the attachments or blocks of their messages.
        if not await self._is_ours(message) and (text := text_of(message)) != text_of(former):
            await self._store.transcript.edit(channel, str(message["ts"]), redact(text), at)

    async def _is_ours(self, message: Mapping[str, Any]) -> bool:
        identity = await self._slack.identity_or_empty()
        ids = (message.get("bot_id"), message.get("user"))
        return any(ours and ours in ids for ours in (identity.get("bot_id"), identity.get("user_id")))

    async def _on_reaction_added(self, event: dict[str, Any]) -> None:
        verdict = REACTION_VERDICTS.get(str(event.get("reaction", "")))
        if verdict is None:
            await self._on_mark_added(event)
            return
        item, by = event.get("item", {}), str(event.get("user", ""))
        message = (str(item.get("channel", "")), str(item.get("ts", "")))
        number = await self._incident(message[0])
        if number is not None:
            while not await self._settle_hypothesis(number, message, verdict, by):
                pass  # the incident has changed in the meantime

    async def _settle_hypothesis(
        self, number: int, message: tuple[str, str], verdict: HypothesisVerdict, by: str
    ) -> bool:
        """Settle the hypothesis that `message` (channel, ts) shows. Return False if it must be tried again.

        A verdict can be changed by command only, because a reaction is easily added by mistake.
        """
        incident = await self._recorder.load(number)
        for hypothesis in incident.investigation.hypotheses.values():
            is_meant = incident.messages.get(message_keys.hypothesis_key(hypothesis.number)) == message
            if is_meant and hypothesis.verdict is None and await self._is_colleague(by) is True:
                command = commands.CloseHypothesis(by=by, number=hypothesis.number, verdict=verdict)
                try:
                    await self._recorder.record(command, number, seen=incident.version)
                except Conflict:
                    return False
        return True

    async def _is_colleague(self, person: str) -> bool | None:
        """Return whether a person is a member of our workspace, or None while Slack can't be reached.

        Slack Connect lets people of other companies into a channel, and a reaction has no team ID.
        """
        ours = (await self._slack.identity_or_empty()).get("team_id")
        if person not in self._colleagues and ours:
            try:
                user = (await self._slack.call("users.info", user=person)).get("user", {})
            except SlackFailed as error:
                log.warning("could not look up who reacted (%s): %s", person, error)
                return None
            self._colleagues[person] = user.get("team_id") == ours
        return self._colleagues.get(person)

    async def _is_stranger(self, person: object) -> bool:
        """Return whether a person of another company set or removed a mark. False if the lookup fails."""
        return isinstance(person, str) and bool(person) and await self._is_colleague(person) is False

    async def _on_mark_added(self, event: dict[str, Any]) -> None:
        marked = await self._marked_message(event)
        if marked is None or await self._is_stranger(event.get("user")):
            return
        number, channel, ts = marked
        message = await self._store.transcript.message(channel, ts)
        if message is None or not message.incident:
            message = await self._fetch(number, channel, ts, event)
        if message is None or message.deleted_at:
            return
        # Slack's clock may be ahead of ours.
        at = min(time_of(ts), self._recorder.clock())
        note = commands.AddNote(by=message.user, at=at, text=message.text or WORDLESS, ref=f"{channel}/{ts}")
        await self._record_silently(note, number)

    async def _on_mark_removed(self, event: dict[str, Any]) -> None:
        marked = await self._marked_message(event)
        if marked is None or await self._is_stranger(event.get("user")):
            return
        number, channel, ts = marked
        if not await self._still_marked(channel, ts):
            removal = commands.RemoveNote(by=str(event.get("user", "")), ref=f"{channel}/{ts}")
            await self._record_silently(removal, number)

    async def _marked_message(self, event: dict[str, Any]) -> tuple[int, str, str] | None:
        """Return the incident, channel and ts of a message that was marked or unmarked, unless it is ours."""
        if event["type"].startswith("reaction_") and event.get("reaction") not in MARKS:
            return None
        item = event.get("item", {})
        if item.get("type") != "message":
            return None
        channel = str(item.get("channel") or event.get("channel_id", ""))
        ts = str(item.get("ts") or item.get("message", {}).get("ts", ""))
        number = await self._incident(channel)
        ours = await self._is_ours(item.get("message", {}))
        return None if number is None or not ts or ours else (number, channel, ts)

    async def _still_marked(self, channel: str, ts: str) -> bool:
        """Return whether the message still has a mark that counts. Return False if Slack can't be reached."""
        try:
            answer = await self._slack.call("reactions.get", channel=channel, timestamp=ts)
            pins = (await self._slack.call("pins.list", channel=channel)).get("items", [])
        except SlackFailed:
            return False
        reactions = answer.get("message", {}).get("reactions", [])
        by = [who for each in reactions if each.get("name") in MARKS for who in each.get("users", [])]
        by += [pin.get("created_by") for pin in pins if pin.get("message", {}).get("ts") == ts]
        return any([not await self._is_stranger(who) for who in by])

    async def _fetch(self, number: int, channel: str, ts: str, event: dict[str, Any]) -> Message | None:
        """Fetch and save a message we have not seen. Return None if it is ours or can't be fetched."""
        message = event.get("item", {}).get("message")
        if not message:
            try:
                # conversations.history has no replies. For a reply's ts Slack returns that reply or the
                # whole thread (bolt-python #783).
                answer = await self._slack.call(
                    "conversations.replies", channel=channel, ts=ts, oldest=ts, latest=ts, inclusive="true"
                )
            except SlackFailed as error:
                log.warning("could not fetch a marked message: %s", error)
                return None
            replies = answer.get("messages", [])
            message = next((reply for reply in replies if reply.get("ts") == ts), None)
        if not message or await self._is_ours(message):
            return None
        await self._store.transcript.save(message_row(number, channel, message))
        return await self._store.transcript.message(channel, ts)

    async def _record_silently(self, command: commands.AddNote | commands.RemoveNote, number: int) -> None:
        """Record a mark. Log a refusal, because a reaction has no reply."""
        try:
            await self._recorder.record(command, number)
        except Refused as refused:
            log.info("ignored a mark: %s", refused)


def time_of(ts: str) -> datetime:
    """Return the time (UTC) of a Slack `ts`."""
    return datetime.fromtimestamp(float(ts), UTC)


def message_row(number: int, channel: str, message: Mapping[str, Any]) -> Message:
    """Return a Slack message as a row of the transcript, with secrets redacted."""
    return Message(
        incident=number,
        channel=channel,
        ts=str(message["ts"]),
        thread_ts=str(message.get("thread_ts", "")),
        user=str(message.get("user") or message.get("username") or message.get("bot_id") or ""),
        text=redact(text_of(message)),
        files=tuple(redact(string(file, "name")) for file in objects(message.get("files"))),
    )
