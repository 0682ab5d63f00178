"""Messages of the channels and the names of people, in SQLite."""

from collections.abc import Mapping
from datetime import datetime

from sqlite_utils import Database

from bot.store import transcript
from bot.store.codec import dump, load
from bot.store.sqlite.connection import query, run, value
from bot.store.values import Message


def get(db: Database, channel: str, ts: str) -> Message | None:
    """Return the message of that name."""
    data = value(db, "SELECT data FROM messages WHERE channel = ? AND ts = ?", channel, ts)
    return None if data is None else load(Message, data)


def save(db: Database, message: Message) -> None:
    """Keep a message as it arrived."""
    _put(db, transcript.saved(get(db, message.channel, message.ts), message))


def edit(db: Database, channel: str, ts: str, text: str, at: datetime) -> None:
    """Give a message its new text, or keep that for when the message arrives."""
    known = get(db, channel, ts)
    early = Message(incident=0, channel=channel, ts=ts, text=text, edited_at=at)
    _put(db, transcript.edited(known, text, at) if known else early)


def delete(db: Database, channel: str, ts: str, at: datetime) -> None:
    """Blank a message, or keep that it is gone for when it arrives."""
    known = get(db, channel, ts) or Message(incident=0, channel=channel, ts=ts)
    _put(db, transcript.deleted(known, at))


def of_incident(db: Database, number: int) -> list[Message]:
    """Return the incident's messages by `ts`."""
    rows = query(db, "SELECT data FROM messages WHERE incident = ? ORDER BY ts", number)
    return [load(Message, data) for (data,) in rows]


def write_and_forget(db: Database) -> None:
    """Write somebody who is nobody; the commit then needs room on the disk."""
    remember_people(db, {"": ""})
    run(db, "DELETE FROM people WHERE id = ''")


def remember_people(db: Database, names: Mapping[str, str]) -> None:
    """Keep display names."""
    for person, name in names.items():
        run(
            db,
            "INSERT INTO people (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
            person,
            name,
        )


def people(db: Database) -> dict[str, str]:
    """Return every display name."""
    return dict(query(db, "SELECT id, name FROM people"))


def _put(db: Database, message: Message) -> None:
    run(
        db,
        "INSERT INTO messages (channel, ts, incident, data) VALUES (?, ?, ?, ?) ON CONFLICT (channel, ts)"
        " DO UPDATE SET incident = excluded.incident, data = excluded.data",
        message.channel,
        message.ts,
        message.incident,
        dump(message),
    )
