"""Messages in the incident's channel about events."""

from datetime import datetime, timedelta
from typing import assert_never

from bot.domain import events
from bot.domain.escalation.ladder import Need
from bot.domain.incident.incident import Incident
from bot.domain.insights.gaps import gaps
from bot.domain.rules.correlation import still_firing
from bot.domain.vocabulary import HypothesisVerdict, Status
from bot.slack.dates import on_both_clocks
from bot.slack.mrkdwn import escape, escape_keeping_mentions, mention
from bot.slack.views import notes, tasks
from bot.slack.views.blocks import Screen, paragraph
from bot.slack.views.commander_question import commander_question
from bot.slack.views.escalation import escalation, still_paused
from bot.slack.views.wording import (
    VERDICTS,
    affected,
    because,
    elapsed,
    failed_effect,
    further,
    role_name,
    sentence,
)

#: A message posted longer than this after its event shows the time of the event.
LATE = timedelta(minutes=2)


def announcement(event: events.AnyEvent, incident: Incident, now: datetime, actor: str = "") -> Screen | None:
    """Return the message about `event` at `now` (UTC), or None if another message shows it.

    `actor` is the display name of the person who acted. A mention would notify them of their own action.
    """
    if isinstance(event, events.EscalationDue) and event.lack is Need.COMMANDER:
        return commander_question(incident)
    text = _text(event, incident, now)
    if text is None:
        return None
    if actor:
        text = text.replace(mention(event.by), escape(actor))
    # The time of a correction is that of the resolution.
    is_correction = isinstance(event, events.IncidentResolved) and event.told_later
    if now - event.at > LATE and not is_correction:
        text = f"{on_both_clocks(event.at, date=now - event.at > timedelta(hours=12))} {text}"
    return paragraph(text)


def _text(event: events.AnyEvent, incident: Incident, now: datetime) -> str | None:
    """Return the text, or None if the card, a step, a hypothesis or another message shows the event."""
    if isinstance(event, events.LifecycleEvent):
        return _lifecycle(event, incident, now)
    if isinstance(event, events.HypothesisEvent):
        return _investigation(event, incident)
    if isinstance(event, events.EscalationEvent):
        return escalation(event, incident)
    if isinstance(event, events.FollowUpEvent):
        return _follow_up(event, incident)
    match event:
        case events.PeopleInvited():
            missing = "\n".join(f"• {mention(person)}: {escape(why)}" for person, why in event.not_invited)
            return f"⚠ Could not invite:\n{missing}" if missing else None
        case events.EffectFailed():
            return f"⚠ {sentence(failed_effect(event.effect, event.why))}"
        case events.ChannelOpened() | events.ChannelDelayed() | events.ChannelLost():
            return None
        case events.ChannelUnarchived() | events.MessagePosted() | events.RunbookChosen():
            return None
        case events.StepTaken() | events.StepFinished() | events.ProbeRequested() | events.ProbeFinished():
            return None
        case _:
            assert_never(event)


def _lifecycle(event: events.LifecycleEvent, incident: Incident, now: datetime) -> str | None:
    who, name = mention(event.by), f"*{incident.full_name}*"
    match event:
        case events.IncidentDeclared() | events.AlertsReceived():
            return None
        case events.IncidentEdited() | events.MilestoneSet():
            return _correction(event)
        case events.SeverityChanged():
            return f"{who} set the severity to *{event.severity}*{because(event.reason)}"
        case events.StatusChanged():
            return _status(event, incident, now)
        case events.RoleAssigned() if event.by == event.person:
            return f"{who} is now *{role_name(event.role)}*.{further(event.note)}"
        case events.RoleAssigned():
            return f"{who} made {mention(event.person)} *{role_name(event.role)}*.{further(event.note)}"
        case events.ImpactDescribed():
            return _impact(event)
        case events.NoteAdded() | events.NoteChanged() | events.NoteRemoved():
            return notes.announcement(event, incident)
        case events.IncidentResolved(told_later=True):
            fix = f"*Fix:* {escape_keeping_mentions(event.resolution)} — {who}" if event.resolution else ""
            return fix or f"*Resolved* at {on_both_clocks(event.at, date=True)} — {who}"
        case events.IncidentResolved():
            fix = escape_keeping_mentions(event.resolution or incident.impact.resolution)
            line = f"*Fix:* {fix}" if fix else "What fixed it? Add it with `/incident resolve …`."
            text = (
                f"{who} resolved {name}. It lasted {elapsed(incident, now)}.{affected(incident, now)}\n{line}"
            )
            return f"{text}{_still_firing(incident, Status.RESOLVED)}{_gaps(incident, asked='resolve')}"
        case events.IncidentClosed():
            text = f"{who} closed {name}. Firstcheck is drafting the postmortem."
            return f"{text}{_still_firing(incident, Status.CLOSED)}{_gaps(incident)}"
        case events.IncidentCancelled():
            text = f"{who} cancelled {name} as a false alarm{because(event.reason)}"
            return f"{text}{_still_firing(incident, Status.CANCELLED)}"
        case events.IncidentReopened():
            return f"{who} reopened {name}{because(event.reason)}"
        case _:
            assert_never(event)


