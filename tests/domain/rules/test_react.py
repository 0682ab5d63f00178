"""The effects that each event requires, their lanes, and that no effect requests itself endlessly."""

from collections import Counter, deque
from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from bot.domain import effects, events
from bot.domain.escalation.ladder import Need, Rung
from bot.domain.incident.incident import Incident
from bot.domain.rules.evolve import evolve, fold
from bot.domain.rules.react import react
from bot.domain.vocabulary import Area, HypothesisVerdict, Role, Severity, Status, StepOutcome
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
    incident_after,
)

TELL = (effects.Announce(version=4), effects.ShowCard())
WIDELY = (*TELL, effects.ShowDigest(), effects.SetTopic())
LATER = effects.RefreshCard(not_before=TEN + timedelta(minutes=5))
REMIND = (
    effects.Remind(what="update", not_before=TEN + timedelta(minutes=30)),
    effects.Remind(what="open_long", not_before=TEN + timedelta(hours=24)),
)
UPDATE_LATER = effects.Remind(what="update", not_before=TEN + timedelta(minutes=60))
GO_ON = (effects.ShowStep(step="settings"), LATER)
PEOPLE = effects.NotifyPeople(version=4)
DRAFT = effects.DraftPostmortem()

CARD = events.MessagePosted(at=TEN, what="card", channel="C7", ts="1.1")
CAUSE = events.CauseNamed(at=TEN, by="U1", text="the old key")
RESOLVED = events.IncidentResolved(at=TEN, by="U1")
CLOSED = events.IncidentClosed(at=TEN, by="U1")
NOTED = events.NoteAdded(at=TEN, by="U1", ref="note:4", text="restarted")
MONITORING = events.StatusChanged(at=TEN, status=Status.MONITORING)
COMMANDER = events.RoleAssigned(at=TEN, by="U1", role=Role.COMMANDER, person="U2")
ESCALATED = events.EscalationMade(at=TEN, by="U1", who="U3", reason="stuck")
PAGED = events.PageSent(at=TEN, to="pagerduty:auth", key="k")
DRAFTED = events.PostmortemDrafted(at=TEN, path="inc-7.md")


def gave_up(effect: str) -> events.EffectFailed:
    """Return the event that an effect failed for good."""
    return events.EffectFailed(at=TEN, effect=effect, why="no")


HYPOTHESIS = effects.ShowHypothesis(number=1)
OVERDUE = effects.Remind(what="postmortem", not_before=TEN + timedelta(days=5))
TIME_BOX = effects.EndTimeBox(number=1, not_before=TEN + timedelta(minutes=15))

