"""Whatever people, alerts and effects do, in whatever order: an incident stays one that can be told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain import commands as c
from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.alerts.alert import Alert, AlertStatus
from bot.domain.alerts.routing import Route
from bot.domain.errors import Refused
from bot.domain.escalation.ladder import Lack, Rung
from bot.domain.incident.incident import Incident
from bot.domain.insights.reminders import Reminder
from bot.domain.rules.decide.decide import decide
from bot.domain.rules.evolve import evolve, fold
from bot.domain.rules.react import react
from bot.domain.vocabulary import Area, Outcome, Role, Severity, Status, Verdict
from tests.domain.given import RUNBOOK, TEN

Life = list[c.AnyCommand | e.AnyEvent]

DECLARE = c.Declare(by="U1", title="logins fail", severity=Severity.SEV2)
#: Few of each, so that they meet.
people = st.sampled_from(["U1", "U2", "ada", ""])
texts = st.sampled_from(["", " ", "the pool is full", "C7/1.5", "😀 <@U1>"]) | st.text(max_size=5)
moments = st.integers(-20, 90).map(lambda minute: TEN + timedelta(minutes=minute))
maybe = st.none() | moments
numbers = st.integers(0, 3)
severities = st.sampled_from(Severity)
areas = st.none() | st.sampled_from(Area)
steps = st.sampled_from(["settings", "pool", "no", ""])
refs = st.sampled_from(["C7/1.5", "C7/1.6", "note:3", ""])
alerts = st.builds(
    Alert,
    source=st.just("s"),
    fingerprint=st.sampled_from("ab"),
    status=st.sampled_from(AlertStatus),
    title=texts,
    starts_at=moments,
    ends_at=maybe,
)
routes = st.builds(Route, key=st.just("k"), title=texts, service=texts, severity=severities)
runbooks = st.sampled_from([None, RUNBOOK])
pagers = st.sampled_from(["pagerduty:a", "webhook:b", "#ops", "U3"])
rungs = st.builds(Rung, after_minutes=st.integers(1, 40), unless=st.sampled_from(Lack))

OPENINGS: tuple[st.SearchStrategy[c.AnyCommand], ...] = (
    st.builds(c.Declare, by=people, at=maybe, title=texts, severity=severities, runbook=runbooks),
    st.builds(
        c.ReceiveAlerts,
        by=people,
        at=maybe,
        alerts=st.lists(alerts, max_size=3).map(tuple),
        route=routes,
        runbook=runbooks,
    ),
)
OTHERS: tuple[st.SearchStrategy[c.AnyCommand], ...] = (
    st.builds(c.ChangeSeverity, by=people, at=maybe, severity=severities, reason=texts),
    st.builds(c.ChangeStatus, by=people, at=maybe, status=st.sampled_from(Status), note=texts),
    st.builds(c.AssignRole, by=people, at=maybe, role=st.sampled_from(Role), person=people),
    st.builds(c.DescribeImpact, by=people, at=maybe, text=texts, share=texts, began_at=maybe),
    st.builds(c.AddNote, by=people, at=maybe, text=texts, ref=refs),
    st.builds(c.RemoveNote, by=people, at=maybe, ref=refs),
    st.builds(c.OpenHypothesis, by=people, at=maybe, text=texts, area=areas, owner=people, minutes=numbers),
    st.builds(
        c.CloseHypothesis,
        by=people,
        at=maybe,
        number=numbers,
        verdict=st.sampled_from(Verdict),
        evidence=texts,
    ),
    st.builds(c.PlaceHypothesis, by=people, at=maybe, number=numbers, area=st.sampled_from(Area)),
    st.builds(c.ExtendHypothesis, by=people, at=maybe, number=numbers, minutes=numbers),
    st.builds(c.HandOverHypothesis, by=people, at=maybe, number=numbers, owner=people),
    st.builds(c.AskSideChannel, by=st.sampled_from(["U1", "U2"]), at=maybe, number=numbers),
    st.builds(c.MuteNudges, by=people, at=maybe),
    st.builds(c.AskProbe, by=people, at=maybe, step=steps),
    st.builds(c.TakeStep, by=people, at=maybe, step=steps),
    st.builds(
        c.FinishStep, by=people, at=maybe, step=steps, outcome=st.sampled_from(Outcome), evidence=texts
    ),
    st.builds(c.Escalate, by=people, at=maybe, who=people, reason=texts, due_at=maybe),
    st.builds(c.SnoozeClock, by=people, at=maybe, minutes=st.integers(-5, 300), reason=texts),
    st.builds(c.GiveUpdate, by=people, at=maybe, text=texts),
    st.builds(c.AcknowledgePage, by=people, at=maybe, to=pagers, key=st.sampled_from("kl")),
    st.builds(c.NameCause, by=people, at=maybe, text=texts, area=areas, detail=texts),
    st.builds(c.TakeBackCause, by=people, at=maybe, reason=texts),
    st.builds(c.ProposeImprovement, by=people, at=maybe, title=texts, text=texts),
    st.builds(c.AddActionItem, by=people, at=maybe, title=texts, text=texts, owner=people),
    st.builds(c.Resolve, by=people, at=maybe, resolution=texts),
    st.builds(c.Close, by=people, at=maybe),
    st.builds(c.Cancel, by=people, at=maybe, reason=texts),
    st.builds(c.Reopen, by=people, at=maybe, reason=texts),
)
#: What the world tells at any time, asked or not.
learned: st.SearchStrategy[e.AnyEvent] = st.one_of(
    st.builds(e.ChannelOpened, at=moments, channel=st.just("C7"), name=texts),
    st.builds(e.ChannelLost, at=moments, why=texts),
    st.builds(e.ChannelUnarchived, at=moments),
    st.builds(e.MessagePosted, at=moments, what=st.just("card"), channel=st.just("C7"), ts=texts),
    st.builds(e.ProbeFinished, at=moments, step=steps, verdict=st.just("wrong"), evidence=texts),
    st.builds(e.EffectGaveUp, at=moments, effect=st.sampled_from(["ShowCard", "PinCard"]), why=texts),
    st.builds(e.PostmortemDrafted, at=moments, path=texts),
    st.builds(e.LadderChosen, at=moments, rungs=st.lists(rungs, max_size=4).map(tuple)),
    st.builds(e.EscalationDue, at=moments, rung=numbers, lack=st.sampled_from(Lack), due_at=moments),
    st.builds(e.EscalationMade, at=moments, who=pagers, reason=texts, due_at=moments, rung=numbers),
    st.builds(e.PageSent, at=moments, to=pagers, key=st.sampled_from("kl")),
    st.builds(e.PageFailed, at=moments, to=pagers, why=texts, rung=numbers),
    st.builds(e.ReminderGiven, at=moments, what=st.sampled_from(Reminder)),
)
commands = st.one_of(*OPENINGS, *OTHERS)
#: An incident that is declared, with or without a runbook, and enough after it to get anywhere.
lives = st.builds(
    lambda runbook, rest: [replace(DECLARE, runbook=runbook), *rest],
    runbooks,
    st.lists(st.one_of(commands, commands, learned), min_size=12, max_size=40),
)
NOW = TEN + timedelta(minutes=60)


def lived(life: Life) -> Iterator[tuple[Incident, e.AnyEvent]]:
    """The incident after each event of that life; what is refused leaves no trace."""
    i = Incident(number=7)
    for thing in life:
        if isinstance(thing, c.Command):
            try:
                events = decide(i, thing, NOW)
            except Refused:
                continue
        else:
            events = (thing,)
        for event in events:
            i = evolve(i, event)
            yield i, event


def after(life: Life) -> Incident:
    """The incident that life leads to."""
    return fold(7, (event for _, event in lived(life)))


@given(lives)
def test_a_life_can_be_told_again(life: Life) -> None:
    """Folding the events gives the state they were decided on, one version each, and so does each half."""
    told = list(lived(life))
    events = [event for _, event in told]

    assert [i for i, _ in told] == [fold(7, events[:n]) for n in range(1, len(events) + 1)]
    assert list(range(1, len(told) + 1)) == [i.version for i, _ in told]


@given(lives, commands)
def test_a_decision_depends_on_nothing_else(life: Life, command: c.AnyCommand) -> None:
    """The same incident, command and time: the same events or sentence, and the incident is as it was."""
    i = after(life)

    assert decision(i, command) == decision(i, command) == decision(after(life), command)
    assert after(life) == i


@given(lives, commands)
def test_a_refusal_is_a_sentence(life: Life, command: c.AnyCommand) -> None:
    """No command on any incident raises anything else, and what is raised can be shown to people."""
    answer = decision(after(life), command)

    assert not isinstance(answer, str) or (len(answer) > 10 and answer[-1] in ".`)")


@given(lives)
def test_times_fit_the_status(life: Life) -> None:
    """What hurts has no end; what is resolved or closed has one, and none before it was mitigated."""
    for i, _ in lived(life):
        ends = (i.mitigated_at, i.resolved_at, i.closed_at)
        match i.status:
            case Status.INVESTIGATING | Status.IDENTIFIED:
                assert (None, None, None) == ends
            case Status.MONITORING:
                assert i.mitigated_at is not None
                assert (None, None) == ends[1:]
            case Status.RESOLVED | Status.CLOSED:
                assert i.mitigated_at is not None
                assert i.resolved_at is not None
                assert i.mitigated_at <= i.resolved_at
                assert (i.status is Status.CLOSED) is (i.closed_at is not None)
            case Status.CANCELLED:
                assert i.closed_at is not None


@given(lives, OPENINGS[1])
def test_alerts_never_lower_the_severity(life: Life, command: c.AnyCommand) -> None:
    """Nor do they end an incident: the most they say is that none fires any more."""
    i = after(life)
    answer = decision(i, command)
    events = answer if isinstance(answer, tuple) else ()
    then = fold_on(i, events)

    assert not i.severity.worse_than(then.severity)
    assert not any(
        isinstance(event, e.IncidentResolved | e.IncidentClosed | e.IncidentCancelled) for event in events
    )


@given(lives, commands)
def test_twice_is_once(life: Life, command: c.AnyCommand) -> None:
    """Whatever does not add something each time does nothing the second time, or is refused."""
    adds = c.OpenHypothesis | c.AskProbe | c.Escalate | c.GiveUpdate | c.ProposeImprovement | c.AddActionItem
    if isinstance(command, adds) or (isinstance(command, c.AddNote) and not command.ref):
        return
    if isinstance(command, c.ChangeStatus) and command.note.strip():
        return  # the status that stands already, with words, is an update
    if isinstance(command, c.ReceiveAlerts) and len({a.key for a in command.alerts}) < len(command.alerts):
        return  # a body that contradicts itself
    i = after(life)
    first = decision(i, command)
    if isinstance(first, tuple):
        again = decision(fold_on(i, first), command)

        assert again == () or isinstance(again, str)


@given(lives)
def test_nobody_is_stuck(life: Life) -> None:
    """From wherever an incident stands, following the refusals' sentences leads to its close."""
    i = after(life)
    if i.status.over:
        i = fold_on(i, decide(i, c.Reopen(by="U1", reason="again"), NOW))
    for command in (c.Resolve(by="U1"), c.Close(by="U1")):
        i = fold_on(i, decide(i, command, NOW))

    assert Status.CLOSED is i.status


