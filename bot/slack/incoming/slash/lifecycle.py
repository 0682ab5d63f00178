"""What stands after each word of the slash command → the command it means."""

import re

from bot.domain import commands
from bot.domain.errors import Refused
from bot.domain.recipient import OnCall, UserGroup, parse_recipient
from bot.domain.vocabulary import Role, Status
from bot.slack.incoming.slash import arguments
from bot.slack.incoming.slash.requests import (
    Show,
    ShowDeclareForm,
    ShowHelp,
    ShowList,
    ShowPostmortem,
    ShowStatus,
    SlashRequest,
    require_incident,
)
from bot.slack.mrkdwn import groups_in, mentions_in
from bot.slack.views.declare import DEFAULT_SEVERITY

_SHARE = re.compile(r"\b\d{1,3}(?:[.,]\d+)?\s?%")
_NO_CAUSE = re.compile(r"none(?:(?:[:,]|\s+[-–—]\s)(.*))?", re.IGNORECASE | re.DOTALL)
_STATUS_FIRST = re.compile(r"(investigating|identified|monitoring):(?=\s|$)", re.IGNORECASE)

#: What people call statuses, beside their names.
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

#: What people call roles, beside their names.
ROLE_NAMES = {
    "ic": Role.COMMANDER,
    "lead": Role.COMMANDER,
    "communications": Role.COMMS,
    "liaison": Role.COMMS,
    "sme": Role.EXPERT,
}


def declare(text: str, ask: SlashRequest) -> commands.AnyCommand | Show:
    """Declare; `drill` stands first, `sev2` (or `severity:critical`), `service:auth`, `@ann` anywhere.

    Without text, the form.
    """
    if not text:
        return ShowDeclareForm()
    word, rest = arguments.first_word(text)
    drill = word.lower().rstrip(":,") == "drill"
    text = rest if drill else text
    service, rest = arguments.option(text, "service")
    people = mentions_in(rest)
    rest = " ".join(re.sub(r"<@[UW][A-Z0-9]+>", "", rest).split())
    severity, title = arguments.severity_in(rest, ask.severities)
    if not title and drill:  # the form would declare the real thing
        raise Refused("What is the drill about? `/incident new drill logins fail`.")
    if not title:
        return ShowDeclareForm()
    return commands.Declare(
        by=ask.person,
        title=title,
        service=service,
        severity=severity or DEFAULT_SEVERITY,
        invite=people,
        drill=drill,
    )


def status(text: str, ask: SlashRequest) -> commands.AnyCommand | Show:
    """Show how it stands, or say so: "monitoring the fix is out"."""
    require_incident(ask.incident)
    if not text:
        return ShowStatus()
    word, note = arguments.first_word(text)
    lowered = word.lower().rstrip(":,")
    if lowered in set(Status):
        return commands.ChangeStatus(by=ask.person, status=Status(lowered), note=note)
    if lowered in STATUS_NAMES:
        return commands.ChangeStatus(by=ask.person, status=STATUS_NAMES[lowered], note=note)
    raise Refused(f"There is no status {word!r}. There are: {', '.join(Status)}.")


def severity(text: str, ask: SlashRequest) -> commands.AnyCommand:
    """Say how bad it is: "sev1 all logins fail"."""
    word, reason = arguments.first_word(text)
    named = arguments.severity(word, ask.severities)
    if named is None:
        raise Refused("How bad? `/incident severity sev1 why` (sev1 is the worst, sev4 the mildest).")
    return commands.ChangeSeverity(by=ask.person, severity=named, reason=reason)


def role(text: str, ask: SlashRequest) -> commands.AnyCommand:
    """Give a role: "commander @bob", "scribe me"."""
    word, rest = arguments.first_word(text)
    lowered = word.lower().rstrip(":")
    named = lowered if lowered in ask.roles else ROLE_NAMES.get(lowered)
    if named is None:
        raise Refused(f"Which role? `/incident role commander @name`. There are: {', '.join(ask.roles)}.")
    return commands.AssignRole(by=ask.person, role=named, person=person_in(rest, ask))


def lead(text: str, ask: SlashRequest) -> commands.AnyCommand:
    """Make somebody commander; nobody named means me."""
    return commands.AssignRole(by=ask.person, role=Role.COMMANDER, person=person_in(text, ask))


def person_in(text: str, ask: SlashRequest) -> str:
    """Return whom a text names; nobody means who asks. Raises Refused for a name that is no mention."""
    if text.lower() in {"", "me", "myself", "@me"}:
        return ask.person
    named = mentions_in(text)
    if not named:
        raise arguments.nobody(text)
    return named[0]


def note(text: str, ask: SlashRequest) -> commands.AnyCommand:
    """Put a line on the timeline: "restarted auth", "10:45 restarted auth", "-5m restarted auth"."""
    at, rest = arguments.parse_time(text, ask.now)
    return commands.AddNote(by=ask.person, at=at, text=rest)


