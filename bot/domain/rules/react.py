"""The effects that each event requires."""

from collections.abc import Iterator
from datetime import timedelta
from typing import assert_never

from bot.domain import effects, events
from bot.domain.effects import message_keys
from bot.domain.incident.hypothesis import Hypothesis
from bot.domain.incident.incident import Incident
from bot.domain.incident.notes import number_of
from bot.domain.insights.postmortem.redraft import is_in_postmortem
from bot.domain.insights.recipients import called_by_same_rung
from bot.domain.recipient import Pager, SlackChannel, is_slack_user, parse_recipient
from bot.domain.rules.fallbacks import report_failure
from bot.domain.rules.publish import publish
from bot.domain.rules.redraw import offers_a_step, show_step, stale_messages
from bot.domain.rules.timers import set_timers
from bot.domain.vocabulary import HypothesisVerdict, ProbeVerdict, Role, Status, StepOutcome

#: How often the elapsed time on the card is updated.
REFRESH_EVERY = timedelta(minutes=5)


def react(event: events.AnyEvent, incident: Incident) -> tuple[effects.AnyEffect, ...]:
    """Return the effects that `event`, the latest of `incident`, requires.

    Effects in the channel lane may be requested before there is a channel. They wait behind OpenChannel.
    """
    found = [*_react(event, incident), *stale_messages(event, incident), *publish(event, incident)]
    if incident.status is Status.CLOSED and is_in_postmortem(event):
        found.append(effects.DraftPostmortem())  # at the close, and again after each event that it reports
    return tuple(dict.fromkeys([*found, *set_timers(event, incident)]))


def _react(event: events.AnyEvent, incident: Incident) -> Iterator[effects.AnyEffect]:
    if isinstance(event, events.LifecycleEvent):
        yield from _lifecycle(event, incident)
    elif isinstance(event, events.SlackEvent):
        yield from _slack(event, incident)
    elif isinstance(event, events.RunbookEvent):
        yield from _runbook(event, incident)
    elif isinstance(event, events.HypothesisEvent):
        yield from _hypothesis(event, incident)
    elif isinstance(event, events.EscalationEvent):
        yield from _escalation(event, incident)
    else:
        yield from _follow_up(event, incident)


def _lifecycle(event: events.LifecycleEvent, incident: Incident) -> Iterator[effects.AnyEffect]:
    match event:
        case events.IncidentDeclared():
            yield from (effects.OpenChannel(), effects.ShowCard(), effects.ChooseLadder())
        case events.AlertsReceived():
            if not incident.status.is_over:  # its channel may be archived
                yield effects.ShowCard()
        case events.IncidentEdited() | events.MilestoneSet():
            yield from _announce_widely(incident)
        case events.SeverityChanged():
            yield from _announce_widely(incident)
            yield effects.ChooseLadder()
        case events.StatusChanged():
            yield from _status(event, incident)
        case events.RoleAssigned():
            yield from _announce(incident)
            yield from _invite(incident, event.person)
            if event.role == Role.COMMANDER:
                yield from _once_open(incident, effects.SetTopic())
        case events.ImpactDescribed():
            yield from _announce(incident)
        case events.NoteAdded(ref=ref) | events.NoteChanged(ref=ref) | events.NoteRemoved(ref=ref):
            # A marked message is in the channel already.
            yield effects.Announce(version=incident.version) if number_of(ref) else effects.ShowMark(ref=ref)
        case events.IncidentResolved() | events.IncidentCancelled():
            yield from _announce_widely(incident)
            yield from _end_pages(incident)
        case events.IncidentClosed():  # its pages ended when it was resolved
            yield from _announce_widely(incident)
            if incident.follow_up.runbook_feedback[-1:] != incident.follow_up.runbook_feedback[-2:-1]:
                yield effects.SendRunbookFeedback()
        case events.IncidentReopened():
            yield from _reopen(event, incident)
        case _:
            assert_never(event)


