"""What each fact calls for: the life of an incident on one page."""

from collections.abc import Iterator
from datetime import timedelta
from typing import assert_never

from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.effects import message_keys
from bot.domain.escalation.ladder import is_place, pager_kind
from bot.domain.incident.incident import Incident, is_slack_user
from bot.domain.insights import reminders
from bot.domain.insights.postmortem.facts import IN_THE_DOCUMENT
from bot.domain.insights.recipients import called_together
from bot.domain.rules.redraw import drawn_anew, offers_a_step, show_step
from bot.domain.vocabulary import Outcome, Role, Seen, Status, Verdict

#: How often the card's elapsed time is brought up to date.
REFRESH_EVERY = timedelta(minutes=5)


def react(event: e.AnyEvent, i: Incident) -> tuple[f.AnyEffect, ...]:
    """Return what `event`, the latest of `i`, calls for.

    What stands in the channel lane may be asked for before there is a channel: it waits behind OpenChannel.
    """
    found = (*_react(event, i), *drawn_anew(event, i), *_redraft(event, i), *_timed(event, i))
    return tuple(dict.fromkeys(found))


def _react(event: e.AnyEvent, i: Incident) -> Iterator[f.AnyEffect]:
    if isinstance(event, e.LifeEvent):
        yield from _life(event, i)
    elif isinstance(event, e.PlaceEvent):
        yield from _place(event, i)
    elif isinstance(event, e.RunbookEvent):
        yield from _runbook(event, i)
    elif isinstance(event, e.SuspicionEvent):
        yield from _suspicion(event, i)
    elif isinstance(event, e.ClockEvent):
        yield from _clock(event, i)
    else:
        yield from _follow_up(event, i)


def _life(event: e.LifeEvent, i: Incident) -> Iterator[f.AnyEffect]:
    match event:
        case e.IncidentDeclared():
            yield f.OpenChannel()
            yield f.ShowCard()
            yield f.ChooseLadder()
        case e.AlertsReceived():
            yield f.ShowCard()
        case e.SeverityChanged():
            yield from _tell_widely(i)
            yield f.ChooseLadder()
        case e.StatusChanged():
            yield from _status(event, i)
        case e.RoleAssigned():
            yield from _tell(i)
            yield from _bring(i, event.person)
            if event.role is Role.COMMANDER:
                yield from _setup(i, f.SetTopic())
        case e.ImpactDescribed():
            yield from _tell(i)
        case e.NoteAdded() | e.NoteRemoved():
            # A marked message stands in the channel already.
            if isinstance(event, e.NoteAdded) and event.ref.startswith("note:"):
                yield f.TellChannel(version=i.version)
        case e.IncidentResolved() | e.IncidentCancelled():
            yield from _tell_widely(i)
            yield from _end_pages(i)
        case e.IncidentClosed():  # it was resolved before, and its pages ended
            yield from _tell_widely(i)
            if i.taught[-1:] != i.taught[-2:-1]:
                yield f.TeachOwner()
        case e.IncidentReopened():
            yield from _tell_widely(i)
            yield from _go_on(event, i)
            for known in i.hypotheses.values():
                if known.verdict is None and not known.asked:  # its time ended while it was over: let pass
                    yield f.EndTimeBox(number=known.number, not_before=known.ends_at)
        case _:
            assert_never(event)


def _place(event: e.PlaceEvent, i: Incident) -> Iterator[f.AnyEffect]:
    match event:
        case e.ChannelOpened():
            if i.people:
                yield f.InvitePeople(people=i.people)
            yield f.SetTopic()
            yield f.ShowDigest()
            yield f.ShowCard()
        case e.ChannelDelayed() | e.ChannelLost():
            yield f.TellPeople(version=i.version)
            yield f.ShowDigest()
        case e.ChannelUnarchived():
            yield f.JoinChannel()
        case e.MessagePosted():
            if event.what == message_keys.CARD:
                yield f.PinCard()
                yield f.RefreshCard(not_before=event.at + REFRESH_EVERY)
        case e.PeopleInvited():
            if event.missing:
                yield f.TellChannel(version=i.version)
        case e.EffectGaveUp():
            yield from _gave_up(event, i)
        case _:
            assert_never(event)


