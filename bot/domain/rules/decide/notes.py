"""Handles notes: adding one of any kind, correcting one and removing one."""

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never

from bot.domain import commands, events
from bot.domain.errors import Hint, Refused, require_text
from bot.domain.incident.incident import Incident
from bot.domain.incident.notes import corrected, number_of, ref_of


def decide_note(incident: Incident, command: commands.NoteCommand, at: datetime) -> Iterator[events.AnyEvent]:
    """Yield the event of a note, or nothing if nothing changes. Raise Refused if the note is unknown."""
    match command:
        case commands.AddNote():
            ref = command.ref or ref_of(incident.version + 1)
            if ref not in incident.notes:
                text = require_text(command.text)
                yield events.NoteAdded(at=at, by=command.by, ref=ref, text=text, kind=command.kind)
        case commands.ChangeNote():
            note = _require_note(incident, command.number)
            change = events.NoteChanged(
                at=at, by=command.by, ref=note.ref, text=command.text, happened_at=command.happened_at
            )
            if corrected(note, change) != note:
                yield change
        case commands.RemoveNote():
            # A mark may be removed twice, because Slack may repeat the event.
            if number := number_of(command.ref):
                _require_note(incident, number)
            if command.ref in incident.notes:
                yield events.NoteRemoved(at=at, by=command.by, ref=command.ref, reason=command.reason)
        case _:
            assert_never(command)


def _require_note(incident: Incident, number: int) -> events.NoteAdded:
    """Return the typed note with that number. Raise Refused if there is none."""
    note = incident.notes.get(ref_of(number))
    if note is None:
        raise Refused(f"{incident.name} has no note {number}.", Hint("To see all notes", "notes", ""))
    return note
