"""Reads the slash commands about status, people, escalation, the end of an incident and follow-up."""

import re
from datetime import datetime

from bot.domain import commands
from bot.domain.errors import Refused
from bot.domain.recipient import OnCall, UserGroup, parse_recipient
from bot.domain.text.shares import is_only_share, share_in
from bot.domain.text.time_grammar import split_time, split_time_after
from bot.domain.vocabulary import Role, Status
from bot.slack.incoming.slash import arguments, requests, severities
from bot.slack.incoming.slash.requests import Show, SlashContext, SlashRequest, require_incident
from bot.slack.mrkdwn import mentions_in
from bot.slack.views.declare import DEFAULT_SEVERITY

#: Withdraws the cause: "none", "none: why", "none because …", "unknown", "undo". "none of the pods …" is a
#: cause.
_NO_CAUSE = re.compile(
    r"(?:none|nothing|no (?:root )?cause(?: found)?|unknown|not known|undo|withdrawn?|n/a|\?+|[-–—]+)"
    r"(?: (?=yet|any ?more|after all|because)|\s*(?:[:,;]|[.!–—-]+(?=\s|$))\s*|$)(.*)",
    re.IGNORECASE | re.DOTALL,
)
_STATUS_FIRST = re.compile(r"(investigating|identified|monitoring):(?=\s|$)", re.IGNORECASE)

#: Other names for statuses.
STATUS_NAMES = {
    "open": Status.INVESTIGATING,
    "found": Status.IDENTIFIED,
    "fixing": Status.IDENTIFIED,
    "mitigated": Status.MONITORING,
    "watching": Status.MONITORING,
    "stable": Status.MONITORING,
    "fixed": Status.RESOLVED,
    "done": Status.CLOSED,
    "canceled": Status.CANCELLED,
}

#: Other names for roles.
ROLE_NAMES = {
    "ic": Role.COMMANDER,
    "lead": Role.COMMANDER,
    "communications": Role.COMMS,
    "liaison": Role.COMMS,
    "sme": Role.EXPERT,
}


def declare(request: SlashRequest, context: SlashContext) -> commands.AnyCommand | Show:
    """Declare an incident: "[drill] logins fail", with `sev2`, `service:auth` and `@ann` anywhere.

    Without a title, show the form.
    """
    if not request.rest:
        return requests.ShowDeclareForm()
    service, text = arguments.split_option(request.rest, "service")
    people = mentions_in(text)
    text = " ".join(re.sub(r"<@[UW][A-Z0-9]+>", "", text).split())
    severity, title = severities.split_severity(text, context.severities)
    word, after_word = arguments.first_word(title)
    if drill := word.lower().strip("[](){}*_`:,.-–—") == "drill":
        title = after_word.lstrip(":-–— ")
    if not title and drill:  # the form would declare a real incident
        raise Refused("What is the drill about? `/incident new drill logins fail`.")
    if not title:
        return requests.ShowDeclareForm()
    severity = severity or DEFAULT_SEVERITY
    return commands.Declare(
        by=request.person, title=title, service=service, severity=severity, invite=people, drill=drill
    )


def status(request: SlashRequest, context: SlashContext) -> commands.AnyCommand | Show:
    """Show the status, or set it: "monitoring the fix is out"."""
    if not request.rest:
        return requests.ShowStatus()
    word, note = arguments.first_word(request.rest)
    lowered = word.lower().rstrip(":,")
    status = Status(lowered) if lowered in set(Status) else STATUS_NAMES.get(lowered)
    if status is None:
        raise Refused(f"Unknown status {word!r}. Statuses are: {', '.join(Status)}.")
    return _change_status(status, note, request.person, context)


def severity(request: SlashRequest, context: SlashContext) -> commands.AnyCommand:
    """Set the severity: "sev1 all logins fail"."""
    severity, reason = severities.split_severity_in_front(request.rest, context.severities)
    if severity is None:
        raise Refused("Which severity? `/incident severity sev1 why`, from sev1 (highest) to sev4.")
    at, reason = _split_time(reason, context)
    return commands.ChangeSeverity(by=request.person, at=at, severity=severity, reason=reason)


def role(request: SlashRequest, context: SlashContext) -> commands.AnyCommand:
    """Assign a role: "commander @bob", "scribe me"."""
    word, text = arguments.first_word(request.rest)
    lowered = word.lower().rstrip(":")
    role = lowered if lowered in context.roles else ROLE_NAMES.get(lowered)
    if role is None:
        raise Refused(f"Which role? `/incident role commander @name`. Roles are: {', '.join(context.roles)}.")
    person, note = split_person(text, request.person)
    return commands.AssignRole(by=request.person, role=role, person=person, note=note)


def lead(request: SlashRequest, _context: SlashContext) -> commands.AnyCommand:
    """Make a person incident commander, by default the person who typed the command."""
    person, note = split_person(request.rest, request.person)
    return commands.AssignRole(by=request.person, role=Role.COMMANDER, person=person, note=note)


def split_person(text: str, asker: str) -> tuple[str, str]:
    """Return the user ID in the text, or `asker` for "me" and no text, and the other words.

    Raise Refused for a name that is not a mention.
    """
    word, rest = arguments.first_word(text)
    if word.lower().rstrip(":,") in {"", "me", "myself", "@me"}:
        return asker, rest
    person = person_in(text, asker)
    return person, " ".join(text.replace(f"<@{person}>", " ", 1).split()).strip(" ,:")


