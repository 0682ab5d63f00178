"""What is said in the incidents' channels → transcript rows, marked lines, and settled suspicions."""

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
from bot.slack.incoming.membership import ChannelMembership, Take
from bot.store import Conflict, Store

log = logging.getLogger("firstcheck.messages")

#: 📌 marks a line for the timeline, as in incidentbot and Datadog.
MARKS = {"pushpin", "round_pushpin"}
#: A reaction on the message of a hypothesis settles it.
VERDICTS = {
    "white_check_mark": HypothesisVerdict.CONFIRMED,
    "heavy_check_mark": HypothesisVerdict.CONFIRMED,
    "x": HypothesisVerdict.REFUTED,
    "pause_button": HypothesisVerdict.PARKED,
    "double_vertical_bar": HypothesisVerdict.PARKED,
}
#: Subtypes that people's own words come with; the others are Slack's notices about the channel.
SAID = {"", "thread_broadcast", "file_share", "me_message", "bot_message"}

#: Seconds since 1970; what is no such number names no message.
_TS = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,6})?")
#: People of whom it is remembered whether they are colleagues.
MAX_COLLEAGUES = 10_000


class ChannelEvents:
    """Takes Slack's events in. Safe to call twice with the same event, and in any order."""

    def __init__(self, recorder: Recorder, slack: SlackClient) -> None:
        self._recorder = recorder
        self._store: Store = recorder.store
        self._slack = slack
        self._colleagues = BoundedDict[str, bool](MAX_COLLEAGUES)
        #: Called with a minute, in seconds since 1970, in which Slack left events out.
        self.missed: Callable[[float], None] = lambda _minute: None
        self._takers: Mapping[str, Take] = {
            "message": self._message,
            "reaction_added": self._reacted,
            "pin_added": self._on_pin_added,
            "reaction_removed": self._on_pin_removed,
            "pin_removed": self._on_pin_removed,
            **ChannelMembership(recorder, slack).takers,
        }

    async def handle(self, event: dict[str, Any]) -> None:
        """Write down what `event` (the inner one of an event_callback) tells, if it is of any interest."""
        taker = self._takers.get(str(event.get("type", "")))
        if taker:
            await taker(event)

    async def _incident(self, channel: str) -> int | None:
        return await self._store.log.lookup(f"channel:{channel}") if channel else None

    async def _message(self, event: dict[str, Any]) -> None:
        subtype, channel = event.get("subtype", ""), str(event.get("channel", ""))
        number = await self._incident(channel)
        stamps = (event.get("ts"), event.get("deleted_ts"), (event.get("message") or {}).get("ts"))
        if number is None or not all(_TS.fullmatch(str(ts)) for ts in stamps if ts is not None):
            return
        if subtype == "message_changed":
            await self._changed(channel, event)
        elif subtype == "message_deleted":
            at = moment(event.get("event_ts") or event["ts"])
            await self._store.transcript.delete(channel, str(event["deleted_ts"]), at)
        elif subtype in SAID and not await self._is_ours(event):
            await self._store.transcript.save(message_row(number, channel, event))

    async def _changed(self, channel: str, event: dict[str, Any]) -> None:
        message, former = event["message"], event.get("previous_message", {})
        at = moment(event.get("event_ts") or event["ts"])
        # How Slack deletes a message that has a thread; there is no word of it in the docs (slack-edge #10).
        if message.get("subtype") == "tombstone":
            await self._store.transcript.delete(channel, str(message["ts"]), at)
            return
        # Slack sends the same for an unfurled link and for our own chat.update.
        if message.get("text") == former.get("text") or await self._is_ours(message):
            return
        await self._store.transcript.edit(
            channel, str(message["ts"]), redact(str(message.get("text", ""))), at
        )

    async def _is_ours(self, message: Mapping[str, Any]) -> bool:
        return bool(message.get("bot_id")) and message["bot_id"] == (
            await self._slack.identity_or_empty()
        ).get("bot_id")

    async def _reacted(self, event: dict[str, Any]) -> None:
        verdict = VERDICTS.get(str(event.get("reaction", "")))
        if verdict is None:
            await self._on_pin_added(event)
            return
        item, by = event.get("item", {}), str(event.get("user", ""))
        place = (str(item.get("channel", "")), str(item.get("ts", "")))
        incident = await self._incident(place[0])
        if incident is not None:
            while not await self._settled(incident, place, verdict, by):
                pass  # another was quicker: look again

    async def _settled(
        self, number: int, place: tuple[str, str], verdict: HypothesisVerdict, by: str
    ) -> bool:
        """Settle the suspicion whose message stands there; returns False when something came between.

        What is settled is settled anew by command only: a reaction is easily made by mistake.
        """
        incident = await self._recorder.load(number)
        for known in incident.investigation.hypotheses.values():
            is_meant = incident.messages.get(message_keys.hypothesis_key(known.number)) == place
            if is_meant and known.verdict is None and await self._is_colleague(by):
                command = commands.CloseHypothesis(by=by, number=known.number, verdict=verdict)
                try:
                    await self._recorder.record(command, number, seen=incident.version)
                except Conflict:
                    return False
        return True

    async def _is_colleague(self, person: str) -> bool:
        """Whether somebody is of the workspace that runs Firstcheck, asked once; no, while Slack cannot say.

        Slack Connect brings people of other companies into a channel, and a reaction says not whose it is.
        """
        ours = (await self._slack.identity_or_empty()).get("team_id")
        if person not in self._colleagues and ours:
            try:
                user = (await self._slack.call("users.info", user=person)).get("user", {})
            except SlackFailed as error:
                log.warning("a reaction of %s was not taken: %s", person, error)
                return False
            self._colleagues[person] = user.get("team_id") == ours
        return self._colleagues.get(person, False)

    async def _on_pin_added(self, event: dict[str, Any]) -> None:
        place = await self._place(event)
        if place is None:
            return
        number, channel, ts = place
        message = await self._store.transcript.message(channel, ts)
        if message is None or not message.incident:
            message = await self._fetch(number, channel, ts, event)
        if message is None or message.deleted_at or not (message.text or message.files):
            return
        text = message.text or f"(file: {', '.join(message.files)})"
        # Slack's clock may be ahead of ours.
        at = min(moment(ts), self._recorder.clock())
        note = commands.AddNote(by=message.user, at=at, text=text, ref=f"{channel}/{ts}")
        await self._record_silently(note, number)

    async def _on_pin_removed(self, event: dict[str, Any]) -> None:
        place = await self._place(event)
        if place is None:
            return
        number, channel, ts = place
        if await self._still_marked(channel, ts):
            return
        await self._record_silently(
            commands.RemoveNote(by=str(event.get("user", "")), ref=f"{channel}/{ts}"), number
        )

    async def _place(self, event: dict[str, Any]) -> tuple[int, str, str] | None:
        """Return incident, channel and ts of the message that a mark is about."""
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
        """Whether another mark is still on the message; if Slack cannot say, the removal counts."""
        try:
            answer = await self._slack.call("reactions.get", channel=channel, timestamp=ts)
            reactions = answer.get("message", {}).get("reactions", [])
            if any(reaction.get("name") in MARKS for reaction in reactions):
                return True
            pins = await self._slack.call("pins.list", channel=channel)
        except SlackFailed:
            return False
        return any(item.get("message", {}).get("ts") == ts for item in pins.get("items", []))

    async def _fetch(self, number: int, channel: str, ts: str, event: dict[str, Any]) -> Message | None:
        """Ask Slack for a message we have not seen: `history` would not find one in a thread."""
        carried = event.get("item", {}).get("message")
        if not carried:
            try:
                # Named by a reply, Slack answers with it alone or with its thread (bolt-python #783).
                answer = await self._slack.call(
                    "conversations.replies", channel=channel, ts=ts, oldest=ts, latest=ts, inclusive="true"
                )
            except SlackFailed as error:
                log.warning("a marked message could not be read: %s", error)
                return None
            carried = next((m for m in answer.get("messages", []) if m.get("ts") == ts), None)
        if not carried or await self._is_ours(carried):
            return None
        await self._store.transcript.save(message_row(number, channel, carried))
        return await self._store.transcript.message(channel, ts)

    async def _record_silently(self, command: commands.AddNote | commands.RemoveNote, number: int) -> None:
        """Record a mark; there is nobody to answer, so a refusal is logged."""
        try:
            await self._recorder.record(command, number)
        except Refused as refused:
            log.info("a mark was not taken: %s", refused)


def moment(ts: str) -> datetime:
    """Return when a Slack `ts` was, in UTC."""
    return datetime.fromtimestamp(float(ts), UTC)


def message_row(number: int, channel: str, message: Mapping[str, Any]) -> Message:
    """Return a message of Slack's as a row of the transcript, secrets redacted."""
    return Message(
        incident=number,
        channel=channel,
        ts=str(message["ts"]),
        thread_ts=str(message.get("thread_ts", "")),
        user=str(message.get("user") or message.get("username") or message.get("bot_id") or ""),
        text=redact(str(message.get("text", ""))),
        files=tuple(redact(str(file.get("name", ""))) for file in message.get("files", [])),
    )