def _slack(event: events.SlackEvent, incident: Incident) -> Iterator[effects.AnyEffect]:
    match event:
        case events.ChannelOpened():
            if incident.people:
                yield effects.InvitePeople(people=incident.people)
            yield effects.SetTopic()
            yield effects.ShowDigest()
            yield effects.ShowCard()
            if incident.declared_in and message_keys.CARD not in incident.messages:  # opened, not rejoined
                yield effects.NotifyChannel(to=incident.declared_in, version=incident.version)
        case events.ChannelDelayed() | events.ChannelLost():
            yield effects.NotifyPeople(version=incident.version)
            yield effects.ShowDigest()
        case events.ChannelUnarchived():
            yield effects.JoinChannel()
        case events.MessagePosted():
            if event.what == message_keys.CARD:
                yield effects.PinCard()
                yield effects.RefreshCard(not_before=event.at + REFRESH_EVERY)
        case events.PeopleInvited():
            if event.missing:
                yield effects.Announce(version=incident.version)
        case events.EffectFailed():
            yield from report_failure(event, incident)
        case _:
            assert_never(event)


def _runbook(event: events.RunbookEvent, incident: Incident) -> Iterator[effects.AnyEffect]:
    match event:
        case events.RunbookChosen():
            yield from _offer_next_step(incident)
            automatic = (
                step for step in incident.investigation.steps_in_order if step.probe and step.probe.auto
            )
            yield from (effects.RunProbe(step=step.id) for step in automatic)
        case events.ProbeRequested():
            yield effects.RunProbe(step=event.step)
        case (
            events.ProbeFinished(verdict=ProbeVerdict.WRONG) | events.StepFinished(outcome=StepOutcome.FOUND)
        ):
            yield show_step(incident, event.step)
            yield effects.ShowCard()
        case events.StepTaken() | events.ProbeFinished() | events.StepFinished():
            yield show_step(incident, event.step)
            yield from _offer_next_step(incident)
            yield effects.ShowCard()
        case _:
            assert_never(event)


def _hypothesis(event: events.HypothesisEvent, incident: Incident) -> Iterator[effects.AnyEffect]:
    match event:
        case events.HypothesisOpened() | events.HypothesisExtended() | events.HypothesisHandedOver():
            yield from _follow(incident.investigation.hypotheses[event.number], event, incident)
        case events.HypothesisAreaChanged():
            yield effects.ShowHypothesis(number=event.number)
            yield effects.ShowCard()
        case events.HypothesisClosed():
            yield effects.ShowHypothesis(number=event.number)
            if incident.investigation.hypotheses[event.number].side_channel:
                yield effects.OpenSideChannel(number=event.number)
            is_confirmed = event.verdict is HypothesisVerdict.CONFIRMED
            if not (is_confirmed and incident.takes_as_cause(hypothesis=event.number)):  # else the cause is
                yield effects.Announce(version=incident.version)
            yield effects.ShowCard()
            if not is_confirmed and not offers_a_step(incident):
                yield from _offer_next_step(incident)
        case events.TimeBoxEnded():
            question = incident.investigation.hypotheses[event.number].questions
            yield effects.ShowTimeBox(number=event.number, question=question)
        case events.HintGiven():
            yield effects.ShowHint(number=event.number)
        case events.HintsMuted():
            yield effects.Announce(version=incident.version)
        case events.SideChannelRequested():
            yield effects.OpenSideChannel(number=event.number)
        case events.SideChannelOpened():
            yield effects.ShowHypothesis(number=event.number)
        case events.CauseNamed() | events.CauseWithdrawn():
            yield from _announce(incident)
            yield from _offer_next_step(incident)
        case _:
            assert_never(event)


def _escalation(event: events.EscalationEvent, incident: Incident) -> Iterator[effects.AnyEffect]:
    match event:
        case events.EscalationMade():
            if called_by_same_rung(event, incident) == (event.who,):  # the rung's first event announces all
                yield from _announce(incident)
                yield effects.NotifyPeople(version=incident.version)
            yield from _notify(event.who, incident)
        case events.EscalationDue():
            yield from _announce(incident)
            yield effects.NotifyPeople(version=incident.version)
        case (
            events.EscalationSnoozed()
            | events.UpdatePosted()
            | events.PageAcknowledged()
            | events.PageFailed()
        ):
            yield from _announce(incident)
        case events.PageSent():
            yield effects.ShowCard()
            if not incident.is_active:
                yield from _end_pages(incident)
        case events.ReminderPosted():
            yield effects.Announce(version=incident.version)
        case events.LadderChosen():
            pass
        case _:
            assert_never(event)


