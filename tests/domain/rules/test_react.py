"""What each event calls for, in which lane, and that nothing calls for itself for ever."""

from collections import Counter, deque
from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.escalation.ladder import Lack, Rung
from bot.domain.incident.incident import Incident
from bot.domain.rules.evolve import evolve, fold
from bot.domain.rules.react import react
from bot.domain.vocabulary import Area, Outcome, Role, Severity, Status, Verdict
from tests.domain.given import (
    ALERTED,
    CHOSEN,
    CLEARED,
    DECLARED,
    FOUND,
    OPENED,
    POOL,
    PROBED,
    RUNBOOK,
    SETTINGS,
    SUSPECTED,
    TEN,
    incident,
)

TELL = (f.TellChannel(version=4), f.ShowCard())
WIDELY = (*TELL, f.ShowDigest(), f.SetTopic())
LATER = f.RefreshCard(not_before=TEN + timedelta(minutes=5))
REMIND = (
    f.Remind(what="update", not_before=TEN + timedelta(minutes=30)),
    f.Remind(what="open_long", not_before=TEN + timedelta(hours=24)),
)
UPDATE_LATER = f.Remind(what="update", not_before=TEN + timedelta(minutes=60))
GO_ON = (f.ShowStep(step="settings"), LATER)
PEOPLE = f.TellPeople(version=4)
DRAFT = f.DraftPostmortem()

CARD = e.MessagePosted(at=TEN, what="card", channel="C7", ts="1.1")
CAUSE = e.CauseNamed(at=TEN, by="U1", text="the old key")
RESOLVED = e.IncidentResolved(at=TEN, by="U1")
CLOSED = e.IncidentClosed(at=TEN, by="U1")
NOTED = e.NoteAdded(at=TEN, by="U1", ref="note:4", text="restarted")
MONITORING = e.StatusChanged(at=TEN, status=Status.MONITORING)
COMMANDER = e.RoleAssigned(at=TEN, by="U1", role=Role.COMMANDER, person="U2")
ESCALATED = e.EscalationMade(at=TEN, by="U1", who="U3", reason="stuck")
PAGED = e.PageSent(at=TEN, to="pagerduty:auth", key="k")
DRAFTED = e.PostmortemDrafted(at=TEN, path="inc-7.md")


def gave_up(effect: str) -> e.EffectGaveUp:
    """It could not be done."""
    return e.EffectGaveUp(at=TEN, effect=effect, why="no")


HYPOTHESIS = f.ShowHypothesis(number=1)
OVERDUE = f.Remind(what="postmortem", not_before=TEN + timedelta(days=5))
TIME_BOX = f.EndTimeBox(number=1, not_before=TEN + timedelta(minutes=15))

