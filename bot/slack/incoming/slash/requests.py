"""What a person asks for in Slack, and what is shown instead of a command."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.alerts.routing import SEVERITY_WORDS
from bot.domain.errors import Refused
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Role, Severity


@dataclass(frozen=True, kw_only=True)
class SlashRequest:
    """A slash command as it came in; `now` is UTC."""

    #: Slack user id of who asks.
    person: str
    #: What stands after `/incident`, as Slack delivers it: escaped.
    text: str
    #: The incident the text names first (`addressed`), else that of the channel.
    incident: Incident | None
    now: datetime
    #: The hypothesis in whose private channel it was typed, if it was in one.
    hypothesis: int = 0
    #: Who is on call for the incident.
    on_call: tuple[str, ...] = ()
    #: The roles there are here.
    roles: tuple[str, ...] = tuple(Role)
    #: What severities are called here, beside their names.
    severities: Mapping[str, Severity] = field(default_factory=lambda: SEVERITY_WORDS)


@dataclass(frozen=True, kw_only=True)
class ShowDeclareForm:
    """Open the form that declares an incident, with a title as far as given."""

    title: str = ""


@dataclass(frozen=True, kw_only=True)
class ShowSkipForm:
    """Open the form that asks why a step is skipped."""

    step: str


@dataclass(frozen=True, kw_only=True)
class ShowStatus:
    """Show how the incident stands."""


@dataclass(frozen=True, kw_only=True)
class ShowBoard:
    """Show which areas were looked at, and who is on what."""


@dataclass(frozen=True, kw_only=True)
class ShowPostmortem:
    """Show where the incident's postmortem lies."""


@dataclass(frozen=True, kw_only=True)
class ShowList:
    """Show the open incidents, or all."""

    all: bool = False


@dataclass(frozen=True, kw_only=True)
class ShowHelp:
    """Show help; `word` is what was typed and is no command."""

    word: str = ""


@dataclass(frozen=True, kw_only=True)
class FormErrors:
    """A form is not taken; says why, by the block it concerns."""

    errors: dict[str, str]


OfIncident = ShowSkipForm | ShowStatus | ShowBoard | ShowPostmortem
Show = ShowDeclareForm | ShowList | ShowHelp | OfIncident


def require_incident(incident: Incident | None) -> Incident:
    """Return the incident that is asked about. Raises Refused when there is none."""
    if incident is None:
        raise Refused(
            "Which incident? Say it in its channel, or name it first: `/incident INC-7 status`. "
            "`/incident list` shows the open ones."
        )
    return incident
