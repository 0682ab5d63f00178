"""What is said in the channel when something happened."""

from datetime import datetime, timedelta
from typing import assert_never

from bot.domain import events
from bot.domain.escalation.ladder import Need
from bot.domain.incident.incident import Incident
from bot.domain.text.times import on_both_clocks
from bot.domain.vocabulary import Status
from bot.slack.mrkdwn import escape, escape_keeping_mentions, mention
from bot.slack.views import commander_question, escalation
from bot.slack.views.blocks import Screen, screen, section
from bot.slack.views.wording import by, elapsed, failed_effect, recipient, sentence

#: What is written down later than this after it happened shows its own time.
LATE = timedelta(minutes=2)


#: What the card, the step, the suspicion or a message of its own says.
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
    | events.ProbeAsked
    | events.ProbeFinished
    | events.StepFinished
    | events.HypothesisOpened
    | events.HypothesisPlaced
    | events.TimeBoxEnded
    | events.NudgeGiven
    | events.SideChannelAsked
    | events.SideChannelOpened
)


def announcement(event: events.AnyEvent, incident: Incident, now: datetime) -> Screen | None:
    """Return what to say of `event` at `now` (UTC), or nothing where the channel sees it otherwise."""
    if isinstance(event, events.EscalationDue) and event.lack is Need.COMMANDER:
        return commander_question.commander(incident)
    # An alert that flaps must not bury what people say under statuses that are over.
    if (
        isinstance(event, events.StatusChanged)
        and event.by == events.FIRSTCHECK
        and event.status is not incident.status
    ):
        return None
    text = _text(event, incident, now)
    if text is None:
        return None
    is_now = isinstance(event, events.IncidentResolved) and event.told_later  # whenever the end was
    if now - event.at > LATE and not is_now:
        text = f"{on_both_clocks(event.at, date=now - event.at > timedelta(hours=12))} {text}"
    return screen(text, section(text))


def _text(event: events.AnyEvent, incident: Incident, now: datetime) -> str | None:
    if isinstance(event, Silent):
        return None
    match event:
        case events.SeverityChanged() | events.StatusChanged():
            return _changed(event)
        case (
            events.IncidentResolved()
            | events.IncidentClosed()
            | events.IncidentCancelled()
            | events.IncidentReopened()
        ):
            return _ended(event, incident, now)
        case events.RoleAssigned() | events.PeopleInvited():
            return _people(event)
        case (
            events.EscalationDue()
            | events.EscalationMade()
            | events.ClockSnoozed()
            | events.PageFailed()
            | events.PageAcknowledged()
        ):
            return escalation.call(event, incident)
        case events.UpdateGiven():
            return f"*Update*: {escape_keeping_mentions(event.text)} — {by(event)}"
        case events.ReminderGiven():
            return escalation.reminded(event)
        case (
            events.ImpactDescribed()
            | events.NoteAdded()
            | events.ImprovementProposed()
            | events.ActionItemAdded()
        ):
            return _written(event)
        case events.PostmortemDrafted():
            return f"The postmortem is drafted: `{escape(event.path)}`"
        case events.EffectGaveUp():
            return f"⚠ {sentence(failed_effect(event.effect, event.why))}"
        case _:  # mypy holds the rest against what _suspected takes, which ends in assert_never
            return _suspected(event, incident)


def _changed(event: events.SeverityChanged | events.StatusChanged) -> str:
    match event:
        case events.SeverityChanged():
            return f"Severity is now *{event.severity}* — {by(event)}{_because(event.reason)}"
        case events.StatusChanged():
            mitigated = " (users no longer notice it)" if event.status is Status.MONITORING else ""
            return f"Status is now *{event.status}*{mitigated} — {by(event)}{_because(event.note)}"
        case _:
            assert_never(event)


def _ended(
    event: events.IncidentResolved
    | events.IncidentClosed
    | events.IncidentCancelled
    | events.IncidentReopened,
    incident: Incident,
    now: datetime,
) -> str:
    match event:
        case events.IncidentResolved(told_later=True):
            return f"*What fixed it*: {escape_keeping_mentions(event.resolution)} — {by(event)}"
        case events.IncidentResolved():
            fixed = (
                escape_keeping_mentions(event.resolution or incident.impact.resolution)
                or "What fixed it? `/incident resolve …` writes it down."
            )
            lasted = f"it lasted {elapsed(incident, now)}"
            return f"*{incident.full_name} is resolved*, {lasted} — {by(event)}\n{fixed}"
        case events.IncidentClosed():
            return f"*{incident.full_name} is closed* — {by(event)}. The postmortem is being drafted."
        case events.IncidentCancelled():
            return f"*{incident.full_name} is cancelled* — {by(event)}{_because(event.reason)}"
        case events.IncidentReopened():
            return f"*{incident.full_name} is open again* — {by(event)}{_because(event.reason)}"
        case _:
            assert_never(event)


