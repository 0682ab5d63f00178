"""Messages in the incident's channel about events."""

from datetime import datetime, timedelta
from typing import assert_never

from bot.domain import events
from bot.domain.escalation.ladder import Need
from bot.domain.incident.incident import Incident
from bot.domain.rules.correlation import still_firing
from bot.domain.vocabulary import Status
from bot.slack.dates import on_both_clocks
from bot.slack.mrkdwn import escape, escape_keeping_mentions, mention
from bot.slack.views.blocks import Screen, screen, section
from bot.slack.views.commander_question import commander_question
from bot.slack.views.escalation import escalation, reminder
from bot.slack.views.wording import VERDICTS, because, elapsed, failed_effect, role_name, sentence

#: A message posted longer than this after its event shows the time of the event.
LATE = timedelta(minutes=2)

#: Events that the card, a step, a hypothesis or another message shows.
Silent = (
    events.IncidentDeclared
    | events.RunbookChosen
    | events.AlertsReceived
    | events.ChannelOpened
    | events.ChannelDelayed
    | events.ChannelLost
    | events.ChannelUnarchived
    | events.MessagePosted
    | events.LadderChosen
    | events.PageSent
    | events.NoteRemoved
    | events.StepTaken
    | events.ProbeRequested
    | events.ProbeFinished
    | events.StepFinished
    | events.HypothesisOpened
    | events.HypothesisAreaChanged
    | events.TimeBoxEnded
    | events.HintGiven
    | events.SideChannelRequested
    | events.SideChannelOpened
)


def announcement(event: events.AnyEvent, incident: Incident, now: datetime) -> Screen | None:
    """Return the message about `event` at `now` (UTC), or None if another message shows it."""
    if isinstance(event, events.EscalationDue) and event.lack is Need.COMMANDER:
        return commander_question(incident)
    # An alert that flaps must not bury people's messages under outdated statuses.
    if (
        isinstance(event, events.StatusChanged)
        and event.by == events.FIRSTCHECK
        and event.status is not incident.status
    ):
        return None
    text = _text(event, incident, now)
    if text is None:
        return None
    is_correction = (
        isinstance(event, events.IncidentResolved) and event.told_later
    )  # its time is the resolution's
    if now - event.at > LATE and not is_correction:
        text = f"{on_both_clocks(event.at, date=now - event.at > timedelta(hours=12))} {text}"
    return screen(text, section(text))


def _text(event: events.AnyEvent, incident: Incident, now: datetime) -> str | None:
    if isinstance(event, Silent):
        return None
    match event:
        case events.SeverityChanged() | events.StatusChanged():
            return _change(event)
        case (
            events.IncidentResolved()
            | events.IncidentClosed()
            | events.IncidentCancelled()
            | events.IncidentReopened()
        ):
            return _end(event, incident, now)
        case events.RoleAssigned() | events.PeopleInvited():
            return _people(event)
        case (
            events.EscalationDue()
            | events.EscalationMade()
            | events.EscalationSnoozed()
            | events.PageFailed()
            | events.PageAcknowledged()
        ):
            return escalation(event, incident)
        case events.UpdatePosted():
            return f"*Update:* {escape_keeping_mentions(event.text)} — {mention(event.by)}"
        case events.ReminderPosted():
            return reminder(event, incident)
        case (
            events.ImpactDescribed()
            | events.NoteAdded()
            | events.ImprovementProposed()
            | events.ActionItemAdded()
        ):
            return _entry(event)
        case events.PostmortemDrafted():
            return f"The postmortem draft is ready: `{escape(event.path)}`"
        case events.EffectFailed():
            return f"⚠ {sentence(failed_effect(event.effect, event.why))}"
        case _:  # mypy checks the remaining events against _investigation, which ends in assert_never
            return _investigation(event, incident)


def _change(event: events.SeverityChanged | events.StatusChanged) -> str:
    match event:
        case events.SeverityChanged():
            return f"{mention(event.by)} set the severity to *{event.severity}*{because(event.reason)}"
        case events.StatusChanged(by=events.FIRSTCHECK):
            return f"*{event.status.capitalize()}*{because(event.note)}"
        case events.StatusChanged():
            return f"{mention(event.by)} set the status to *{event.status}*{because(event.note)}"
        case _:
            assert_never(event)


