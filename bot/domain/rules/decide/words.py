"""Keeps words that people type with a command on the timeline."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain import events
from bot.domain.incident.incident import Incident


def keep_words(incident: Incident, by: str, words: str, at: datetime) -> Iterator[events.AnyEvent]:
    """Add the words that came with a command to the timeline, so that nothing a person typed is lost."""
    is_new = all((note.by, note.text) != (by, words.strip()) for note in incident.notes.values())
    if is_new and (text := words.strip()):
        yield events.NoteAdded(at=at, by=by, ref=f"note:{incident.version + 1}", text=text)
