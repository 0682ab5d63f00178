"""Messages about due escalations, notified people, acknowledgements and reminders."""

from datetime import datetime
from typing import assert_never

from bot.domain import events
from bot.domain.escalation.ladder import Need
from bot.domain.incident.incident import Incident
from bot.domain.insights.recipients import (
    called_by_same_rung,
    can_be_notified,
    escalation_delay,
    reminded_people,
)
from bot.domain.insights.reminders import Reminder
from bot.domain.recipient import OnCall, parse_recipient
from bot.domain.rules.correlation import still_firing
from bot.domain.text.times import duration
from bot.domain.vocabulary import Status
from bot.slack.dates import moment
from bot.slack.mrkdwn import escape, escape_keeping_mentions, mention
from bot.slack.views.wording import because, sentence


def escalation(event: events.EscalationEvent, incident: Incident) -> str | None:
    """Return the text about an event of the escalation, as mrkdwn, or None if there is nothing to show."""
    match event:
        case events.EscalationDue():
            return escalation_due(event, incident, "/incident")
        case events.EscalationMade():
            return escalation_made(event, incident)
        case events.EscalationSnoozed():
            until = moment(event.until)
            return f"*Escalation paused until {until}* by {mention(event.by)}{because(event.reason)}"
        case events.PageFailed():
            error = sentence(escape(event.why))
            return f"⚠ *Could not reach {escape(event.to)}*: {error} {_next_in_line(event, incident)}".strip()
        case events.PageAcknowledged():
            return f"{mention(event.by)} acknowledged the page to *{escape(event.to)}*"
        case events.UpdatePosted():
            return f"*Update:* {escape_keeping_mentions(event.text)} — {mention(event.by)}"
        case events.ReminderPosted():
            return _reminder(event, incident)
        case events.LadderChosen() | events.PageSent():
            return None
        case _:
            assert_never(event)


def escalation_made(event: events.EscalationMade, incident: Incident) -> str:
    """Return one text for all recipients of a rung.

    Somebody has to contact the recipients we can't notify.
    """
    late = f" (due {moment(event.due_at)})" if event.due_at and escalation_delay(event) else ""
    details = f"{late}{because(event.reason)}"
    notified, unreachable = by_reachability(called_by_same_rung(event, incident))
    by_person = event.by != events.FIRSTCHECK
    lines = []
    if notified:
        verb = f"{mention(event.by)} *escalated to*" if by_person else "*Escalated to*"
        lines.append(f"{verb} {notified}{details}")
    if unreachable:
        verb = f"{mention(event.by)} *asked for*" if by_person else "*Asked for*"
        lines.append(f"{verb} {unreachable}{'' if notified else details}")
        lines.append("Firstcheck can't reach this team. Please contact them yourself.")
    return "\n".join(lines)


def by_reachability(recipients: tuple[str, ...]) -> tuple[str, str]:
    """Return the recipients that Firstcheck can notify, and the others, each as a list in mrkdwn."""
    notified = ", ".join(mention(who) for who in recipients if can_be_notified(who))
    unreachable = ", ".join(mention(who) for who in recipients if not can_be_notified(who))
    return notified, unreachable


def _next_in_line(event: events.PageFailed, incident: Incident) -> str:
    """Return who is notified instead, if anyone, or "" if the target has been reached since."""
    clock = incident.escalation.clock
    missed = (missed for missed in clock.unreached if (missed.to, missed.at) == (event.to, event.at))
    unreached = next(missed, None)
    if unreached is None:
        return ""
    rung = clock.rung(unreached.following)
    if rung is None:
        return "Nobody else is configured. Escalate to a person: `/incident escalate @name why`"
    names = ", ".join("on-call" if parse_recipient(who) == OnCall() else mention(who) for who in rung.who)
    when = "Instead, already escalated to" if unreached.called else "Next:"
    return f"{when} {names or 'the people in this incident'}."


def escalation_due(event: events.EscalationDue, incident: Incident, command: str) -> str:
    """Return the unmet need, the people the runbook lists, and the text to type, starting with `command`."""
    if event.lack is Need.COMMANDER:
        return f"*No incident commander yet.* Take it: `{command} lead`"
    listed = ", ".join(map(mention, incident.investigation.runbook_escalation))
    runbook = f" The runbook lists {listed}." if listed else ""
    return (
        f"*{_unmet(event, incident)}.* Escalate?{runbook}\n"
        f"`{command} escalate @name why`, or pause with `{command} snooze 30m why`"
    )


def _unmet(event: events.EscalationDue, incident: Incident) -> str:
    """Return the unmet need and its duration, or the reason in the event."""
    if event.reason:
        return escape(event.reason)
    reached = incident.escalation.clock.reached.get(event.rung)
    if reached and reached.due_at == event.due_at:  # otherwise the rung was reached again since
        need = event.lack.unmet_for(event.at - reached.unmet_since)
    else:
        need = event.lack.was_unmet
    return need[:1].upper() + need[1:]


def still_paused(incident: Incident, now: datetime) -> str:
    """Return until when automatic escalation is paused, on a line of its own, or "" if it isn't."""
    until = incident.escalation.clock.snoozed_until
    is_paused = incident.status.has_impact and until is not None and until > now
    return f"\nEscalation stays paused until {moment(until)}." if until and is_paused else ""


def _reminder(event: events.ReminderPosted, incident: Incident) -> str | None:
    """Return the reminder and the command to type, as mrkdwn, or None if it no longer applies."""
    match Reminder(event.what):
        case Reminder.UPDATE:
            return f"*No status update{_silence(event, incident)}.* Post one: `/incident update …`"
        case Reminder.OPEN_LONG:
            return _still_open(event, incident)
        case Reminder.POSTMORTEM:
            return (
                "*The postmortem still has gaps* five days after the close. Find it: `/incident postmortem`"
            )
        case never:
            assert_never(never)


def _still_open(event: events.ReminderPosted, incident: Incident) -> str | None:
    """Return what to do about an incident in which nobody posts anything, or None if it is over."""
    impact = incident.impact
    if incident.status.is_over:
        return None
    is_it_over = "Is it over? `/incident resolve what fixed it`. If not, post an update: `/incident update …`"
    match incident.status:
        case Status.RESOLVED:
            since = moment(impact.resolved_at or event.at, date=True)
            text = f"*Resolved since {since}, not closed.* `/incident close` drafts the postmortem."
        case Status.MONITORING:
            since = moment(impact.mitigated_at or event.at, date=True)
            alerts = " No alert is firing." if incident.all_alerts_resolved else ""
            text = f"*Monitoring since {since}, not resolved.*{alerts} {is_it_over}"
        case _:
            days = (event.at - (incident.declared_at or event.at)).days
            text = f"*Still open after {'a day' if days <= 1 else f'{days} days'}.* {is_it_over}"
    people = "".join(f"{mention(person)} " for person in reminded_people(incident))
    warning = still_firing(incident, incident.status)
    return people + text + (f"\n⚠ {warning}" if warning else "")


def _silence(event: events.ReminderPosted, incident: Incident) -> str:
    """Return how long ago the last update was, or "" if one has been posted since the reminder."""
    clock = incident.escalation.clock
    beginnings = filter(None, (clock.last_update_at, clock.unmet_since.get(Need.UPDATE)))
    since = max(beginnings, default=event.at)
    return f" for {duration(event.at - since)}" if since < event.at else ""
