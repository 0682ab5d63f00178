"""What people recorded for the review: factors, figures, what went well or badly, open questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.incident.incident import Incident
from bot.domain.insights.postmortem.log import IncidentLog
from bot.domain.text.figures import split_figure
from bot.domain.vocabulary import NoteKind


@dataclass(frozen=True, kw_only=True)
class Record:
    """A note of a kind. A figure has a label and a value."""

    at: datetime
    by: str
    text: str
    label: str = ""
    value: str = ""


#: The records by the name of their kind: `decision`, `factor`, `lucky` and so on.
Review = Mapping[str, tuple[Record, ...]]


def review(incident: Incident, log: IncidentLog) -> Review:
    """Return the notes of every kind except plain ones, each kind in the order of time."""
    notes = sorted(incident.notes.values(), key=lambda note: note.at)
    return {
        kind.name.lower(): tuple(
            _record(note.at, log.display_name(note.by), log.plain_text(note.text), kind)
            for note in notes
            if note.kind is kind
        )
        for kind in NoteKind
        if kind is not NoteKind.NOTE
    }


def _record(at: datetime, by: str, text: str, kind: NoteKind) -> Record:
    label, value = (split_figure(text) or (text, "")) if kind is NoteKind.FIGURE else ("", "")
    return Record(at=at, by=by, text=text, label=label, value=value)
