"""What is said when others should be called in, were, or answered, and when something falls due."""

from typing import assert_never

from bot.domain import events
from bot.domain.escalation.ladder import ONCALL, Need
from bot.domain.incident.incident import Incident
from bot.domain.insights.recipients import called_by_same_rung, can_be_notified, escalation_delay
from bot.domain.insights.reminders import Reminder
from bot.domain.text.times import moment
from bot.slack.mrkdwn import escape, escape_keeping_mentions, mention
from bot.slack.views.wording import by, recipient, sentence

OfCall = (
    events.EscalationDue
    | events.EscalationMade
    | events.ClockSnoozed
    | events.PageFailed
    | events.PageAcknowledged
)

REMINDED = {
    Reminder.UPDATE: "*An update is due*: those outside this channel know nothing new. "
    "`/incident update how it stands`",
    Reminder.OPEN_LONG: "*Still open* after a day. Is it over? `/incident resolve what fixed it`, "
    "or `/incident update how it stands`",
    Reminder.POSTMORTEM: "*The postmortem has gaps* five days after the close. "
    "`/incident postmortem` says where it is.",
}


def call(event: OfCall, incident: Incident) -> str:
    """Return as mrkdwn what was done, or what is to do, to bring others in."""
    match event:
        case events.EscalationDue():
            return due(event, incident)
        case events.EscalationMade():
            return _called(event, incident)
        case events.ClockSnoozed():
            until = moment(event.until)
            return (
                f"*Nobody is called in before {until}* — {by(event)}: {escape_keeping_mentions(event.reason)}"
            )
        case events.PageFailed():
            why = sentence(escape(event.why))
            return f"⚠ *{escape(event.to)} could not be reached*: {why} {_next_in_turn(event, incident)}"
        case events.PageAcknowledged():
            return f"*{escape(event.to)}*: {mention(event.by)} has answered the page"
        case _:
            assert_never(event)


def _called(event: events.EscalationMade, incident: Incident) -> str:
    """Say in one message whom a rung calls; what is no more than words calls nobody."""
    late = f" (due {moment(event.due_at)})" if event.due_at and escalation_delay(event) else ""
    person = f" — {by(event)}" if event.by != events.FIRSTCHECK else ""
    why = f"{late}{person}{f': {escape_keeping_mentions(event.reason)}' if event.reason else ''}"
    names = called_by_same_rung(event, incident)
    called = ", ".join(recipient(who) for who in names if can_be_notified(who))
    asked = ", ".join(recipient(who) for who in names if not can_be_notified(who))
    lines = [f"*Called in*: {called}{why}"] if called else []
    lines += [f"*Asked for*: {asked}{'' if called else why}"] if asked else []
    lines += ["Nobody is called by this automatically: call them yourself."] if asked else []
    return "\n".join(lines)


def _next_in_turn(event: events.PageFailed, incident: Incident) -> str:
    """Say whom the rung calls that is taken instead, or was; it may have been taken when this is read."""
    known = next(
        (
            known
            for known in incident.escalation.clock.unreached
            if (known.to, known.at) == (event.to, event.at)
        ),
        None,
    )
    if known is None:  # it was reached since
        return ""
    rung = incident.escalation.clock.rung(known.following)
    if rung is None:
        return "Nobody is called in its place: `/incident escalate @name why` calls a person."
    names = ", ".join("who is on call" if who == ONCALL else recipient(who) for who in rung.who)
    when = "Called in its place already" if known.called else "Next in turn"
    return f"{when}: {names or 'the people of this incident'}."


def due(event: events.EscalationDue, incident: Incident) -> str:
    """Return that it is time to call somebody in, and whom the runbook names; it may be read anywhere."""
    if event.lack is Need.COMMANDER:
        take = f"`/incident {incident.name} lead`"
        return f"*Nobody commands it yet.* One decides, the others look: {take} takes it."
    climb = incident.escalation.clock.reached.get(event.rung)
    known = climb and climb.due_at == event.due_at  # else the rung was reached again since
    lack = event.lack.unmet_for(event.at - climb.unmet_since) if climb and known else event.lack.was_unmet
    why = escape(event.reason) or lack
    whom = ", ".join(map(recipient, incident.investigation.runbook_escalation))
    names = f" The runbook names {whom}." if whom else ""
    return (
        f"*Time to call somebody in*: {why}.{names}\n"
        f"`/incident {incident.name} escalate @name why`, or `/incident {incident.name} snooze 30m why`"
    )


def reminded(event: events.ReminderGiven) -> str:
    """Return what is forgotten."""
    return REMINDED[Reminder(event.what)]