def _suspected(
    event: events.HypothesisExtended
    | events.HypothesisHandedOver
    | events.HypothesisClosed
    | events.NudgesMuted
    | events.CauseNamed
    | events.CauseTakenBack,
    incident: Incident,
) -> str:
    match event:
        case events.HypothesisExtended():
            return f"Hypothesis {event.number} gets {event.minutes} min more — {by(event)}"
        case events.HypothesisHandedOver():
            owner = mention(event.owner)
            return f"Hypothesis {event.number} is {owner}'s now, for {event.minutes} min — {by(event)}"
        case events.NudgesMuted():
            return f"No more hints about unchecked areas — {by(event)}"
        case events.HypothesisClosed():
            known = incident.investigation.hypotheses.get(event.number)
            what = f": {escape_keeping_mentions(known.text)}" if known else ""
            evidence = f"\n{escape_keeping_mentions(event.evidence)}" if event.evidence else ""
            return f"*Hypothesis {event.number} {event.verdict}* — {by(event)}{what}{evidence}"
        case events.CauseNamed():
            area = f" ({event.area})" if event.area else ""
            detail = f"\n{escape_keeping_mentions(event.detail)}" if event.detail else ""
            cause = f"*Cause*{area}: {escape_keeping_mentions(event.text)}"
            return f"{cause} — {by(event)}{detail}{_what_exactly(event, incident)}"
        case events.CauseTakenBack():
            return f"*The cause is taken back* — {by(event)}{_because(event.reason)}"
        case _:
            assert_never(event)


def _what_exactly(event: events.CauseNamed, incident: Incident) -> str:
    """Ask what was wrong where a step is the cause and nobody has said what they saw in it."""
    still = incident.investigation.cause is not None and incident.investigation.cause.step == event.step
    if event.step and still and not incident.investigation.state_of(event.step).evidence:
        return "\nWhat exactly? `/incident cause …` writes it down."
    return ""


def _people(event: events.RoleAssigned | events.PeopleInvited) -> str | None:
    match event:
        case events.RoleAssigned():
            giver = "" if event.by == event.person else f" — {by(event)}"
            return f"{mention(event.person)} is *{event.role}*{giver}"
        case events.PeopleInvited():
            missing = "\n".join(f"• {_missing(entry)}" for entry in event.missing)
            return f"⚠ Could not be invited:\n{missing}" if missing else None
        case _:
            assert_never(event)


def _missing(entry: str) -> str:
    """Name a person of `id: why`."""
    person, colon, why = entry.partition(":")
    return f"{mention(person)}{colon}{escape(why)}"


def _written(
    event: events.ImpactDescribed | events.NoteAdded | events.ImprovementProposed | events.ActionItemAdded,
) -> str:
    match event:
        case events.ImpactDescribed():
            parts = [escape_keeping_mentions(event.text or event.share)] if event.text or event.share else []
            parts += [f"since {on_both_clocks(event.began_at, date=True)}"] if event.began_at else []
            return f"*Impact*: {', '.join(parts)} — {by(event)}"
        case events.NoteAdded():
            return f"*Note*: {escape_keeping_mentions(event.text)} — {by(event)}"
        case events.ImprovementProposed():
            return f"*Improvement*: {_titled(event.title, event.text)} — {by(event)}"
        case events.ActionItemAdded():
            owner = recipient(event.owner) if event.owner else "no owner yet"
            due = f", due {escape(event.due)}" if event.due else ""
            return f"*Action {event.number}*: {_titled(event.title, event.text)} ({owner}{due}) — {by(event)}"
        case _:
            assert_never(event)


def _titled(title: str, text: str) -> str:
    return (
        f"{escape_keeping_mentions(title)}: {escape_keeping_mentions(text)}"
        if text
        else escape_keeping_mentions(title)
    )


def _because(reason: str) -> str:
    return f": {escape_keeping_mentions(reason)}" if reason else ""
