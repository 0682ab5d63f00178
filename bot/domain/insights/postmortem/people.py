"""Who took part in an incident: the roles with their hours, and everyone who acted."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import events
from bot.domain.insights.postmortem.log import IncidentLog
from bot.domain.recipient import is_slack_user


@dataclass(frozen=True, kw_only=True)
class RoleRow:
    """A person in a role, from when to when (UTC), and the words with which they got it."""

    role: str
    person: str
    began_at: datetime
    #: None if they still had it at the end.
    ended_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Participant:
    """Somebody who acted in the incident, and when they first did (UTC)."""

    name: str
    joined_at: datetime


def roles(log: IncidentLog) -> tuple[RoleRow, ...]:
    """Return every assignment of a role, in order."""
    rows: list[RoleRow] = []
    for _, event in log.events:
        if isinstance(event, events.RoleAssigned):
            rows = [_ended(row, event) for row in rows]
            rows.append(
                RoleRow(
                    role=event.role,
                    person=log.display_name(event.person),
                    began_at=event.at,
                    note=log.plain_text(event.note),
                )
            )
    return tuple(rows)


def participants(log: IncidentLog) -> tuple[Participant, ...]:
    """Return everyone who did something in the incident, in the order in which they joined."""
    joined: dict[str, datetime] = {}
    for _, event in log.events:
        is_note = isinstance(event, events.NoteEvent)  # it may be backdated, or mark an older message
        if (is_slack_user(event.by) or event.by.startswith("cli:")) and not is_note:
            joined[event.by] = min(event.at, joined.get(event.by, event.at))
    order = sorted(joined, key=lambda person: joined[person])
    return tuple(Participant(name=log.display_name(person), joined_at=joined[person]) for person in order)


def _ended(row: RoleRow, event: events.RoleAssigned) -> RoleRow:
    """Return the row, ended if the event gives its role to somebody else."""
    return replace(row, ended_at=event.at) if row.role == event.role and row.ended_at is None else row
