"""Messages of the incidents' channels and people's names, in SQLite."""

from collections.abc import Mapping
from datetime import datetime

from sqlite_utils import Database

from bot.domain.message import Message
from bot.store import transcript
from bot.store.codec import dump, load
from bot.store.sqlite.connection import insert, query, value
from bot.store.sqlite.database import Part


class SqliteTranscript(Part):
    """A Transcript in a SQLite file."""

    async def save(self, message: Message) -> None:
        """Save a message that has arrived."""

        def work(db: Database) -> None:
            _put(db, transcript.saved(_get(db, message.channel, message.ts), message))

        await self._database.write(work)

    async def edit(self, channel: str, ts: str, text: str, at: datetime) -> None:
        """Replace a message's text, or save the new text until the message arrives."""

        def work(db: Database) -> None:
            stored = _get(db, channel, ts)
            early = Message(incident=0, channel=channel, ts=ts, text=text, edited_at=at)
            _put(db, transcript.edited(stored, text, at) if stored else early)

        await self._database.write(work)

    async def delete(self, channel: str, ts: str, at: datetime) -> None:
        """Clear a message, or save its deletion until the message arrives."""

        def work(db: Database) -> None:
            stored = _get(db, channel, ts) or Message(incident=0, channel=channel, ts=ts)
            _put(db, transcript.deleted(stored, at))

        await self._database.write(work)

    async def message(self, channel: str, ts: str) -> Message | None:
        """Return the message with that channel and timestamp, or None."""
        return await self._database.read(lambda db: _get(db, channel, ts))

    async def messages(self, number: int) -> list[Message]:
        """Return the incident's messages, ordered by `ts`."""

        def work(db: Database) -> list[Message]:
            rows = query(db, "SELECT data FROM messages WHERE incident = ? ORDER BY ts", number)
            return [load(Message, data) for (data,) in rows]

        return await self._database.read(work)

    async def remember_people(self, names: Mapping[str, str]) -> None:
        """Save display names by user id."""
        await self._database.write(lambda db: _put_people(db, names))

    async def people(self) -> dict[str, str]:
        """Return every display name by user id."""
        return dict(await self._database.read(lambda db: query(db, "SELECT id, name FROM people")))


def _put_people(db: Database, names: Mapping[str, str]) -> None:
    for person, name in names.items():
        insert(db, "people", {"id": person, "name": name}, key=["id"])


def _get(db: Database, channel: str, ts: str) -> Message | None:
    data = value(db, "SELECT data FROM messages WHERE channel = ? AND ts = ?", channel, ts)
    return None if data is None else load(Message, data)


def _put(db: Database, message: Message) -> None:
    row = {"channel": message.channel, "ts": message.ts, "incident": message.incident, "data": dump(message)}
    insert(db, "messages", row, key=["channel", "ts"])
