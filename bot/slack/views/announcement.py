"""What is said in the channel when something happened."""

from datetime import datetime, timedelta
from typing import assert_never

from bot.domain import events as e
from bot.domain.escalation.ladder import Lack
from bot.domain.incident.incident import Incident
from bot.domain.text.times import on_both_clocks
from bot.domain.vocabulary import Status
from bot.slack.mrkdwn import escape, mention, said
from bot.slack.views import commander_question, escalation
from bot.slack.views.blocks import Screen, screen, section
from bot.slack.views.wording import by, elapsed, named, sentence, undone

#: What is written down later than this after it happened shows its own time.
LATE = timedelta(minutes=2)


#: What the card, the step, the suspicion or a message of its own says.
Silent = (
    e.IncidentDeclared
    | e.RunbookChosen
    | e.AlertsReceived
    | e.ChannelOpened
    | e.ChannelDelayed
    | e.ChannelLost
    | e.ChannelUnarchived
    | e.MessagePosted
    | e.LadderChosen
    | e.PageSent
    | e.NoteRemoved
    | e.StepTaken
    | e.ProbeAsked
    | e.ProbeFinished
    | e.StepFinished
    | e.HypothesisOpened
    | e.HypothesisPlaced
    | e.TimeBoxEnded
    | e.NudgeGiven
    | e.SideChannelAsked
    | e.SideChannelOpened
)


def announcement(event: e.AnyEvent, incident: Incident, now: datetime) -> Screen | None:
    """Return what to say of `event` at `now` (UTC), or nothing where the channel sees it otherwise."""
    if isinstance(event, e.EscalationDue) and event.lack is Lack.COMMANDER:
        return commander_question.commander(incident)
    # An alert that flaps must not bury what people say under statuses that are over.
    if (
        isinstance(event, e.StatusChanged)
        and event.by == e.FIRSTCHECK
        and event.status is not incident.status
    ):
        return None
    text = _text(event, incident, now)
    if text is None:
        return None
    is_now = isinstance(event, e.IncidentResolved) and event.told_later  # whenever the end was
    if now - event.at > LATE and not is_now:
        text = f"{on_both_clocks(event.at, date=now - event.at > timedelta(hours=12))} {text}"
    return screen(text, section(text))


def _text(event: e.AnyEvent, i: Incident, now: datetime) -> str | None:
    if isinstance(event, Silent):
        return None
    match event:
        case e.SeverityChanged() | e.StatusChanged():
            return _changed(event)
        case e.IncidentResolved() | e.IncidentClosed() | e.IncidentCancelled() | e.IncidentReopened():
            return _ended(event, i, now)
        case e.RoleAssigned() | e.PeopleInvited():
            return _people(event)
        case (
            e.EscalationDue() | e.EscalationMade() | e.ClockSnoozed() | e.PageFailed() | e.PageAcknowledged()
        ):
            return escalation.call(event, i)
        case e.UpdateGiven():
            return f"*Update*: {said(event.text)} — {by(event)}"
        case e.ReminderGiven():
            return escalation.reminded(event)
        case e.ImpactDescribed() | e.NoteAdded() | e.ImprovementProposed() | e.ActionItemAdded():
            return _written(event)
        case e.PostmortemDrafted():
            return f"The postmortem is drafted: `{escape(event.path)}`"
        case e.EffectGaveUp():
            return f"⚠ {sentence(undone(event.effect, event.why))}"
        case _:  # mypy holds the rest against what _suspected takes, which ends in assert_never
            return _suspected(event, i)


def _changed(event: e.SeverityChanged | e.StatusChanged) -> str:
    match event:
        case e.SeverityChanged():
            return f"Severity is now *{event.severity}* — {by(event)}{_because(event.reason)}"
        case e.StatusChanged():
            mitigated = " (users no longer notice it)" if event.status is Status.MONITORING else ""
            return f"Status is now *{event.status}*{mitigated} — {by(event)}{_because(event.note)}"
        case _:
            assert_never(event)