#: Event number 4 of an incident with a runbook and a channel, and its effects.
CALLED_FOR: list[tuple[events.AnyEvent, tuple[effects.AnyEffect, ...]]] = [
    (events.ChannelDelayed(at=TEN, seconds=30), (PEOPLE, effects.ShowDigest())),
    (events.ChannelLost(at=TEN, why="archived"), (PEOPLE, effects.ShowDigest())),
    (events.ChannelUnarchived(at=TEN, by="U1"), (effects.JoinChannel(),)),
    (CARD, (effects.PinCard(), LATER)),
    (replace(CARD, what="step:settings"), ()),
    (events.PeopleInvited(at=TEN, people=("U1",)), ()),
    (events.PeopleInvited(at=TEN, people=(), missing=("U1: gone",)), (effects.Announce(version=4),)),
    (ALERTED, (effects.ShowCard(),)),
    (events.SeverityChanged(at=TEN, severity=Severity.SEV2), (*WIDELY, effects.ChooseLadder(), UPDATE_LATER)),
    (RESOLVED, WIDELY),
    (events.IncidentCancelled(at=TEN, reason="a test"), WIDELY),
    (CLOSED, (*WIDELY, effects.SendRunbookFeedback(), DRAFT, OVERDUE)),
    (events.IncidentReopened(at=TEN, reason="again"), (*WIDELY, *GO_ON, *REMIND)),
    (MONITORING, (*TELL, effects.ShowDigest())),
    (COMMANDER, (*TELL, effects.InvitePeople(people=("U2",)), effects.SetTopic())),
    (replace(COMMANDER, role=Role.SCRIBE), (*TELL, effects.InvitePeople(people=("U2",)))),
    (replace(COMMANDER, role=Role.SCRIBE, person="Ada"), TELL),
    (events.ImpactDescribed(at=TEN, text="no logins"), TELL),
    (SUSPECTED, (HYPOTHESIS, effects.ShowCard(), TIME_BOX)),
    (CAUSE, TELL),
    (NOTED, (effects.Announce(version=4),)),
    (replace(NOTED, ref="C7/1.5"), (effects.ShowMark(ref="C7/1.5"),)),
    (events.NoteRemoved(at=TEN, ref="note:4"), ()),
    (events.ImprovementProposed(at=TEN, title="test"), (effects.Announce(version=4),)),
    (events.ActionItemAdded(at=TEN, number=1, title="test"), (effects.Announce(version=4),)),
    (events.ProbeRequested(at=TEN, step="settings"), (effects.RunProbe(step="settings"),)),
    (PROBED, (effects.ShowStep(step="settings"), effects.ShowCard())),
    (
        events.StepTaken(at=TEN, by="U1", step="settings"),
        (effects.ShowStep(step="settings"), effects.ShowStep(step="pool"), effects.ShowCard()),
    ),
    (CLEARED, (effects.ShowStep(step="settings"), effects.ShowStep(step="pool"), effects.ShowCard())),
    (FOUND, (effects.ShowStep(step="settings"), effects.ShowCard())),
    (events.LadderChosen(at=TEN, rungs=()), ()),
    (
        events.LadderChosen(at=TEN, rungs=(Rung(after_minutes=5, unless=Need.COMMANDER),)),
        (effects.ClimbLadder(rung=1, not_before=TEN + timedelta(minutes=5)),),
    ),
    (events.EscalationDue(at=TEN, rung=1, lack=Need.COMMANDER, due_at=TEN), (*TELL, PEOPLE)),
    (
        replace(ESCALATED, who="pagerduty:auth"),
        (*TELL, PEOPLE, effects.Page(to="pagerduty:auth", version=4)),
    ),
    (replace(ESCALATED, who="#platform"), (*TELL, PEOPLE, effects.NotifyChannel(to="#platform", version=4))),
    (events.EscalationSnoozed(at=TEN, by="U1", until=TEN, reason="vendor"), (*TELL, *REMIND)),
    (
        events.UpdatePosted(at=TEN, by="U1", text="half of them work"),
        (*TELL, effects.ShowDigest(), effects.PublishUpdate(version=4)),
    ),
    (PAGED, (effects.ShowCard(),)),
    (events.PageFailed(at=TEN, to="pagerduty:auth", why="no", rung=1), TELL),
    (events.PageAcknowledged(at=TEN, by="Ann", to="pagerduty:auth", key="k"), TELL),
    (events.ReminderPosted(at=TEN, what="update"), (effects.Announce(version=4),)),
    (
        events.ReminderPosted(at=TEN, what="open_long"),
        (effects.Announce(version=4), effects.Remind(what="open_long", not_before=TEN + timedelta(hours=24))),
    ),
    (ESCALATED, (*TELL, PEOPLE, effects.InvitePeople(people=("U3",)))),
    (replace(ESCALATED, who="the seniors"), (*TELL, PEOPLE)),
    (DRAFTED, (effects.SharePostmortem(), effects.ShowCard())),
    (
        events.PostmortemRequested(at=TEN, by="U1"),
        (effects.DraftPostmortem(), effects.SendPostmortem(to="U1")),
    ),
    (gave_up("OpenChannel"), (PEOPLE, effects.ShowDigest(), effects.ShowCard())),
    (gave_up("JoinChannel"), (PEOPLE, effects.ShowDigest(), effects.ShowCard())),
    (gave_up("ShowCard"), (PEOPLE, effects.ShowDigest())),
    (gave_up("ShowStep"), (effects.Announce(version=4), effects.ShowCard())),
    (gave_up("InvitePeople"), (effects.ShowCard(),)),
]


def called_for(*history: events.AnyEvent) -> tuple[effects.AnyEffect, ...]:
    """Return the effects of the last of these events in INC-7."""
    return react(history[-1], fold(7, history))


@pytest.mark.parametrize(("event", "wanted"), CALLED_FOR)
def test_the_effects_of_an_event(event: events.AnyEvent, wanted: tuple[effects.AnyEffect, ...]) -> None:
    """Each event requires the listed effects in the listed order."""
    assert wanted == react(event, incident_after(event))


def test_the_effects_of_a_declaration() -> None:
    """The channel comes first, then its people, topic and digest once it is open, and the clock starts."""
    declared = replace(DECLARED, by="U1", invite=("U2", "Ada"))

    assert (
        effects.OpenChannel(),
        effects.ShowCard(),
        effects.ChooseLadder(),
        effects.Remind(what="update", not_before=TEN + timedelta(minutes=30)),
        effects.Remind(what="open_long", not_before=TEN + timedelta(hours=24)),
    ) == called_for(declared)
    assert (effects.ShowStep(step="settings"),) == called_for(declared, CHOSEN)
    assert (
        effects.InvitePeople(people=("U2", "U1")),
        effects.SetTopic(),
        effects.ShowDigest(),
        effects.ShowCard(),
    ) == called_for(declared, CHOSEN, OPENED)
    assert effects.SetTopic() == called_for(DECLARED, OPENED)[0]