def _end(
    event: events.IncidentResolved
    | events.IncidentClosed
    | events.IncidentCancelled
    | events.IncidentReopened,
    incident: Incident,
    now: datetime,
) -> str:
    who, name = mention(event.by), f"*{incident.full_name}*"
    match event:
        case events.IncidentResolved(told_later=True):
            return f"*Fix:* {escape_keeping_mentions(event.resolution)} — {who}"
        case events.IncidentResolved():
            resolution = event.resolution or incident.impact.resolution
            fix = (
                f"*Fix:* {escape_keeping_mentions(resolution)}"
                if resolution
                else "What fixed it? Add it with `/incident resolve …`."
            )
            text = f"{who} resolved {name}. It lasted {elapsed(incident, now)}.\n{fix}"
            return f"{text}{_still_firing(incident, Status.RESOLVED)}"
        case events.IncidentClosed():
            text = f"{who} closed {name}. Firstcheck is drafting the postmortem."
            return f"{text}{_still_firing(incident, Status.CLOSED)}"
        case events.IncidentCancelled():
            text = f"{who} cancelled {name} as a false alarm{because(event.reason)}"
            return f"{text}{_still_firing(incident, Status.CANCELLED)}"
        case events.IncidentReopened():
            return f"{who} reopened {name}{because(event.reason)}"
        case _:
            assert_never(event)


def _still_firing(incident: Incident, status: Status) -> str:
    """Return a line about alerts that are still firing, or ""."""
    warning = still_firing(incident, status)
    return f"\n⚠ {warning}" if warning else ""


def _investigation(
    event: events.HypothesisExtended
    | events.HypothesisHandedOver
    | events.HypothesisClosed
    | events.HintsMuted
    | events.CauseNamed
    | events.CauseWithdrawn,
    incident: Incident,
) -> str:
    who = mention(event.by)
    match event:
        case events.HypothesisExtended():
            return f"{who} gave hypothesis {event.number} another {event.minutes} min."
        case events.HypothesisHandedOver() if event.owner == event.by:
            return f"{who} took over hypothesis {event.number} for {event.minutes} min."
        case events.HypothesisHandedOver():
            owner = mention(event.owner)
            return f"{who} handed hypothesis {event.number} to {owner} for {event.minutes} min."
        case events.HintsMuted():
            return f"{who} turned off hints about unchecked areas."
        case events.HypothesisClosed():
            hypothesis = incident.investigation.hypotheses.get(event.number)
            text = because(hypothesis.text) if hypothesis else ""
            evidence = f"\n{escape_keeping_mentions(event.evidence)}" if event.evidence else ""
            return f"{who} {VERDICTS[event.verdict][1]} *hypothesis {event.number}*{text}{evidence}"
        case events.CauseNamed():
            area = f" ({event.area})" if event.area else ""
            detail = f"\n{escape_keeping_mentions(event.detail)}" if event.detail else ""
            cause = f"*Cause*{area}: {escape_keeping_mentions(event.text)}"
            return f"{cause} — {who}{detail}{_question(event, incident)}"
        case events.CauseWithdrawn():
            return f"{who} withdrew the cause{because(event.reason)}"
        case _:
            assert_never(event)


def _question(event: events.CauseNamed, incident: Incident) -> str:
    """Return a question about what was wrong if the cause is a step without evidence, else ""."""
    is_current = incident.investigation.cause is not None and incident.investigation.cause.step == event.step
    if event.step and is_current and not incident.investigation.state_of(event.step).evidence:
        return "\nWhat exactly was wrong? Add it with `/incident cause …`."
    return ""


def _people(event: events.RoleAssigned | events.PeopleInvited) -> str | None:
    match event:
        case events.RoleAssigned() if event.by == event.person:
            return f"{mention(event.person)} is now *{role_name(event.role)}*."
        case events.RoleAssigned():
            return f"{mention(event.by)} made {mention(event.person)} *{role_name(event.role)}*."
        case events.PeopleInvited():
            missing = "\n".join(f"• {mention(person)}: {escape(why)}" for person, why in event.not_invited)
            return f"⚠ Could not invite:\n{missing}" if missing else None
        case _:
            assert_never(event)


def _entry(
    event: events.ImpactDescribed | events.NoteAdded | events.ImprovementProposed | events.ActionItemAdded,
) -> str:
    who = mention(event.by)
    match event:
        case events.ImpactDescribed():
            parts = [escape_keeping_mentions(event.text or event.share)] if event.text or event.share else []
            parts += [f"since {on_both_clocks(event.began_at, date=True)}"] if event.began_at else []
            parts += [f"until {on_both_clocks(event.ended_at, date=True)}"] if event.ended_at else []
            return f"*Impact:* {', '.join(parts)} — {who}"
        case events.NoteAdded():
            return f"*Note:* {escape_keeping_mentions(event.text)} — {who}"
        case events.ImprovementProposed():
            return f"*Improvement:* {_titled(event.title, event.text)} — {who}"
        case events.ActionItemAdded():
            owner = mention(event.owner) if event.owner else "no owner yet"
            due = f", due {escape(event.due)}" if event.due else ""
            return f"*Action item {event.number}:* {_titled(event.title, event.text)} ({owner}{due}) — {who}"
        case _:
            assert_never(event)


def _titled(title: str, text: str) -> str:
    return f"{escape_keeping_mentions(title)}{because(text)}"
