"""Notes: the numbers by which people name them, and how corrections change them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from bot.domain import events

#: Notes that people typed have refs with this prefix and their number. Marked messages have `channel/ts`.
_PREFIX = "note:"


def ref_of(number: int) -> str:
    """Return the ref of the typed note with that number."""
    return f"{_PREFIX}{number}"


def number_of(ref: str) -> int:
    """Return the number of a typed note, or 0 for a marked message."""
    return int(ref.removeprefix(_PREFIX)) if ref.startswith(_PREFIX) else 0


def apply_to_notes(
    notes: Mapping[str, events.NoteAdded], event: events.NoteEvent
) -> Mapping[str, events.NoteAdded]:
    """Return the notes by ref after an event."""
    match event:
        case events.NoteAdded():
            return {**notes, event.ref: event}
        case events.NoteChanged():
            note = notes.get(event.ref)
            return {**notes, event.ref: corrected(note, event)} if note else notes
        case events.NoteRemoved():
            return {ref: note for ref, note in notes.items() if ref != event.ref}
        case _:
            assert_never(event)


def corrected(note: events.NoteAdded, change: events.NoteChanged) -> events.NoteAdded:
    """Return a note after a correction."""
    return replace(note, text=change.text or note.text, at=change.happened_at or note.at)
