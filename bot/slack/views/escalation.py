"""What is said when others should be called in, were, or answered, and when something falls due."""

from typing import assert_never

from bot.domain import events as e
from bot.domain.escalation.ladder import ONCALL, Lack
from bot.domain.incident.incident import Incident
from bot.domain.insights.recipients import called_together, is_reached_by_us, lateness
from bot.domain.insights.reminders import Reminder
from bot.domain.text.times import moment
from bot.slack.mrkdwn import escape, mention, said
from bot.slack.views.wording import by, named, sentence

OfCall = e.EscalationDue | e.EscalationMade | e.ClockSnoozed | e.PageFailed | e.PageAcknowledged

REMINDED = {
    Reminder.UPDATE: "*An update is due*: those outside this channel know nothing new. "
    "`/incident update how it stands`",
    Reminder.OPEN_LONG: "*Still open* after a day. Is it over? `/incident resolve what fixed it`, "
    "or `/incident update how it stands`",
    Reminder.POSTMORTEM: "*The postmortem has gaps* five days after the close. "
    "`/incident postmortem` says where it is.",
}


def call(event: OfCall, i: Incident) -> str:
    """Return as mrkdwn what was done, or what is to do, to bring others in."""
    match event:
        case e.EscalationDue():
            return due(event, i)
        case e.EscalationMade():
            return _called(event, i)
        case e.ClockSnoozed():
            until = moment(event.until)
            return f"*Nobody is called in before {until}* — {by(event)}: {said(event.reason)}"
        case e.PageFailed():
            why = sentence(escape(event.why))
            return f"⚠ *{escape(event.to)} could not be reached*: {why} {_next_in_turn(event, i)}"
        case e.PageAcknowledged():
            return f"*{escape(event.to)}*: {mention(event.by)} has answered the page"
        case _:
            assert_never(event)


def _called(event: e.EscalationMade, i: Incident) -> str:
    """Say in one message whom a rung calls; what is no more than words calls nobody."""
    late = f" (due {moment(event.due_at)})" if event.due_at and lateness(event) else ""
    person = f" — {by(event)}" if event.by != e.FIRSTCHECK else ""
    why = f"{late}{person}{f': {said(event.reason)}' if event.reason else ''}"
    names = called_together(event, i)
    called = ", ".join(named(who) for who in names if is_reached_by_us(who))
    asked = ", ".join(named(who) for who in names if not is_reached_by_us(who))
    lines = [f"*Called in*: {called}{why}"] if called else []
    lines += [f"*Asked for*: {asked}{'' if called else why}"] if asked else []
    lines += ["Nobody is called by this automatically: call them yourself."] if asked else []
    return "\n".join(lines)


def _next_in_turn(event: e.PageFailed, i: Incident) -> str:
    """Say whom the rung calls that is taken instead, or was; it may have been taken when this is read."""
    known = next((known for known in i.clock.unreached if (known.to, known.at) == (event.to, event.at)), None)
    if known is None:  # it was reached since
        return ""
    rung = i.clock.rung(known.following)
    if rung is None:
        return "Nobody is called in its place: `/incident escalate @name why` calls a person."
    names = ", ".join("who is on call" if who == ONCALL else named(who) for who in rung.who)
    when = "Called in its place already" if known.called else "Next in turn"
    return f"{when}: {names or 'the people of this incident'}."


def due(event: e.EscalationDue, i: Incident) -> str:
    """Return that it is time to call somebody in, and whom the runbook names; it may be read anywhere."""
    if event.lack is Lack.COMMANDER:
        return f"*Nobody commands it yet.* One decides, the others look: `/incident {i.name} lead` takes it."
    climb = i.clock.climbed.get(event.rung)
    known = climb and climb.due_at == event.due_at  # else the rung was reached again since
    lack = event.lack.lasting(event.at - climb.since) if climb and known else event.lack.in_hindsight
    why = escape(event.reason) or lack
    whom = ", ".join(map(named, i.named_by_runbook))
    names = f" The runbook names {whom}." if whom else ""
    return (
        f"*Time to call somebody in*: {why}.{names}\n"
        f"`/incident {i.name} escalate @name why`, or `/incident {i.name} snooze 30m why`"
    )


def reminded(event: e.ReminderGiven) -> str:
    """Return what is forgotten."""
    return REMINDED[Reminder(event.what)]