def _ended(
    event: e.IncidentResolved | e.IncidentClosed | e.IncidentCancelled | e.IncidentReopened,
    i: Incident,
    now: datetime,
) -> str:
    match event:
        case e.IncidentResolved(told_later=True):
            return f"*What fixed it*: {said(event.resolution)} — {by(event)}"
        case e.IncidentResolved():
            fixed = (
                said(event.resolution or i.resolution)
                or "What fixed it? `/incident resolve …` writes it down."
            )
            return f"*{i.full_name} is resolved*, it lasted {elapsed(i, now)} — {by(event)}\n{fixed}"
        case e.IncidentClosed():
            return f"*{i.full_name} is closed* — {by(event)}. The postmortem is being drafted."
        case e.IncidentCancelled():
            return f"*{i.full_name} is cancelled* — {by(event)}{_because(event.reason)}"
        case e.IncidentReopened():
            return f"*{i.full_name} is open again* — {by(event)}{_because(event.reason)}"
        case _:
            assert_never(event)


def _suspected(
    event: e.HypothesisExtended
    | e.HypothesisHandedOver
    | e.HypothesisClosed
    | e.NudgesMuted
    | e.CauseNamed
    | e.CauseTakenBack,
    i: Incident,
) -> str:
    match event:
        case e.HypothesisExtended():
            return f"Hypothesis {event.number} gets {event.minutes} min more — {by(event)}"
        case e.HypothesisHandedOver():
            owner = mention(event.owner)
            return f"Hypothesis {event.number} is {owner}'s now, for {event.minutes} min — {by(event)}"
        case e.NudgesMuted():
            return f"No more hints about unchecked areas — {by(event)}"
        case e.HypothesisClosed():
            known = i.hypotheses.get(event.number)
            what = f": {said(known.text)}" if known else ""
            evidence = f"\n{said(event.evidence)}" if event.evidence else ""
            return f"*Hypothesis {event.number} {event.verdict}* — {by(event)}{what}{evidence}"
        case e.CauseNamed():
            area = f" ({event.area})" if event.area else ""
            detail = f"\n{said(event.detail)}" if event.detail else ""
            return f"*Cause*{area}: {said(event.text)} — {by(event)}{detail}{_what_exactly(event, i)}"
        case e.CauseTakenBack():
            return f"*The cause is taken back* — {by(event)}{_because(event.reason)}"
        case _:
            assert_never(event)


def _what_exactly(event: e.CauseNamed, i: Incident) -> str:
    """Ask what was wrong where a step is the cause and nobody has said what they saw in it."""
    still = i.cause is not None and i.cause.step == event.step
    if event.step and still and not i.state_of(event.step).evidence:
        return "\nWhat exactly? `/incident cause …` writes it down."
    return ""


def _people(event: e.RoleAssigned | e.PeopleInvited) -> str | None:
    match event:
        case e.RoleAssigned():
            giver = "" if event.by == event.person else f" — {by(event)}"
            return f"{mention(event.person)} is *{event.role}*{giver}"
        case e.PeopleInvited():
            missing = "\n".join(f"• {_missing(entry)}" for entry in event.missing)
            return f"⚠ Could not be invited:\n{missing}" if missing else None
        case _:
            assert_never(event)


def _missing(entry: str) -> str:
    """Name a person of `id: why`."""
    person, colon, why = entry.partition(":")
    return f"{mention(person)}{colon}{escape(why)}"


def _written(
    event: e.ImpactDescribed | e.NoteAdded | e.ImprovementProposed | e.ActionItemAdded,
) -> str:
    match event:
        case e.ImpactDescribed():
            parts = [said(event.text or event.share)] if event.text or event.share else []
            parts += [f"since {on_both_clocks(event.began_at, date=True)}"] if event.began_at else []
            return f"*Impact*: {', '.join(parts)} — {by(event)}"
        case e.NoteAdded():
            return f"*Note*: {said(event.text)} — {by(event)}"
        case e.ImprovementProposed():
            return f"*Improvement*: {_titled(event.title, event.text)} — {by(event)}"
        case e.ActionItemAdded():
            owner = named(event.owner) if event.owner else "no owner yet"
            due = f", due {escape(event.due)}" if event.due else ""
            return f"*Action {event.number}*: {_titled(event.title, event.text)} ({owner}{due}) — {by(event)}"
        case _:
            assert_never(event)


def _titled(title: str, text: str) -> str:
    return f"{said(title)}: {said(text)}" if text else said(title)


def _because(reason: str) -> str:
    return f": {said(reason)}" if reason else ""
