"""The notes of an incident by kind, with the numbers by which people correct them."""

from bot.domain import events
from bot.domain.incident.incident import Incident
from bot.domain.incident.notes import number_of
from bot.domain.vocabulary import NoteKind
from bot.slack.dates import moment, on_both_clocks
from bot.slack.mrkdwn import escape_keeping_mentions, mention, one_line
from bot.slack.views.blocks import Screen, context, screen, section
from bot.slack.views.wording import because, title

MAX_ROWS = 40
#: This many lines fit in one section.
ROWS_A_SECTION = 10
MAX_TEXT = 200


def notes(incident: Incident) -> Screen:
    """Return the newest notes, in the order in which they happened."""
    every = sorted(incident.notes.values(), key=lambda note: note.at)
    heading = f"{title(incident)}: notes"
    if not every:
        return screen(heading, section("There are no notes yet. Add one: `/incident note …`"))
    lines = [_line(note) for note in every[-MAX_ROWS:]]
    starts = range(0, len(lines), ROWS_A_SECTION)
    sections = [section("\n".join(lines[start : start + ROWS_A_SECTION])) for start in starts]
    left_out = f" The newest {MAX_ROWS} of {len(every)} are shown." if len(every) > MAX_ROWS else ""
    help_text = f"To correct or remove one: `/incident edit 17 …`, `/incident remove 17 why`.{left_out}"
    return screen(heading, section(f"*{heading}*"), *sections, context(help_text))


def announcement(event: events.NoteEvent, incident: Incident) -> str | None:
    """Return the text about a note that was added, corrected or removed. None if it is removed by now."""
    who = mention(event.by)
    if isinstance(event, events.NoteRemoved):
        return f"{who} removed note {number_of(event.ref)}{because(event.reason)}"
    note = event if isinstance(event, events.NoteAdded) else incident.notes.get(event.ref)
    if note is None:
        return None
    heading = f"{note.kind.capitalize()} {number_of(note.ref) or ''}".strip()
    text = f"*{heading}:* {escape_keeping_mentions(note.text)} — {who}"
    if isinstance(event, events.NoteAdded):
        return text
    when = f" at {on_both_clocks(event.happened_at, date=True)}" if event.happened_at else ""
    return f"{text}, corrected{when}"


def _line(note: events.NoteAdded) -> str:
    number = number_of(note.ref) or "📌"
    kind = "" if note.kind is NoteKind.NOTE else f"{note.kind.capitalize()}: "
    text = one_line(note.text)
    short = text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"
    return f"*{number}* {moment(note.at)} {kind}{escape_keeping_mentions(short)} — {mention(note.by)}"
