"""What a workspace remembers: channels, messages, what only one person sees, and open modals."""

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.workspace.errors import SlackError
from bot.workspace.people import APP_ID, BOT, BOT_ID, BOT_USER_ID, TEAM_ID, Person

Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Message:
    """One message; `user` is its author's id (the bot's user id when `bot` is true)."""

    ts: str
    user: str
    text: str
    bot: bool = False
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    subtype: str | None = None
    extra: Json = field(default_factory=dict)
    edited: str | None = None
    deleted: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    replies: list["Message"] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """The timestamp as a number, by which messages are ordered."""
        return float(self.ts)

    def as_json(self, *, include_metadata: bool = False) -> Json:
        """The message object of conversations.history and of events."""
        shown: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts, **self.extra}
        if self.subtype:
            shown["subtype"] = self.subtype
        if self.bot:
            shown |= {"bot_id": BOT_ID, "app_id": APP_ID, "team": TEAM_ID}
            shown["bot_profile"] = {"id": BOT_ID, "app_id": APP_ID, "name": BOT.name, "team_id": TEAM_ID}
        for key in ("blocks", "attachments", "thread_ts"):
            if getattr(self, key):
                shown[key] = getattr(self, key)
        if self.edited:
            shown["edited"] = {"user": self.user, "ts": self.edited}
        if self.reactions:
            shown["reactions"] = [
                {"name": name, "users": list(users), "count": len(users)}
                for name, users in self.reactions.items()
            ]
        standing = self.standing_replies()
        if standing:
            shown |= {
                "thread_ts": self.ts,
                "reply_count": len(standing),
                "reply_users": sorted({reply.user for reply in standing}),
                "latest_reply": standing[-1].ts,
            }
        if include_metadata and self.metadata:
            shown["metadata"] = self.metadata
        return shown

    def standing_replies(self) -> list["Message"]:
        """The replies of this thread that have not been deleted."""
        return [reply for reply in self.replies if not reply.deleted]


@dataclass(slots=True, kw_only=True)
class Channel:
    """A channel, public or private, or (when `is_im`) a person's direct messages with the bot."""

    id: str
    name: str
    creator: str
    created: int
    is_private: bool = False
    is_im: bool = False
    topic: str = ""
    purpose: str = ""
    is_archived: bool = False
    members: list[str] = field(default_factory=list)
    pins: dict[str, int] = field(default_factory=dict)
    bookmarks: list[Json] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    by_ts: dict[str, Message] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The channel_type of events."""
        return "im" if self.is_im else "group" if self.is_private else "channel"

    def message(self, ts: str) -> Message:
        """Return the message with this ts; raises message_not_found."""
        found = self.by_ts.get(ts)
        if found is None or found.deleted:
            raise SlackError("message_not_found")
        return found

    def as_json(self, now: float) -> Json:
        """The channel object of conversations.info, seen by the bot."""
        if self.is_im:
            other = next(member for member in self.members if member != BOT_USER_ID)
            return {
                "id": self.id,
                "created": self.created,
                "is_im": True,
                "user": other,
                "is_archived": False,
            }
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.is_private,
            "is_group": self.is_private,
            "is_im": False,
            "is_mpim": False,
            "is_private": self.is_private,
            "is_archived": self.is_archived,
            "is_general": self.id == "C0GENERAL",
            "is_shared": False,
            "is_ext_shared": False,
            "is_member": BOT_USER_ID in self.members,
            "created": self.created,
            "updated": int(now * 1000),
            "creator": self.creator,
            "topic": {"value": self.topic, "creator": self.creator, "last_set": self.created},
            "purpose": {"value": self.purpose, "creator": self.creator, "last_set": self.created},
            "num_members": len(self.members),
        }


@dataclass(frozen=True, kw_only=True)
class Ephemeral:
    """A message only one person sees; it cannot be fetched back by the app."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json]
    thread_ts: str | None = None