def impact(text: str, ask: SlashRequest) -> commands.AnyCommand:
    """Say what users feel: "logins fail for 30% of users since 09:50"."""
    began_at, rest = arguments.split_since(text, ask.now)
    share = _SHARE.search(rest)
    named = share[0].replace(" ", "") if share else ""
    return commands.DescribeImpact(
        by=ask.person, text="" if share and rest == share[0] else rest, share=named, began_at=began_at
    )


def cause(text: str, ask: SlashRequest) -> commands.AnyCommand:
    """Name the root cause, with how it came to fail in further lines; "none: why" takes it back."""
    if found := _NO_CAUSE.fullmatch(text):
        return commands.TakeBackCause(by=ask.person, reason=(found[1] or "").strip())
    named, rest = arguments.option(text, "area")
    first, _, detail = rest.strip().partition("\n")
    area = arguments.area(named) if named else None
    return commands.NameCause(by=ask.person, text=first, area=area, detail=detail.strip())


def escalate(text: str, ask: SlashRequest) -> commands.AnyCommand:
    """Call others in: "@ann nobody knows the token service", "oncall stuck"."""
    who, reason = arguments.split_recipient(text)
    if not who:
        raise Refused("Whom? `/incident escalate @name why`, or `/incident escalate senior developers: why`.")
    if parse_recipient(who) == OnCall():
        return _on_call(reason, ask)
    group = groups_in(ask.text).get(who, "")
    who = group if isinstance(parse_recipient(group), UserGroup) else who
    return commands.Escalate(by=ask.person, who=who, reason=reason)


def _on_call(reason: str, ask: SlashRequest) -> commands.AnyCommand:
    if not ask.on_call:
        raise Refused(
            f"Nobody is named as on call for {require_incident(ask.incident).name}, neither in its runbook "
            "(`escalate`) nor for its service (`invite`). `/incident escalate @name why` calls a person."
        )
    return commands.Escalate(by=ask.person, who=ask.on_call[0], also=ask.on_call[1:], reason=reason)


def snooze(text: str, ask: SlashRequest) -> commands.AnyCommand:
    """Have nobody called in for a while: "30m waiting for the vendor"."""
    minutes, reason = arguments.parse_duration(text)
    if minutes is None:
        raise Refused("For how long? `/incident snooze 30m waiting for the vendor`, at most 4 hours.")
    return commands.SnoozeClock(by=ask.person, minutes=minutes, reason=reason)


def update(text: str, ask: SlashRequest) -> commands.AnyCommand | Show:
    """Say how it stands, and the status with it only as "monitoring: the fix is out": prose sets none."""
    if not text:
        return status(text, ask)
    if found := _STATUS_FIRST.match(text):
        note = text[found.end() :].strip()
        return commands.ChangeStatus(by=ask.person, status=Status(found[1].lower()), note=note)
    return commands.GiveUpdate(by=ask.person, text=text)


def improve(text: str, ask: SlashRequest) -> commands.AnyCommand:
    """Propose what to do better: "title: text"."""
    title, rest = arguments.split_title(text)
    return commands.ProposeImprovement(by=ask.person, title=title, text=rest)


def action(text: str, ask: SlashRequest) -> commands.AnyCommand:
    """Plan follow-up work: "title: text @owner due:2026-01-31"."""
    due, rest = arguments.option(text, "due")
    rest, owner = arguments.split_owner(rest)
    title, more = arguments.split_title(rest)
    return commands.AddActionItem(by=ask.person, title=title, text=more, owner=owner, due=arguments.due(due))


def mitigated(text: str, ask: SlashRequest) -> commands.AnyCommand:
    """Say that users no longer feel it."""
    return commands.ChangeStatus(by=ask.person, status=Status.MONITORING, note=text)


def resolve(text: str, ask: SlashRequest) -> commands.AnyCommand:
    """Say that it is over, and what fixed it."""
    return commands.Resolve(by=ask.person, resolution=text)


def close(_text: str, ask: SlashRequest) -> commands.AnyCommand:
    """End the response."""
    return commands.Close(by=ask.person)


def cancel(text: str, ask: SlashRequest) -> commands.AnyCommand:
    """Say that it was no incident, and why."""
    return commands.Cancel(by=ask.person, reason=text)


def reopen(text: str, ask: SlashRequest) -> commands.AnyCommand:
    """Say that it is not over, and why."""
    return commands.Reopen(by=ask.person, reason=text)


def postmortem(_text: str, _ask: SlashRequest) -> Show:
    """Show where the postmortem lies."""
    return ShowPostmortem()


def listed(text: str, _ask: SlashRequest) -> Show:
    """Show the open incidents; "all" shows those that are over too."""
    return ShowList(all=text.lower() == "all")


def helped(_text: str, _ask: SlashRequest) -> Show:
    """Show all commands."""
    return ShowHelp()
