"""Reads the commands that correct the record: the title, the service and the milestones."""

from bot.domain import commands
from bot.domain.errors import Refused, require_text
from bot.domain.text.time_grammar import split_time
from bot.domain.vocabulary import Milestone, Status
from bot.slack.incoming.slash import arguments
from bot.slack.incoming.slash.requests import SlashContext, SlashRequest, require_incident

#: The names of milestones. The start and the end of the incident have commands of their own.
NAMES = {
    "detected": Milestone.DETECTED,
    "detection": Milestone.DETECTED,
    "acknowledged": Milestone.ACKNOWLEDGED,
    "acked": Milestone.ACKNOWLEDGED,
    "cause": Milestone.CAUSE_FOUND,
    "mitigated": Milestone.MITIGATED,
}
_EXAMPLE = "`/incident milestone detected 09:52 a customer called`"


def title(request: SlashRequest, _context: SlashContext) -> commands.AnyCommand:
    """Correct the title: "sign-ins fail in the EU"."""
    return commands.EditIncident(by=request.person, title=require_text(request.rest, "title", "logins fail"))


def service(request: SlashRequest, _context: SlashContext) -> commands.AnyCommand:
    """Correct the service: "auth"."""
    return commands.EditIncident(by=request.person, service=require_text(request.rest, "service", "auth"))


def milestone(request: SlashRequest, context: SlashContext) -> commands.AnyCommand:
    """Set when a milestone was reached: "detected 09:52 a customer called", "began 09:50"."""
    word, rest = arguments.first_word(request.rest)
    name = word.lower().rstrip(":")
    if name == "cause":
        rest = rest.removeprefix("found").strip()
    at, how = split_time(rest.removeprefix("at ").strip(), context.now, context.zone)
    if at is None:
        raise Refused(f"Which milestone, and when? {_EXAMPLE}.")
    incident = require_incident(context.incident)
    if name in {"began", "started", "start"}:
        return commands.DescribeImpact(by=request.person, began_at=at, text=how, phase=1)
    if name in {"resolved", "ended", "end"}:
        return commands.Resolve(by=request.person, at=at, resolution=how)
    if name == "mitigated" and incident.status.has_impact:
        return commands.ChangeStatus(by=request.person, at=at, status=Status.MONITORING, note=how)
    if name not in NAMES:
        raise Refused(f"Unknown milestone {word!r}. Milestones are: began, {', '.join(NAMES)}, resolved.")
    return commands.SetMilestone(by=request.person, milestone=NAMES[name], happened_at=at, how=how)
