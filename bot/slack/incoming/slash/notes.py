"""Reads the commands that keep the record: notes of every kind, and their corrections."""

import re

from bot.domain import commands
from bot.domain.errors import Refused, require_text
from bot.domain.incident.notes import ref_of
from bot.domain.text.figures import split_figure
from bot.domain.text.time_grammar import split_time
from bot.domain.vocabulary import NoteKind
from bot.slack.incoming.slash import requests
from bot.slack.incoming.slash.requests import Show, SlashContext, SlashRequest

#: A number, as in "17 …", "17: …", "#17 …" and "note 17 …".
_NUMBER = re.compile(
    r"(?:note\s+)?#?\s?(\d{1,9})(?:[:.,]?\s+|[:.,]?$)(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)


def note(
    request: SlashRequest, context: SlashContext, *, kind: NoteKind = NoteKind.NOTE
) -> commands.AnyCommand:
    """Add a note: "restarted auth", "10:45 restarted auth", "-5m restarted auth"."""
    at, text = split_time(request.rest, context.now, context.zone)
    return commands.AddNote(by=request.person, at=at, text=text, kind=kind)


def figure(request: SlashRequest, _context: SlashContext) -> commands.AnyCommand:
    """Add a figure with its label: "lost webhooks 200000", "883 customers affected"."""
    if split_figure(request.rest) is None:
        raise Refused("What was counted, and how many? `/incident figure lost webhooks 200000`.")
    return commands.AddNote(by=request.person, text=request.rest, kind=NoteKind.FIGURE)


def edit(request: SlashRequest, context: SlashContext) -> commands.AnyCommand:
    """Correct a note by its number: "17 restarted auth", "17 10:45", "17 10:45 restarted auth"."""
    number, rest = _split_number(request, "edit 17 restarted auth on all hosts")
    happened_at, text = split_time(rest, context.now, context.zone)
    if happened_at is None:
        text = require_text(text, "edit", f"{number} restarted auth on all hosts")
    return commands.ChangeNote(by=request.person, number=number, text=text, happened_at=happened_at)


def remove(request: SlashRequest, _context: SlashContext) -> commands.AnyCommand:
    """Remove a note by its number: "17 wrong incident"."""
    number, reason = _split_number(request, "remove 17 it was another incident")
    return commands.RemoveNote(by=request.person, ref=ref_of(number), reason=reason)


def show_notes(_request: SlashRequest, _context: SlashContext) -> Show:
    """Show all notes with their numbers."""
    return requests.ShowNotes()


def _split_number(request: SlashRequest, example: str) -> tuple[int, str]:
    """Return the number at the start of the text, and the rest. Raise Refused if there is none."""
    found = _NUMBER.match(request.rest.strip())
    if found is None:
        raise Refused(f"Which note? `/incident {example}`. `/incident notes` shows their numbers.")
    return int(found[1]), found["rest"].strip()