def _runbook(event: e.RunbookEvent, i: Incident) -> Iterator[f.AnyEffect]:
    match event:
        case e.RunbookChosen():
            yield from _walk(i)
            automatic = (step for step in i.steps_in_order if step.probe and step.probe.auto)
            yield from (f.RunProbe(step=step.id) for step in automatic)
        case e.StepTaken():
            yield show_step(i, event.step)
            yield from _walk(i)
            yield f.ShowCard()
        case e.ProbeAsked():
            yield f.RunProbe(step=event.step)
        case e.ProbeFinished():
            yield show_step(i, event.step)
            if event.verdict is not Seen.WRONG:  # another may be the one to take now: no click has to say so
                yield from _walk(i)
            yield f.ShowCard()
        case e.StepFinished():
            yield show_step(i, event.step)
            if event.outcome is not Outcome.FOUND:
                yield from _walk(i)
            yield f.ShowCard()
        case _:
            assert_never(event)


def _suspicion(event: e.SuspicionEvent, i: Incident) -> Iterator[f.AnyEffect]:
    match event:
        case e.HypothesisOpened() | e.HypothesisExtended() | e.HypothesisHandedOver():
            yield from _follow(event, i)
        case e.HypothesisPlaced():
            yield f.ShowHypothesis(number=event.number)
            yield f.ShowCard()
        case e.HypothesisClosed():
            yield f.ShowHypothesis(number=event.number)
            if i.hypotheses[event.number].side_channel:
                yield f.OpenSideChannel(number=event.number)
            yield from _tell(i)
            if event.verdict is not Verdict.CONFIRMED and not offers_a_step(i):
                yield from _walk(i)
        case e.TimeBoxEnded():
            yield f.ShowTimeBox(number=event.number, question=i.hypotheses[event.number].questions)
        case e.NudgeGiven():
            yield f.ShowNudge(number=event.number)
        case e.NudgesMuted():
            yield f.TellChannel(version=i.version)
        case e.SideChannelAsked():
            yield f.OpenSideChannel(number=event.number)
        case e.SideChannelOpened():
            yield f.ShowHypothesis(number=event.number)
        case e.CauseNamed() | e.CauseTakenBack():
            yield from _tell(i)
            yield from _walk(i)
        case _:
            assert_never(event)


def _clock(event: e.ClockEvent, i: Incident) -> Iterator[f.AnyEffect]:
    match event:
        case e.EscalationMade():
            if called_together(event, i) == (event.who,):  # the first of its rung tells of all
                yield from _tell(i)
                yield f.TellPeople(version=i.version)
            yield from _call_in(event.who, i)
        case e.EscalationDue():
            yield from _tell(i)
            yield f.TellPeople(version=i.version)
        case e.ClockSnoozed() | e.UpdateGiven() | e.PageAcknowledged() | e.PageFailed():
            yield from _tell(i)
        case e.PageSent():
            yield f.ShowCard()
            if not i.working:
                yield from _end_pages(i)
        case e.ReminderGiven():
            yield f.TellChannel(version=i.version)
        case e.LadderChosen():
            pass
        case _:
            assert_never(event)


def _follow_up(event: e.FollowUpEvent, i: Incident) -> Iterator[f.AnyEffect]:
    yield f.TellChannel(version=i.version)
    if isinstance(event, e.PostmortemDrafted):
        yield f.ShowCard()


def _status(event: e.StatusChanged, i: Incident) -> Iterator[f.AnyEffect]:
    if event.status is not Status.IDENTIFIED or not i.cause:  # a cause has just been told
        yield f.TellChannel(version=i.version)
    yield f.ShowCard()
    yield f.ShowDigest()
    if i.status.hurting:
        yield from _go_on(event, i)