#: Event number 4 of an incident with a runbook and a channel, and what it calls for.
CALLED_FOR: list[tuple[e.AnyEvent, tuple[f.AnyEffect, ...]]] = [
    (e.ChannelDelayed(at=TEN, seconds=30), (PEOPLE, f.ShowDigest())),
    (e.ChannelLost(at=TEN, why="archived"), (PEOPLE, f.ShowDigest())),
    (e.ChannelUnarchived(at=TEN, by="U1"), (f.JoinChannel(),)),
    (CARD, (f.PinCard(), LATER)),
    (replace(CARD, what="step:settings"), ()),
    (e.PeopleInvited(at=TEN, people=("U1",)), ()),
    (e.PeopleInvited(at=TEN, people=(), missing=("U1: gone",)), (f.TellChannel(version=4),)),
    (ALERTED, (f.ShowCard(),)),
    (e.SeverityChanged(at=TEN, severity=Severity.SEV2), (*WIDELY, f.ChooseLadder(), UPDATE_LATER)),
    (RESOLVED, WIDELY),
    (e.IncidentCancelled(at=TEN, reason="a test"), WIDELY),
    (CLOSED, (*WIDELY, f.TeachOwner(), DRAFT, OVERDUE)),
    (e.IncidentReopened(at=TEN, reason="again"), (*WIDELY, *GO_ON, *REMIND)),
    (MONITORING, (*TELL, f.ShowDigest())),
    (COMMANDER, (*TELL, f.InvitePeople(people=("U2",)), f.SetTopic())),
    (replace(COMMANDER, role=Role.SCRIBE), (*TELL, f.InvitePeople(people=("U2",)))),
    (replace(COMMANDER, role=Role.SCRIBE, person="Ada"), TELL),
    (e.ImpactDescribed(at=TEN, text="no logins"), TELL),
    (SUSPECTED, (HYPOTHESIS, f.ShowCard(), TIME_BOX)),
    (CAUSE, TELL),
    (NOTED, (f.TellChannel(version=4),)),
    (replace(NOTED, ref="C7/1.5"), ()),
    (e.NoteRemoved(at=TEN, ref="note:4"), ()),
    (e.ImprovementProposed(at=TEN, title="test"), (f.TellChannel(version=4),)),
    (e.ActionItemAdded(at=TEN, number=1, title="test"), (f.TellChannel(version=4),)),
    (e.ProbeAsked(at=TEN, step="settings"), (f.RunProbe(step="settings"),)),
    (PROBED, (f.ShowStep(step="settings"), f.ShowCard())),
    (
        e.StepTaken(at=TEN, by="U1", step="settings"),
        (f.ShowStep(step="settings"), f.ShowStep(step="pool"), f.ShowCard()),
    ),
    (CLEARED, (f.ShowStep(step="settings"), f.ShowStep(step="pool"), f.ShowCard())),
    (FOUND, (f.ShowStep(step="settings"), f.ShowCard())),
    (e.LadderChosen(at=TEN, rungs=()), ()),
    (
        e.LadderChosen(at=TEN, rungs=(Rung(after_minutes=5, unless=Lack.COMMANDER),)),
        (f.ClimbLadder(rung=1, not_before=TEN + timedelta(minutes=5)),),
    ),
    (e.EscalationDue(at=TEN, rung=1, lack=Lack.COMMANDER, due_at=TEN), (*TELL, PEOPLE)),
    (
        replace(ESCALATED, who="pagerduty:auth"),
        (*TELL, PEOPLE, f.Page(to="pagerduty:auth", version=4)),
    ),
    (replace(ESCALATED, who="#platform"), (*TELL, PEOPLE, f.TellPlace(to="#platform", version=4))),
    (e.ClockSnoozed(at=TEN, by="U1", until=TEN, reason="vendor"), TELL),
    (e.UpdateGiven(at=TEN, by="U1", text="half of them work"), TELL),
    (PAGED, (f.ShowCard(),)),
    (e.PageFailed(at=TEN, to="pagerduty:auth", why="no", rung=1), TELL),
    (e.PageAcknowledged(at=TEN, by="Ann", to="pagerduty:auth", key="k"), TELL),
    (e.ReminderGiven(at=TEN, what="update"), (f.TellChannel(version=4),)),
    (ESCALATED, (*TELL, PEOPLE, f.InvitePeople(people=("U3",)))),
    (replace(ESCALATED, who="the seniors"), (*TELL, PEOPLE)),
    (DRAFTED, TELL),
    (gave_up("OpenChannel"), (PEOPLE, f.ShowDigest(), f.ShowCard())),
    (gave_up("JoinChannel"), (PEOPLE, f.ShowDigest(), f.ShowCard())),
    (gave_up("ShowCard"), (PEOPLE, f.ShowDigest())),
    (gave_up("ShowStep"), (f.TellChannel(version=4), f.ShowCard())),
    (gave_up("InvitePeople"), (f.ShowCard(),)),
]


def called_for(*events: e.AnyEvent) -> tuple[f.AnyEffect, ...]:
    """What the last of these calls for, in INC-7."""
    return react(events[-1], fold(7, events))


@pytest.mark.parametrize(("event", "effects"), CALLED_FOR)
def test_what_an_event_calls_for(event: e.AnyEvent, effects: tuple[f.AnyEffect, ...]) -> None:
    """These effects, in this order."""
    assert effects == react(event, incident(event))


def test_the_beginning() -> None:
    """The channel first; its people, topic and digest once it stands; the clock starts."""
    declared = replace(DECLARED, by="U1", invite=("U2", "Ada"))

    assert (
        f.OpenChannel(),
        f.ShowCard(),
        f.ChooseLadder(),
        f.Remind(what="update", not_before=TEN + timedelta(minutes=30)),
        f.Remind(what="open_long", not_before=TEN + timedelta(hours=24)),
    ) == called_for(declared)
    assert (f.ShowStep(step="settings"),) == called_for(declared, CHOSEN)
    assert (
        f.InvitePeople(people=("U2", "U1")),
        f.SetTopic(),
        f.ShowDigest(),
        f.ShowCard(),
    ) == called_for(declared, CHOSEN, OPENED)
    assert f.SetTopic() == called_for(DECLARED, OPENED)[0]