@given(lives)
def test_every_rung_that_may_fall_due_has_a_timer(life: Life) -> None:
    """Set no later than it is due: a timer that comes too early looks again, and one that rang is gone."""
    timers: dict[int, datetime] = {}
    for i, event in lived(life):
        if isinstance(event, e.EscalationDue | e.EscalationMade):
            timers.pop(event.rung, None)
        for effect in react(event, i):
            if isinstance(effect, f.ClimbLadder) and effect.not_before:
                timers[effect.rung] = min(effect.not_before, timers.get(effect.rung, effect.not_before))
        for number in range(1, len(i.clock.ladder) + 1):
            due = i.clock.due(number)
            assert due is None or timers[number] <= due
            assert due is None or i.status.hurting


@given(lives)
def test_every_event_of_every_life_is_reacted_to(life: Life) -> None:
    """The same each time, and with ids that the incident knows."""
    for i, event in lived(life):
        effects = react(event, i)

        assert effects == react(event, i)
        # The question who commands is told of again once somebody does.
        told = {effect.version for effect in effects if hasattr(effect, "version")}
        assert told <= {i.version, i.commander_asked}


def decision(i: Incident, command: c.AnyCommand) -> tuple[e.AnyEvent, ...] | str:
    """What comes of a command: events, or the sentence it is refused with."""
    try:
        return decide(i, command, NOW)
    except Refused as refused:
        return str(refused)


def fold_on(i: Incident, events: tuple[e.AnyEvent, ...]) -> Incident:
    """The incident after these events more."""
    for event in events:
        i = evolve(i, event)
    return i
