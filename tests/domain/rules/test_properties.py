"""Properties of any incident, whatever people, alerts and effects do in whatever order."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain import commands, events
from bot.domain.alerts.alert import Alert, AlertStatus
from bot.domain.alerts.routing import Route
from bot.domain.errors import Refused
from bot.domain.escalation.ladder import Need, Rung
from bot.domain.incident.incident import Incident
from bot.domain.insights.reminders import Reminder
from bot.domain.rules.decide.decide import decide
from bot.domain.rules.evolve import evolve, fold
from bot.domain.rules.react import react
from bot.domain.vocabulary import (
    Area,
    HypothesisVerdict,
    Milestone,
    Role,
    Severity,
    Status,
    StepOutcome,
    TaskState,
)
from tests.domain.given import RUNBOOK, TEN

Life = list[commands.AnyCommand | events.AnyEvent]

DECLARE = commands.Declare(by="U1", title="logins fail", severity=Severity.SEV2)
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
rungs = st.builds(Rung, after_minutes=st.integers(1, 40), unless=st.sampled_from(Need))

OPENINGS: tuple[st.SearchStrategy[commands.AnyCommand], ...] = (
    st.builds(commands.Declare, by=people, at=maybe, title=texts, severity=severities, runbook=runbooks),
    st.builds(
        commands.ReceiveAlerts,
        by=people,
        at=maybe,
        alerts=st.lists(alerts, max_size=3).map(tuple),
        route=routes,
        runbook=runbooks,
    ),
)
OTHERS: tuple[st.SearchStrategy[commands.AnyCommand], ...] = (
    st.builds(commands.ChangeSeverity, by=people, at=maybe, severity=severities, reason=texts),
    st.builds(commands.ChangeStatus, by=people, at=maybe, status=st.sampled_from(Status), note=texts),
    st.builds(commands.AssignRole, by=people, at=maybe, role=st.sampled_from(Role), person=people),
    st.builds(commands.DescribeImpact, by=people, at=maybe, text=texts, share=texts, began_at=maybe),
    st.builds(commands.AddNote, by=people, at=maybe, text=texts, ref=refs),
    st.builds(commands.RemoveNote, by=people, at=maybe, ref=refs),
    st.builds(
        commands.OpenHypothesis, by=people, at=maybe, text=texts, area=areas, owner=people, minutes=numbers
    ),
    st.builds(
        commands.CloseHypothesis,
        by=people,
        at=maybe,
        number=numbers,
        verdict=st.sampled_from(HypothesisVerdict),
        evidence=texts,
    ),
    st.builds(commands.ChangeHypothesisArea, by=people, at=maybe, number=numbers, area=st.sampled_from(Area)),
    st.builds(commands.ExtendHypothesis, by=people, at=maybe, number=numbers, minutes=numbers),
    st.builds(commands.HandOverHypothesis, by=people, at=maybe, number=numbers, owner=people),
    st.builds(commands.RequestSideChannel, by=st.sampled_from(["U1", "U2"]), at=maybe, number=numbers),
    st.builds(commands.MuteHints, by=people, at=maybe),
    st.builds(commands.RequestProbe, by=people, at=maybe, step=steps),
    st.builds(commands.TakeStep, by=people, at=maybe, step=steps),
    st.builds(
        commands.FinishStep,
        by=people,
        at=maybe,
        step=steps,
        outcome=st.sampled_from(StepOutcome),
        evidence=texts,
    ),
    st.builds(commands.Escalate, by=people, at=maybe, who=people, reason=texts, due_at=maybe),
    st.builds(commands.SnoozeEscalation, by=people, at=maybe, minutes=st.integers(-5, 300), reason=texts),
    st.builds(commands.PostUpdate, by=people, at=maybe, text=texts),
    st.builds(commands.AcknowledgePage, by=people, at=maybe, to=pagers, key=st.sampled_from("kl")),
    st.builds(commands.NameCause, by=people, at=maybe, text=texts, area=areas, detail=texts),
    st.builds(commands.WithdrawCause, by=people, at=maybe, reason=texts),
    st.builds(commands.ChangeTask, by=people, at=maybe, number=st.integers(1, 3), title=texts, owner=people),
    st.builds(commands.CloseTask, by=people, number=numbers, state=st.just(TaskState.DONE), evidence=texts),
    st.builds(commands.EditIncident, by=people, at=maybe, title=texts, service=texts),
    st.builds(commands.SetMilestone, by=people, milestone=st.sampled_from(Milestone), happened_at=moments),
    st.builds(commands.ReopenTask, by=people, at=maybe, number=st.integers(1, 3), reason=texts),
    st.builds(commands.ChangeNote, by=people, at=maybe, number=st.integers(1, 9), text=texts),
    st.builds(commands.RequestPostmortem, by=people, at=maybe),
    st.builds(commands.AddActionItem, by=people, at=maybe, title=texts, text=texts, owner=people),
    st.builds(commands.Resolve, by=people, at=maybe, resolution=texts),
    st.builds(commands.Close, by=people, at=maybe),
    st.builds(commands.Cancel, by=people, at=maybe, reason=texts),
    st.builds(commands.Reopen, by=people, at=maybe, reason=texts),
)
#: Events from outside that can arrive at any time.
learned: st.SearchStrategy[events.AnyEvent] = st.one_of(
    st.builds(events.ChannelOpened, at=moments, channel=st.just("C7"), name=texts),
    st.builds(events.ChannelLost, at=moments, why=texts),
    st.builds(events.ChannelUnarchived, at=moments),
    st.builds(events.MessagePosted, at=moments, what=st.just("card"), channel=st.just("C7"), ts=texts),
    st.builds(events.ProbeFinished, at=moments, step=steps, verdict=st.just("wrong"), evidence=texts),
    st.builds(events.EffectFailed, at=moments, effect=st.sampled_from(["ShowCard", "PinCard"]), why=texts),
    st.builds(events.PostmortemDrafted, at=moments, path=texts),
    st.builds(events.LadderChosen, at=moments, rungs=st.lists(rungs, max_size=4).map(tuple)),
    st.builds(events.EscalationDue, at=moments, rung=numbers, lack=st.sampled_from(Need), due_at=moments),
    st.builds(events.EscalationMade, at=moments, who=pagers, reason=texts, due_at=moments, rung=numbers),
    st.builds(events.PageSent, at=moments, to=pagers, key=st.sampled_from("kl")),
    st.builds(events.PageFailed, at=moments, to=pagers, why=texts, rung=numbers),
    st.builds(events.ReminderPosted, at=moments, what=st.sampled_from(Reminder)),
)
any_command = st.one_of(*OPENINGS, *OTHERS)
#: An incident that is declared, with or without a runbook, and enough after it to get anywhere.
lives = st.builds(
    lambda runbook, rest: [replace(DECLARE, runbook=runbook), *rest],
    runbooks,
    st.lists(st.one_of(any_command, any_command, learned), min_size=12, max_size=40),
)
NOW = TEN + timedelta(minutes=60)


def lived(life: Life) -> Iterator[tuple[Incident, events.AnyEvent]]:
    """Yield the incident after each event of a history. Refused commands leave no event."""
    incident = Incident(number=7)
    for thing in life:
        if isinstance(thing, commands.Command):
            try:
                history = decide(incident, thing, NOW)
            except Refused:
                continue
        else:
            history = (thing,)
        for event in history:
            incident = evolve(incident, event)
            yield incident, event


def after(life: Life) -> Incident:
    """Return the incident at the end of a history."""
    return fold(7, (event for _, event in lived(life)))


@given(lives)
def test_folding_the_events_gives_the_same_incident(life: Life) -> None:
    """Folding the events gives the state they were decided on, one version each, at once or in parts."""
    lived_events = list(lived(life))
    events = [event for _, event in lived_events]

    assert [incident for incident, _ in lived_events] == [
        fold(7, events[:n]) for n in range(1, len(events) + 1)
    ]
    assert list(range(1, len(lived_events) + 1)) == [incident.version for incident, _ in lived_events]


@given(lives, any_command)
def test_a_decision_depends_on_nothing_else(life: Life, command: commands.AnyCommand) -> None:
    """The same incident, command and time give the same result and leave the incident unchanged."""
    incident = after(life)

    assert decision(incident, command) == decision(incident, command) == decision(after(life), command)
    assert after(life) == incident


@given(lives, any_command)
def test_a_refusal_is_a_sentence(life: Life, command: commands.AnyCommand) -> None:
    """No command raises anything but a refusal, and every refusal can be shown to people."""
    answer = decision(after(life), command)

    assert not isinstance(answer, str) or (len(answer) > 10 and answer[-1] in ".`)")


@given(lives)
def test_times_fit_the_status(life: Life) -> None:
    """An incident with impact has no end. A resolved or closed one has an end not before its mitigation."""
    for incident, _ in lived(life):
        ends = (incident.impact.mitigated_at, incident.impact.resolved_at, incident.closed_at)
        match incident.status:
            case Status.INVESTIGATING | Status.IDENTIFIED:
                assert (None, None, None) == ends
            case Status.MONITORING:
                assert incident.impact.mitigated_at is not None
                assert (None, None) == ends[1:]
            case Status.RESOLVED | Status.CLOSED:
                assert incident.impact.mitigated_at is not None
                assert incident.impact.resolved_at is not None
                assert incident.impact.mitigated_at <= incident.impact.resolved_at
                assert (incident.status is Status.CLOSED) is (incident.closed_at is not None)
            case Status.CANCELLED:
                assert incident.closed_at is not None


@given(lives, OPENINGS[1])
def test_alerts_never_lower_the_severity(life: Life, command: commands.AnyCommand) -> None:
    """Alerts neither lower the severity nor end an incident; at most they set it to monitoring."""
    incident = after(life)
    answer = decision(incident, command)
    history = answer if isinstance(answer, tuple) else ()
    then = fold_on(incident, history)

    assert not incident.severity.worse_than(then.severity)
    assert not any(
        isinstance(event, events.IncidentResolved | events.IncidentClosed | events.IncidentCancelled)
        for event in history
    )


@given(lives, any_command)
def test_repeating_a_command_changes_nothing(life: Life, command: commands.AnyCommand) -> None:
    """A repeated command changes nothing or is refused, unless it adds something each time."""
    adds = (
        commands.OpenHypothesis
        | commands.RequestProbe
        | commands.Escalate
        | commands.PostUpdate
        | commands.AddActionItem
        | commands.RequestPostmortem
    )
    if isinstance(command, adds) or (isinstance(command, commands.AddNote) and not command.ref):
        return
    if isinstance(command, commands.ChangeStatus) and command.note.strip():
        return  # the current status with a text is an update
    if isinstance(command, commands.ReceiveAlerts) and len({a.key for a in command.alerts}) < len(
        command.alerts
    ):
        return  # a body that contradicts itself
    incident = after(life)
    first = decision(incident, command)
    if isinstance(first, tuple):
        again = decision(fold_on(incident, first), command)

        assert again == () or isinstance(again, str)


@given(lives)
def test_every_incident_can_be_closed(life: Life) -> None:
    """From any state, following the hints of the refusals leads to the close."""
    incident = after(life)
    if incident.status.is_over:
        incident = fold_on(incident, decide(incident, commands.Reopen(by="U1", reason="again"), NOW))
    for command in (commands.Resolve(by="U1"), commands.Close(by="U1")):
        incident = fold_on(incident, decide(incident, command, NOW))

    assert Status.CLOSED is incident.status


@given(lives)
def test_effects_are_repeatable_and_refer_to_known_items(life: Life) -> None:
    """Reacting to an event gives the same effects each time, which refer only to what the incident has."""
    for incident, event in lived(life):
        effects = react(event, incident)

        assert effects == react(event, incident)
        # The question about the commander is updated once there is one.
        versions = {effect.version for effect in effects if hasattr(effect, "version")}
        assert versions <= {incident.version, incident.escalation.commander_question_version}


def decision(incident: Incident, command: commands.AnyCommand) -> tuple[events.AnyEvent, ...] | str:
    """Return the events of a command, or the text it is refused with."""
    try:
        return decide(incident, command, NOW)
    except Refused as refused:
        return str(refused)


def fold_on(incident: Incident, history: tuple[events.AnyEvent, ...]) -> Incident:
    """Return the incident after more events."""
    for event in history:
        incident = evolve(incident, event)
    return incident
