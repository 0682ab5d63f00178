"""The state of a workspace: channels, messages, ephemeral messages and open modals."""

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.workspace.errors import SlackError
from bot.workspace.people import APP_ID, BOT, BOT_ID, BOT_USER_ID, TEAM_ID, Person

Json = dict[str, Any]
GENERAL_ID = "C0GENERAL"


@dataclass(slots=True, kw_only=True)
class Message:
    """A message. `user` is the author's id, which is the bot's user id if `bot` is true."""

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
    def posted_at(self) -> float:
        """The timestamp as a number, for sorting."""
        return float(self.ts)

    def as_json(self, *, include_metadata: bool = False) -> Json:
        """Return the message object of conversations.history and of events."""
        fields: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts, **self.extra}
        if self.subtype:
            fields["subtype"] = self.subtype
        if self.bot:
            fields |= {"bot_id": BOT_ID, "app_id": APP_ID, "team": TEAM_ID}
            fields["bot_profile"] = {"id": BOT_ID, "app_id": APP_ID, "name": BOT.name, "team_id": TEAM_ID}
        for key in ("blocks", "attachments", "thread_ts"):
            if getattr(self, key):
                fields[key] = getattr(self, key)
        if self.edited:
            fields["edited"] = {"user": self.user, "ts": self.edited}
        if self.reactions:
            fields["reactions"] = [
                {"name": name, "users": list(users), "count": len(users)}
                for name, users in self.reactions.items()
            ]
        replies = self.visible_replies()
        if replies:
            fields |= {
                "thread_ts": self.ts,
                "reply_count": len(replies),
                "reply_users": sorted({reply.user for reply in replies}),
                "latest_reply": replies[-1].ts,
            }
        if include_metadata and self.metadata:
            fields["metadata"] = self.metadata
        return fields

    def visible_replies(self) -> list["Message"]:
        """Return the replies that have not been deleted."""
        return [reply for reply in self.replies if not reply.deleted]


@dataclass(slots=True, kw_only=True)
class Channel:
    """A public or private channel, or the bot's direct messages with one person (`is_im`)."""

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
        """Return the message with this ts. Raise message_not_found."""
        found = self.by_ts.get(ts)
        if found is None or found.deleted:
            raise SlackError("message_not_found")
        return found

    def as_json(self, now: float) -> Json:
        """Return the channel object of conversations.info, from the bot's point of view."""
        if self.is_im:
            person_id = next(member for member in self.members if member != BOT_USER_ID)
            return {
                "id": self.id,
                "created": self.created,
                "is_im": True,
                "user": person_id,
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
            "is_general": self.id == GENERAL_ID,
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


@dataclass(slots=True, kw_only=True)
class File:
    """A file that the app uploads. `content` is None until the app has posted it."""

    id: str
    name: str
    title: str = ""
    content: bytes | None = None
    is_shared: bool = False

    def as_json(self, url: str) -> Json:
        """Return the file object of messages. `url` is the URL of the workspace."""
        fields = {"id": self.id, "name": self.name, "title": self.title, "user": BOT_USER_ID}
        return {**fields, "size": len(self.content or b""), "url_private": f"{url}/files/{self.id}"}


@dataclass(frozen=True, kw_only=True)
class Ephemeral:
    """A message that only one person sees. The app cannot read it back."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json]
    thread_ts: str | None = None


@dataclass(slots=True, kw_only=True)
class View:
    """An open modal, or a published home tab, of one person."""

    id: str
    user: str
    content: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: Json = field(default_factory=dict)

    def as_json(self) -> Json:
        """Return the view object that the app receives."""
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
    """The whole state. `publish_event` sends a change to the app, `notify_pages` to the open pages."""

    def __init__(self, people: tuple[Person, ...], clock: Callable[[], float]) -> None:
        self.people = {person.id: person for person in (*people, BOT)}
        self.clock = clock
        self.channels: dict[str, Channel] = {}
        self.channel_ids_by_name: dict[str, str] = {}
        self.files: dict[str, File] = {}
        self.ephemerals: list[Ephemeral] = []
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.triggers = Triggers()
        self.url = ""
        self.publish_event: Callable[[Json, Channel | None], None] = lambda _event, _channel: None
        self.notify_pages: Callable[[Json, str | None], None] = lambda _change, _person: None
        self._last_ts_us = 0
        self._numbers: Iterator[int] = itertools.count(1)

    def next_ts(self) -> str:
        """Return a message timestamp that is later than every earlier one."""
        self._last_ts_us = max(self._last_ts_us + 1, round(self.clock() * 1_000_000))
        return f"{self._last_ts_us // 1_000_000}.{self._last_ts_us % 1_000_000:06d}"

    def next_id(self, prefix: str) -> str:
        """Return a new id in Slack's format, such as C000000012."""
        return f"{prefix}{next(self._numbers):09d}"

    def get_channel(self, channel_id: str) -> Channel:
        """Return a channel. Raise channel_not_found."""
        if channel_id not in self.channels:
            raise SlackError("channel_not_found")
        return self.channels[channel_id]

    def get_person(self, person_id: str) -> Person:
        """Return a person or the bot. Raise user_not_found."""
        if person_id not in self.people:
            raise SlackError("user_not_found")
        return self.people[person_id]

    def add_channel(self, channel: Channel) -> Channel:
        """Add a channel. Its name stays taken even after it is archived."""
        self.channels[channel.id] = channel
        self.channel_ids_by_name[channel.name] = channel.id
        return channel

    def get_im(self, person_id: str) -> Channel:
        """Return the bot's direct message channel with a person, created on first use."""
        self.get_person(person_id)
        channel_id = f"D{person_id[1:]}"
        if channel_id not in self.channels:
            members = [person_id, BOT_USER_ID]
            now = int(self.clock())
            # The @ keeps this name apart from every channel name.
            name = f"@{self.people[person_id].name}"
            self.add_channel(
                Channel(id=channel_id, name=name, creator=person_id, created=now, is_im=True, members=members)
            )
        return self.channels[channel_id]


class Triggers:
    """Trigger ids. Each one opens one modal within three seconds.

    Source: docs.slack.dev/interactivity/handling-user-interaction
    """

    LIFETIME_S = 3.0

    def __init__(self) -> None:
        self._issued: dict[str, tuple[float, str]] = {}
        self._used: set[str] = set()
        self._numbers = itertools.count(1)

    def issue(self, person_id: str) -> str:
        """Return a new trigger id for a person who clicked or ran a command."""
        trigger_id = f"{next(self._numbers)}.{TEAM_ID}.local"
        self._issued[trigger_id] = (time.monotonic(), person_id)
        return trigger_id

    def exchange(self, trigger_id: str) -> str:
        """Consume a trigger id and return the person it was issued to.

        Raise invalid_trigger_id, exchanged_trigger_id or expired_trigger_id.
        """
        if trigger_id not in self._issued:
            raise SlackError("invalid_trigger_id")
        if trigger_id in self._used:
            raise SlackError("exchanged_trigger_id")
        issued_at, person_id = self._issued[trigger_id]
        if time.monotonic() - issued_at > self.LIFETIME_S:
            raise SlackError("expired_trigger_id")
        self._used.add(trigger_id)
        return person_id
