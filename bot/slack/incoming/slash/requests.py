"""What people request in Slack, and the screens that answer some requests without a command."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from bot.domain.alerts.routing import SEVERITY_WORDS
from bot.domain.errors import Refused
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Role, Severity


@dataclass(frozen=True, kw_only=True)
class SlashRequest:
    """The parts of `/incident INC-7 note restarted auth`. The text is plain, with people as `<@U1>`."""

    #: Slack user ID of the person who typed it.
    person: str
    #: 7 if the text names INC-7 first.
    incident_number: int | None = None
    #: The first word after that, as typed. "" if there is none.
    word: str = ""
    #: The text after the word.
    rest: str = ""
    #: IDs of the user groups in the text, by their names in `rest`.
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SlashContext:
    """What a request refers to, such as its incident. `now` is UTC."""

    #: The incident that the request names. If it names none, that of the channel.
    incident: Incident | None
    now: datetime
    #: The time zone of the person who typed it.
    zone: tzinfo = UTC
    #: The number of the hypothesis whose private channel the command was typed in, or 0.
    hypothesis: int = 0
    #: Who is on call for the incident.
    on_call: tuple[str, ...] = ()
    #: The configured roles.
    roles: tuple[str, ...] = tuple(Role)
    #: The configured severity words.
    severities: Mapping[str, Severity] = field(default_factory=lambda: SEVERITY_WORDS)


@dataclass(frozen=True, kw_only=True)
class ShowDeclareForm:
    """Open the form that declares an incident, with the title filled in if there is one."""

    title: str = ""


@dataclass(frozen=True, kw_only=True)
class ShowSkipForm:
    """Open the form that asks for the reason to skip a step."""

    step: str


@dataclass(frozen=True, kw_only=True)
class ShowUpdateForm:
    """Open the form that asks for an update for stakeholders."""


@dataclass(frozen=True, kw_only=True)
class ShowStatus:
    """Show the incident's status."""


@dataclass(frozen=True, kw_only=True)
class ShowBoard:
    """Show which areas have been checked, and who is working on what."""


@dataclass(frozen=True, kw_only=True)
class ShowNotes:
    """Show the notes with their numbers."""


@dataclass(frozen=True, kw_only=True)
class ShowTasks:
    """Show the tasks with their numbers and states."""


@dataclass(frozen=True, kw_only=True)
class ShowList:
    """Show the open incidents, or all incidents."""

    all: bool = False


@dataclass(frozen=True, kw_only=True)
class ShowHelp:
    """Show the help. `word` is the unknown command that was typed, or ""."""

    word: str = ""


ShowForm = ShowDeclareForm | ShowSkipForm | ShowUpdateForm
Show = ShowForm | ShowStatus | ShowNotes | ShowTasks | ShowBoard | ShowList | ShowHelp


def require_incident(incident: Incident | None) -> Incident:
    """Return the incident that the request is about. Raise Refused if there is none."""
    if incident is None:
        raise Refused(
            "Which incident? Use its channel, or name it first: `/incident INC-7 status`. "
            "`/incident list` shows the open incidents."
        )
    return incident