def _walk(i: Incident) -> Iterator[f.AnyEffect]:
    """Offer the next step that nobody is on, unless the cause is found or nobody works on it any more."""
    if i.free_steps and i.cause is None and i.status.hurting:
        yield show_step(i, i.free_steps[0].id)


def _follow(
    event: e.HypothesisOpened | e.HypothesisExtended | e.HypothesisHandedOver, i: Incident
) -> Iterator[f.AnyEffect]:
    """Show whose turn it is, bring them in, and ask them when the minutes are over."""
    known = i.hypotheses[event.number]
    yield f.ShowHypothesis(number=known.number)
    if not isinstance(event, e.HypothesisOpened):
        yield f.TellChannel(version=i.version)
    yield f.ShowCard()
    yield f.EndTimeBox(number=known.number, not_before=known.ends_at)
    if known.owner != event.by and not isinstance(event, e.HypothesisExtended):
        yield from _bring(i, known.owner)
    if known.side_channel and not isinstance(event, e.HypothesisExtended):
        yield f.OpenSideChannel(number=known.number)


def _go_on(event: e.AnyEvent, i: Incident) -> Iterator[f.AnyEffect]:
    """Take up what stopped when it hurt no more: the walk, and the clock on the card."""
    yield from _walk(i)
    yield f.RefreshCard(not_before=event.at + REFRESH_EVERY)


def _tell(i: Incident) -> Iterator[f.AnyEffect]:
    yield f.TellChannel(version=i.version)
    yield f.ShowCard()


def _tell_widely(i: Incident) -> Iterator[f.AnyEffect]:
    yield from _tell(i)
    yield f.ShowDigest()
    yield from _setup(i, f.SetTopic())


def _timed(event: e.AnyEvent, i: Incident) -> Iterator[f.AnyEffect]:
    """Set the timers that the event calls for: rungs of the ladder, and reminders."""
    for rung in i.clock.to_arm:
        yield f.ClimbLadder(rung=rung, not_before=i.clock.due(rung))
    for what in reminders.called_for(event, i):
        if due := reminders.due(i, what):
            yield f.Remind(what=what, not_before=due)


def _call_in(who: str, i: Incident) -> Iterator[f.AnyEffect]:
    if pager_kind(who):
        yield f.Page(to=who, version=i.version)
    elif is_place(who):
        yield f.TellPlace(to=who, version=i.version)
    else:
        yield from _bring(i, who)


def _end_pages(i: Incident) -> Iterator[f.AnyEffect]:
    yield from (f.EndPage(to=to, key=key) for key, to in i.clock.pages.items())


def _bring(i: Incident, person: str) -> Iterator[f.AnyEffect]:
    if is_slack_user(person):
        yield from _setup(i, f.InvitePeople(people=(person,)))


def _setup(i: Incident, effect: f.AnyEffect) -> Iterator[f.AnyEffect]:
    """Ask for it only once there is a channel: ChannelOpened asks for all of it anyway."""
    if i.channel:
        yield effect


def _redraft(event: e.AnyEvent, i: Incident) -> Iterator[f.AnyEffect]:
    """Draft at the close; what is learned after it goes into the document too."""
    if i.status is Status.CLOSED and isinstance(event, IN_THE_DOCUMENT):
        yield f.DraftPostmortem()


def _gave_up(event: e.EffectGaveUp, i: Incident) -> Iterator[f.AnyEffect]:
    """Say what is missing, by ways that never failed here: others would call for each other for ever."""
    failed = {lost.effect for lost in i.gave_up}
    yield from (way for way in _other_ways(event, i) if type(way).__name__ not in failed)


def _other_ways(event: e.EffectGaveUp, i: Incident) -> Iterator[f.AnyEffect]:
    if event.effect in {"OpenChannel", "JoinChannel", "ShowCard"}:
        yield f.TellPeople(version=i.version)
        yield f.ShowDigest()
    elif event.effect in {"ShowStep", "ShowHypothesis", "ShowNudge", "ShowTimeBox", "ShowRunbookEnd"}:
        yield f.TellChannel(version=i.version)
    yield f.ShowCard()