@dataclass(slots=True, kw_only=True)
class View:
    """An open modal (or, when published, a home tab) in front of one person."""

    id: str
    user: str
    content: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: Json = field(default_factory=dict)

    def as_json(self) -> Json:
        """The view object the app is given."""
        defaults = {
            "private_metadata": "",
            "callback_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
        }
        return {
            **defaults,
            **self.content,
            "id": self.id,
            "team_id": TEAM_ID,
            "app_id": APP_ID,
            "bot_id": BOT_ID,
            "hash": self.hash,
            "root_view_id": self.root_id,
            "previous_view_id": self.previous_id,
            "state": {"values": self.values},
        }


class State:
    """Everything remembered; of a change `announce` tells the app and `show` the page."""

    def __init__(self, people: tuple[Person, ...], clock: Callable[[], float]) -> None:
        self.people = {person.id: person for person in (*people, BOT)}
        self.clock = clock
        self.channels: dict[str, Channel] = {}
        self.names: dict[str, str] = {}
        self.ephemerals: list[Ephemeral] = []
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.triggers = Triggers()
        self.url = ""
        self.announce: Callable[[Json, Channel | None], None] = lambda _event, _channel: None
        self.show: Callable[[Json, str | None], None] = lambda _change, _person: None
        self._last_ts_us = 0
        self._numbers: Iterator[int] = itertools.count(1)

    def next_ts(self) -> str:
        """Return a message timestamp from the clock, later than every one before."""
        self._last_ts_us = max(self._last_ts_us + 1, round(self.clock() * 1_000_000))
        return f"{self._last_ts_us // 1_000_000}.{self._last_ts_us % 1_000_000:06d}"

    def next_id(self, letter: str) -> str:
        """Return a fresh id that looks like Slack's, such as C000000012."""
        return f"{letter}{next(self._numbers):09d}"

    def channel(self, channel_id: str) -> Channel:
        """Return a channel; raises channel_not_found."""
        if channel_id not in self.channels:
            raise SlackError("channel_not_found")
        return self.channels[channel_id]

    def person(self, person_id: str) -> Person:
        """Return somebody by id; raises user_not_found."""
        if person_id not in self.people:
            raise SlackError("user_not_found")
        return self.people[person_id]

    def add_channel(self, channel: Channel) -> Channel:
        """Remember a channel; its name is taken from now on, archived or not."""
        self.channels[channel.id] = channel
        self.names[channel.name] = channel.id
        return channel

    def direct_messages(self, person_id: str) -> Channel:
        """Return the bot's direct messages with a person, opened on first use."""
        self.person(person_id)
        channel_id = f"D{person_id[1:]}"
        if channel_id not in self.channels:
            members = [person_id, BOT_USER_ID]
            now = int(self.clock())
            # The name is no channel name, so that it collides with none.
            name = f"@{self.people[person_id].name}"
            self.add_channel(
                Channel(id=channel_id, name=name, creator=person_id, created=now, is_im=True, members=members)
            )
        return self.channels[channel_id]


class Triggers:
    """Trigger ids: each opens one modal within three seconds (docs.slack.dev, handling user interaction)."""

    LIFETIME_S = 3.0

    def __init__(self) -> None:
        self._issued: dict[str, tuple[float, str]] = {}
        self._used: set[str] = set()
        self._numbers = itertools.count(1)

    def issue(self, person_id: str) -> str:
        """Return a trigger for a person who just clicked or typed."""
        trigger_id = f"{next(self._numbers)}.{TEAM_ID}.local"
        self._issued[trigger_id] = (time.monotonic(), person_id)
        return trigger_id

    def exchange(self, trigger_id: str) -> str:
        """Use a trigger up and return whose it was; raises invalid_, exchanged_ or expired_trigger_id."""
        if trigger_id not in self._issued:
            raise SlackError("invalid_trigger_id")
        if trigger_id in self._used:
            raise SlackError("exchanged_trigger_id")
        issued_at, person_id = self._issued[trigger_id]
        if time.monotonic() - issued_at > self.LIFETIME_S:
            raise SlackError("expired_trigger_id")
        self._used.add(trigger_id)
        return person_id
