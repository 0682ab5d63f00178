"""Answers to the person who asked: the list of incidents, how one stands, and help."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from difflib import get_close_matches
from itertools import groupby, islice
from typing import Protocol

from bot.domain.incident.incident import Incident
from bot.domain.text.times import duration, moment
from bot.domain.vocabulary import Severity, Status
from bot.slack.mrkdwn import escape, escape_keeping_mentions, escape_line, escape_title, mention, one_line
from bot.slack.views.blocks import Screen, actions, button, context, screen, section
from bot.slack.views.wording import commander, elapsed, mark, title

DECLARE = "listing.declare"

MAX_ROWS = 40
ROWS_A_SECTION = 10
MAX_NOTES = 5


class Row(Protocol):
    """One incident in the list."""

    @property
    def number(self) -> int:
        """Its number: 7 of INC-7."""

    @property
    def title(self) -> str:
        """What is wrong."""

    @property
    def severity(self) -> Severity:
        """How bad it is."""

    @property
    def status(self) -> Status:
        """Where the response stands."""

    @property
    def channel(self) -> str:
        """Its channel's id, or nothing."""

    @property
    def declared_at(self) -> datetime | None:
        """When it was declared (UTC)."""

    @property
    def drill(self) -> bool:
        """Whether it is an exercise."""


class Helped(Protocol):
    """A word people may type, and what it does."""

    @property
    def heading(self) -> str:
        """Under which it stands."""

    @property
    def words(self) -> tuple[str, ...]:
        """The word and its synonyms."""

    @property
    def usage(self) -> str:
        """What to type after the command."""

    @property
    def help(self) -> str:
        """What it does."""


def listing(rows: Sequence[Row], now: datetime) -> Screen:
    """Return the incidents in the order given, as they stand at `now` (UTC)."""
    if not rows:
        return screen("No open incident.", section("No open incident. `/incident new title` declares one."))
    lines = iter([_line(row, now) for row in rows[:MAX_ROWS]])
    sections = []
    while chunk := list(islice(lines, ROWS_A_SECTION)):
        sections.append(section("\n".join(chunk)))
    rest = context(f"… and {len(rows) - MAX_ROWS} more") if len(rows) > MAX_ROWS else None
    return screen(f"{len(rows)} incident{'s' if len(rows) > 1 else ''}", *sections, rest)


def _line(row: Row, now: datetime) -> str:
    # Ten of these have to fit in one section.
    name = escape_title(f"{'DRILL ' * row.drill}INC-{row.number} {one_line(row.title)[:100]}")
    where = f" <#{row.channel}>" if row.channel else ""
    ago = f", {duration(now - row.declared_at)} ago" if row.declared_at else ""
    return f"{mark(row.severity, row.status)} *{name}* {row.severity}, {row.status}{ago}{where}"


def status(incident: Incident, now: datetime) -> Screen:
    """Return how an incident stands at `now` (UTC), with its latest notes."""
    lines = [
        f"{mark(incident.severity, incident.status)} *{title(incident)}*",
        f"{incident.severity}, {incident.status} · {elapsed(incident, now)} · {commander(incident)}",
    ]
    if incident.impact.summary:
        lines.append(f"*Impact* {escape_keeping_mentions(incident.impact.summary)}")
    if incident.investigation.cause:
        lines.append(f"*Cause* {escape_keeping_mentions(incident.investigation.cause.text)}")
    elif incident.investigation.current_step and incident.status.has_impact:
        lines.append(f"*Now* {escape_line(incident.investigation.current_step.title)}")
    lines += [
        f"*Suspected* {hypothesis.number}. {escape_keeping_mentions(hypothesis.text)} ({hypothesis.area})"
        for hypothesis in incident.investigation.hypotheses.values()
        if hypothesis.verdict is None
    ]
    if incident.channel.id:
        lines.append(f"→ <#{incident.channel.id}>")
    notes = sorted(incident.notes.values(), key=lambda note: note.at)[-MAX_NOTES:]
    noted = "\n".join(
        f"{moment(note.at)} {escape_keeping_mentions(note.text)} — {mention(note.by)}" for note in notes
    )
    return screen(
        f"{title(incident)}: {incident.severity}, {incident.status}",
        section("\n".join(lines)),
        context(noted) if noted else None,
    )


def postmortem(incident: Incident) -> Screen:
    """Return where the postmortem lies, or what it takes to get one."""
    if incident.follow_up.postmortem_path:
        text = f"The postmortem of {title(incident)}: `{escape(incident.follow_up.postmortem_path)}`"
    elif incident.status is Status.CLOSED:
        text = f"The postmortem of {incident.name} is being drafted."
    else:
        text = f"{incident.name} is {incident.status}. The postmortem is drafted when it is closed."
    return screen(text, section(text))


def help(word: str, table: Iterable[Helped]) -> Screen:  # noqa: A001 - the screen is named like the word that people type
    """Return all commands; for a `word` that is none, the one nearest to it if there is one."""
    rows = tuple(table)
    if not word:
        intro = "Outside an incident's channel, name the incident first: `/incident INC-7 note …`"
        declare = actions(button("Declare an incident", DECLARE, "new", style="primary"))
        groups = [
            section("\n".join([f"*{heading}*", *(_usage(row) for row in group)]))
            for heading, group in groupby(rows, key=lambda row: row.heading)
        ]
        return screen(intro, section(intro), *groups, declare)
    near = nearest(word, rows)
    meant = next((f"Did you mean `/incident {escape(row.usage)}`? " for row in rows if near in row.words), "")
    slip = escape(one_line(word)[:50])
    text = f"There is no `/incident {slip}`. {meant}`/incident help` shows what there is."
    return screen(text, section(text))


def _usage(row: Helped) -> str:
    return f"`/incident {escape(row.usage)}` {escape(row.help)}"


def nearest(word: str, table: Iterable[Helped]) -> str:
    """Return the command nearest to a mistyped word, or nothing."""
    words = [known for row in table for known in row.words]
    return next(iter(get_close_matches(word.lower(), words, n=1, cutoff=0.7)), "")