def _correction(event: events.Correction) -> str:
    who = mention(event.by)
    if isinstance(event, events.MilestoneSet):
        when = on_both_clocks(event.happened_at, date=True)
        return f"{who} corrected a time: {event.milestone} at {when}{because(event.how)}"
    title = f"the title to *{escape_keeping_mentions(event.title)}*" if event.title else ""
    service = f"the service to *{escape(event.service)}*" if event.service else ""
    return f"{who} corrected {' and '.join(filter(None, (title, service)))}."


def _status(event: events.StatusChanged, incident: Incident, now: datetime) -> str | None:
    is_current, note = event.status is incident.status, because(event.note)
    paused = still_paused(incident, now) if is_current else ""
    if event.by == events.FIRSTCHECK:
        # An alert that flaps must not bury people's messages under outdated statuses.
        return f"*{event.status.capitalize()}*{note}{paused}" if is_current else None
    return f"{mention(event.by)} set the status to *{event.status}*{note}{paused}"


def _impact(event: events.ImpactDescribed) -> str:
    times = {"since": event.began_at, "until": event.ended_at}
    texts = [f"{word} {on_both_clocks(at, date=True)}" for word, at in times.items() if at]
    description = [escape_keeping_mentions(event.text or event.share)] if event.text or event.share else []
    title = f"Impact, phase {event.phase}" if event.phase > 1 else "Impact"
    return f"*{title}:* {', '.join(description + texts)} — {mention(event.by)}"


def _gaps(incident: Incident, asked: str = "") -> str:
    """Return a line about what is missing for the postmortem, or "". The message already `asked` for one."""
    missing = [f"{what} (`/incident {how} …`)" for what, how in gaps(incident) if how != asked]
    return f"\nStill missing for the postmortem: {', '.join(missing)}." if missing else ""


def _still_firing(incident: Incident, status: Status) -> str:
    """Return a line about alerts that are still firing, or ""."""
    warning = still_firing(incident, status)
    return f"\n⚠ {warning}" if warning else ""


def _investigation(event: events.HypothesisEvent, incident: Incident) -> str | None:
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
            verdict = f"{VERDICTS[event.verdict][1]} *hypothesis {event.number}*"
            return f"{who} {verdict}{text}{further(event.evidence)}{_continues(event, incident)}"
        case events.CauseNamed():
            area = f" ({event.area})" if event.area else ""
            cause = f"*Cause*{area}: {escape_keeping_mentions(event.text)} — {who}"
            return f"{cause}{_confirmed(event, incident)}{further(event.detail)}{_question(event, incident)}"
        case events.CauseWithdrawn():
            return f"{who} withdrew the cause{because(event.reason)}{_continues(event, incident)}"
        case events.HypothesisOpened() | events.HypothesisAreaChanged() | events.TimeBoxEnded():
            return None
        case events.HintGiven() | events.SideChannelRequested() | events.SideChannelOpened():
            return None
        case _:
            assert_never(event)


def _continues(event: events.CauseWithdrawn | events.HypothesisClosed, incident: Incident) -> str:
    """Return a note that the investigation continues, if `event` withdrew the cause and nothing followed."""
    is_open = incident.investigation.withdrawn_by == event and incident.status is Status.INVESTIGATING
    return "\nThere is no cause now. The investigation continues." if is_open else ""


def _confirmed(event: events.CauseNamed, incident: Incident) -> str:
    """Return the number and the evidence of the hypothesis that was confirmed as the cause, or ""."""
    hypothesis = incident.investigation.hypotheses.get(event.hypothesis)
    if hypothesis is None or hypothesis.text != event.text:  # other words for it
        return ""
    evidence = hypothesis.evidence if hypothesis.verdict is HypothesisVerdict.CONFIRMED else ""
    return f" confirmed hypothesis {hypothesis.number}{further(evidence)}"


def _question(event: events.CauseNamed, incident: Incident) -> str:
    """Return a question about what was wrong if the cause is a step without evidence, else ""."""
    step = incident.investigation.step(event.step)
    is_current = incident.investigation.cause is not None and incident.investigation.cause.step == event.step
    is_said = step is None or event.text != (step.cause or step.title)
    if is_current and not is_said and not incident.investigation.state_of(event.step).evidence:
        return "\nWhat exactly was wrong? Add it with `/incident cause …`."
    return ""


def _follow_up(event: events.FollowUpEvent, incident: Incident) -> str | None:
    if isinstance(event, events.TaskEvent):
        return tasks.announcement(event, incident)
    match event:
        case events.ImprovementProposed():
            return f"*Improvement:* {_titled(event.title, event.text)} — {mention(event.by)}"
        case events.PostmortemDrafted():
            return f"The postmortem draft is ready: `{escape(event.path)}`"
        case events.PostmortemRequested():
            return None
        case _:
            assert_never(event)


def _titled(title: str, text: str) -> str:
    return f"{escape_keeping_mentions(title)}{because(text)}"