def test_a_probe_marked_auto_runs_with_the_first_step() -> None:
    """In the order of the steps; others wait to be asked."""
    assert SETTINGS.probe
    auto = replace(SETTINGS, probe=replace(SETTINGS.probe, auto=True))
    pool = replace(auto, id="pool2", weight=1)
    runbook = replace(RUNBOOK, steps=(POOL, pool, SETTINGS, replace(auto, id="first", always_first=True)))

    assert (
        f.ShowStep(step="first"),
        f.RunProbe(step="first"),
        f.RunProbe(step="pool2"),
    ) == called_for(DECLARED, replace(CHOSEN, runbook=runbook))


def test_what_needs_a_channel_is_not_asked_for_without_one() -> None:
    """Topic and invitations: ChannelOpened asks for all of them."""
    assert (f.TellChannel(version=2), f.ShowCard()) == called_for(DECLARED, COMMANDER)
    assert (f.TellChannel(version=2), f.ShowCard(), f.TellPeople(version=2)) == called_for(
        DECLARED, ESCALATED
    )
    assert f.SetTopic() not in called_for(DECLARED, RESOLVED)


@pytest.mark.parametrize("before", [CAUSE, MONITORING, RESOLVED])
def test_no_step_is_offered_once_the_search_is_over(before: e.AnyEvent) -> None:
    """When the cause is known or nobody hurts, finishing a step offers no other."""
    assert (f.ShowStep(step="settings"), f.ShowCard()) == react(CLEARED, incident(before, CLEARED))


def test_hurting_again_takes_up_what_had_stopped() -> None:
    """A step finished while it was quiet offered no other, and the card's clock stands then."""
    again = e.StatusChanged(at=TEN, status=Status.INVESTIGATING)
    effects = react(again, incident(MONITORING, CLEARED, again))

    assert (f.ShowStep(step="pool"), LATER, REMIND[0]) == effects[-3:]


def test_pages_end_with_the_incident() -> None:
    """When it is resolved or cancelled, and one that was sent too late ends at once."""
    over = f.EndPage(to="pagerduty:auth", key="k")

    assert over in called_for(DECLARED, PAGED, RESOLVED)
    assert over in called_for(DECLARED, PAGED, e.IncidentCancelled(at=TEN, reason="a test"))
    assert over in called_for(DECLARED, RESOLVED, PAGED)
    assert over not in called_for(DECLARED, PAGED, RESOLVED, CLOSED)


def test_that_the_cause_is_known_is_said_once() -> None:
    """The status that comes with it brings the screens up to date and says nothing more."""
    identified = e.StatusChanged(at=TEN, status=Status.IDENTIFIED)

    assert f.TellChannel(version=5) not in react(identified, incident(CAUSE, identified))
    assert f.TellChannel(version=4) in react(identified, incident(identified))


@pytest.mark.parametrize(
    "event",
    [
        ALERTED,
        e.SeverityChanged(at=TEN, severity=Severity.SEV2),
        COMMANDER,
        e.ImpactDescribed(at=TEN, text="no logins"),
        NOTED,
        e.NoteRemoved(at=TEN, ref="note:4"),
        replace(SUSPECTED, number=2),
        e.HypothesisClosed(at=TEN, number=1, verdict=Verdict.PARKED),
        e.CauseNamed(at=TEN, text="the old key", area=Area.CONFIG),
        e.ImprovementProposed(at=TEN, title="test"),
        e.ActionItemAdded(at=TEN, number=1, title="test"),
        PROBED,
        CLEARED,
        replace(CLEARED, outcome=Outcome.FOUND),
        ESCALATED,
    ],
)
def test_what_is_learned_after_the_close_goes_into_the_document(event: e.AnyEvent) -> None:
    """And the document itself calls for no other."""
    assert DRAFT in react(event, incident(SUSPECTED, RESOLVED, CLOSED, event))
    assert DRAFT not in react(event, incident(SUSPECTED, RESOLVED, event))
    assert DRAFT not in react(DRAFTED, incident(RESOLVED, CLOSED, DRAFTED))


def test_when_everything_fails_it_ends() -> None:
    """Each thing given up may call for another way, but no two ways call for each other for ever."""
    kinds = [kind.__name__ for kind in get_args(f.AnyEffect)]
    i: Incident = incident()
    waiting = deque(kinds * 2)
    given_up: Counter[str] = Counter()
    while waiting and given_up.total() < 500:
        event = gave_up(waiting.popleft())
        i = evolve(i, event)
        given_up[event.effect] += 1
        waiting.extend(type(effect).__name__ for effect in react(event, i))

    assert not waiting
    assert {*kinds} == {*given_up}