def test_automatic_probes_run_when_the_runbook_is_chosen() -> None:
    """Automatic probes run in the order of the steps. The others wait until somebody runs them."""
    assert SETTINGS.probe
    auto = replace(SETTINGS, probe=replace(SETTINGS.probe, auto=True))
    pool = replace(auto, id="pool2", weight=1)
    runbook = replace(RUNBOOK, steps=(POOL, pool, SETTINGS, replace(auto, id="first", always_first=True)))

    assert (
        effects.ShowStep(step="first"),
        effects.RunProbe(step="first"),
        effects.RunProbe(step="pool2"),
    ) == called_for(DECLARED, replace(CHOSEN, runbook=runbook))


def test_channel_setup_waits_for_the_channel() -> None:
    """ChannelOpened, and no earlier event, requests the topic and the invitations."""
    assert (effects.Announce(version=2), effects.ShowCard()) == called_for(DECLARED, COMMANDER)
    assert (effects.Announce(version=2), effects.ShowCard(), effects.NotifyPeople(version=2)) == called_for(
        DECLARED, ESCALATED
    )
    assert effects.SetTopic() not in called_for(DECLARED, RESOLVED)


@pytest.mark.parametrize("before", [CAUSE, MONITORING, RESOLVED])
def test_no_step_is_offered_once_the_investigation_is_over(before: events.AnyEvent) -> None:
    """Finishing a step offers no other if the cause is known or users are not affected."""
    assert (effects.ShowStep(step="settings"), effects.ShowCard()) == react(
        CLEARED, incident_after(before, CLEARED)
    )


def test_renewed_impact_resumes_the_work() -> None:
    """When users are affected again, a step is offered and the card's elapsed time is refreshed."""
    again = events.StatusChanged(at=TEN, status=Status.INVESTIGATING)
    wanted = react(again, incident_after(MONITORING, CLEARED, again))

    assert (effects.ShowStep(step="pool"), LATER, REMIND[0]) == wanted[-3:]


def test_pages_end_with_the_incident() -> None:
    """Pages end when the incident is resolved or cancelled, and a page sent too late ends at once."""
    over = effects.EndPage(to="pagerduty:auth", key="k")

    assert over in called_for(DECLARED, PAGED, RESOLVED)
    assert over in called_for(DECLARED, PAGED, events.IncidentCancelled(at=TEN, reason="a test"))
    assert over in called_for(DECLARED, RESOLVED, PAGED)
    assert over not in called_for(DECLARED, PAGED, RESOLVED, CLOSED)


def test_a_known_cause_is_announced_once() -> None:
    """The status change that comes with a cause updates the screens without a message of its own."""
    identified = events.StatusChanged(at=TEN, by="U1", status=Status.IDENTIFIED)

    assert effects.Announce(version=5) not in react(identified, incident_after(CAUSE, identified))
    assert effects.Announce(version=4) in react(identified, incident_after(identified))


@pytest.mark.parametrize(
    "event",
    [
        events.SeverityChanged(at=TEN, severity=Severity.SEV2),
        COMMANDER,
        events.ImpactDescribed(at=TEN, text="no logins"),
        NOTED,
        events.NoteRemoved(at=TEN, ref="note:4"),
        replace(SUSPECTED, number=2),
        events.HypothesisClosed(at=TEN, number=1, verdict=HypothesisVerdict.PARKED),
        events.CauseNamed(at=TEN, text="the old key", area=Area.CONFIG),
        events.ImprovementProposed(at=TEN, title="test"),
        events.ActionItemAdded(at=TEN, number=1, title="test"),
        PROBED,
        CLEARED,
        replace(CLEARED, outcome=StepOutcome.FOUND),
        ESCALATED,
    ],
)
def test_events_after_the_close_redraft_the_postmortem(event: events.AnyEvent) -> None:
    """Each reported event after the close drafts the postmortem again, but the draft itself does not."""
    assert DRAFT in react(event, incident_after(SUSPECTED, RESOLVED, CLOSED, event))
    assert DRAFT not in react(event, incident_after(SUSPECTED, RESOLVED, event))
    assert DRAFT not in react(DRAFTED, incident_after(RESOLVED, CLOSED, DRAFTED))


def test_failures_end_even_if_everything_fails() -> None:
    """Failures are reported in other ways, but no two effects report each other endlessly."""
    kinds = [kind.__name__ for kind in get_args(effects.AnyEffect)]
    incident: Incident = incident_after()
    waiting = deque(kinds * 2)
    given_up: Counter[str] = Counter()
    while waiting and given_up.total() < 500:
        event = gave_up(waiting.popleft())
        incident = evolve(incident, event)
        given_up[event.effect] += 1
        waiting.extend(type(effect).__name__ for effect in react(event, incident))

    assert not waiting
    assert {*kinds} == {*given_up}