def _follow_up(event: events.FollowUpEvent, incident: Incident) -> Iterator[effects.AnyEffect]:
    match event:
        case events.PostmortemDrafted():
            yield from (effects.SharePostmortem(), effects.ShowCard())
        case events.PostmortemRequested():
            yield from (effects.DraftPostmortem(), effects.SendPostmortem(to=event.by))
        case _:
            yield effects.Announce(version=incident.version)


def _reopen(event: events.IncidentReopened, incident: Incident) -> Iterator[effects.AnyEffect]:
    yield from _open_skipped_channel(incident)
    yield from _announce_widely(incident)
    yield from _resume(event, incident)


def _open_skipped_channel(incident: Incident) -> Iterator[effects.AnyEffect]:
    """Open the channel if it was skipped because the incident did not seem to need one."""
    if not incident.channel.id and incident.needs_channel:
        yield effects.OpenChannel()
        yield effects.ShowCard()


def _status(event: events.StatusChanged, incident: Incident) -> Iterator[effects.AnyEffect]:
    yield from _open_skipped_channel(incident)
    if not incident.investigation.announces(event):
        yield effects.Announce(version=incident.version)
    yield effects.ShowCard()
    yield effects.ShowDigest()
    if incident.status.has_impact:
        yield from _resume(event, incident)


def _offer_next_step(incident: Incident) -> Iterator[effects.AnyEffect]:
    """Offer the next free step, unless the cause is known or users are no longer affected."""
    investigation = incident.investigation
    if investigation.free_steps and investigation.cause is None and incident.status.has_impact:
        yield show_step(incident, investigation.free_steps[0].id)


def _follow(
    hypothesis: Hypothesis, event: events.HypothesisEvent, incident: Incident
) -> Iterator[effects.AnyEffect]:
    """Show the hypothesis, invite its owner, and set the timer for the end of its time-box."""
    yield effects.ShowHypothesis(number=hypothesis.number)
    if not isinstance(event, events.HypothesisOpened):
        yield effects.Announce(version=incident.version)
    yield effects.ShowCard()
    yield effects.EndTimeBox(number=hypothesis.number, not_before=hypothesis.ends_at)
    if isinstance(event, events.HypothesisExtended):
        return
    if hypothesis.owner != event.by:
        yield from _invite(incident, hypothesis.owner)
    if hypothesis.side_channel:
        yield effects.OpenSideChannel(number=hypothesis.number)


def _resume(event: events.AnyEvent, incident: Incident) -> Iterator[effects.AnyEffect]:
    """Resume offering steps and refreshing the card. Both stop when users are no longer affected."""
    yield from _offer_next_step(incident)
    yield effects.RefreshCard(not_before=event.at + REFRESH_EVERY)


def _announce(incident: Incident) -> Iterator[effects.AnyEffect]:
    yield effects.Announce(version=incident.version)
    yield effects.ShowCard()


def _announce_widely(incident: Incident) -> Iterator[effects.AnyEffect]:
    yield from _announce(incident)
    yield effects.ShowDigest()
    yield from _once_open(incident, effects.SetTopic())


def _notify(who: str, incident: Incident) -> Iterator[effects.AnyEffect]:
    match parse_recipient(who):
        case Pager():
            yield effects.Page(to=who, version=incident.version)
        case SlackChannel():
            yield effects.NotifyChannel(to=who, version=incident.version)
        case _:
            yield from _invite(incident, who)


def _end_pages(incident: Incident) -> Iterator[effects.AnyEffect]:
    yield from (effects.EndPage(to=to, key=key) for key, to in incident.escalation.pages.items())


def _invite(incident: Incident, person: str) -> Iterator[effects.AnyEffect]:
    if is_slack_user(person):
        yield from _once_open(incident, effects.InvitePeople(people=(person,)))


def _once_open(incident: Incident, effect: effects.AnyEffect) -> Iterator[effects.AnyEffect]:
    """Request the effect only once there is a channel. ChannelOpened requests all of them anyway."""
    if incident.channel.id:
        yield effect