def person_in(text: str, asker: str) -> str:
    """Return the user ID that the text mentions, or `asker` for "me" and no text.

    Raise Refused for a name that is not a mention.
    """
    if text.lower() in {"", "me", "myself", "@me"}:
        return asker
    mentions = mentions_in(text)
    if not mentions:
        raise arguments.unknown_person(text)
    return mentions[0]


def impact(request: SlashRequest, context: SlashContext) -> commands.AnyCommand:
    """Describe the user impact: "30% of sign-ins fail since 09:50 until 10:20 service:auth", "phase:2 …"."""
    began_at, text = split_time_after("since", request.rest, context.now, context.zone)
    ended_at, text = split_time_after("until", text, context.now, context.zone)
    service, text = arguments.split_option(text, "service")
    phase, text = arguments.split_option(text, "phase")
    if phase and not phase.isdecimal():
        raise Refused(f"{phase!r} is not the number of a phase. Write `phase:2`.")
    share = share_in(text)
    return commands.DescribeImpact(
        by=request.person,
        text="" if is_only_share(text) else text,
        share=share,
        began_at=began_at,
        ended_at=ended_at,
        service=service,
        phase=int(phase or 0),
    )


def cause(request: SlashRequest, context: SlashContext) -> commands.AnyCommand:
    """Record the root cause, with details on further lines, or withdraw it: "none: why"."""
    at, rest = _split_time(request.rest, context)
    if withdrawn := _NO_CAUSE.fullmatch(rest):
        return commands.WithdrawCause(by=request.person, at=at, reason=(withdrawn[1] or "").strip())
    option, text = arguments.split_option(rest, "area")
    area = arguments.parse_area(option) if option else None
    first_line, _, detail = text.strip().partition("\n")
    return commands.NameCause(by=request.person, at=at, text=first_line, area=area, detail=detail.strip())


def _split_time(text: str, context: SlashContext) -> tuple[datetime | None, str]:
    """Return the time (UTC) at the start of the text or None, and the rest.

    Raise Refused if it is invalid.
    """
    return split_time(text, context.now, context.zone)


def escalate(request: SlashRequest, context: SlashContext) -> commands.AnyCommand:
    """Escalate to somebody: "@ann nobody knows the token service", "oncall stuck"."""
    who, reason = arguments.split_recipient(request.rest)
    if not who:
        raise Refused(
            "Escalate to which person or team? `/incident escalate @name why` or "
            "`/incident escalate senior developers: why`."
        )
    group = request.groups.get(who, "")
    named = group if isinstance(parse_recipient(group), UserGroup) else who
    recipients = context.on_call if parse_recipient(who) == OnCall() else (named,)
    if not recipients:
        raise Refused(
            f"Nobody is on call for {require_incident(context.incident).name}: neither its runbook "
            "(`escalate`) nor its service (`invite`) lists anyone. "
            "Name a person: `/incident escalate @name why`."
        )
    return commands.Escalate(by=request.person, who=recipients[0], also=recipients[1:], reason=reason)


def snooze(request: SlashRequest, _context: SlashContext) -> commands.AnyCommand:
    """Pause automatic escalation: "30m waiting for the vendor"."""
    minutes, reason = arguments.parse_duration(request.rest)
    if minutes is None:
        raise Refused("For how long? `/incident snooze 30m waiting for the vendor`, at most 4 hours.")
    return commands.SnoozeEscalation(by=request.person, minutes=minutes, reason=reason)


def update(request: SlashRequest, context: SlashContext) -> commands.AnyCommand | Show:
    """Post an update. Change the status only if it comes first with a colon: "monitoring: the fix is out".

    Without a text, show the form.
    """
    if not request.rest:
        return requests.ShowUpdateForm()
    if found := _STATUS_FIRST.match(request.rest):
        note = request.rest[found.end() :].strip()
        return _change_status(Status(found[1].lower()), note, request.person, context)
    return commands.PostUpdate(by=request.person, text=request.rest)


def mitigated(request: SlashRequest, context: SlashContext) -> commands.AnyCommand:
    """Set the status to monitoring, because users are no longer affected: "22:40 rolled back"."""
    return _change_status(Status.MONITORING, request.rest, request.person, context)


def _change_status(status: Status, text: str, person: str, context: SlashContext) -> commands.AnyCommand:
    at, note = _split_time(text, context)
    return commands.ChangeStatus(by=person, at=at, status=status, note=note)


def resolve(request: SlashRequest, context: SlashContext) -> commands.AnyCommand:
    """Resolve the incident, with what fixed it: "rolled back", "-10m rolled back", "at 20:10 rolled back"."""
    at, resolution = _split_time(request.rest, context)
    return commands.Resolve(by=request.person, at=at, resolution=resolution)


def close(request: SlashRequest, _context: SlashContext) -> commands.AnyCommand:
    """Close the incident, with a last note if there is one."""
    return commands.Close(by=request.person, note=request.rest)


def cancel(request: SlashRequest, _context: SlashContext) -> commands.AnyCommand:
    """Cancel the incident as a false alarm, with the reason."""
    return commands.Cancel(by=request.person, reason=request.rest)


def reopen(request: SlashRequest, _context: SlashContext) -> commands.AnyCommand:
    """Reopen the incident, with the reason."""
    return commands.Reopen(by=request.person, reason=request.rest)


def list_incidents(request: SlashRequest, _context: SlashContext) -> Show:
    """Show the open incidents. "all" includes those that are closed or cancelled."""
    return requests.ShowList(all=request.rest.lower() == "all")


def show_help(_request: SlashRequest, _context: SlashContext) -> Show:
    """Show all commands."""
    return requests.ShowHelp()
