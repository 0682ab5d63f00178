"""Opening, moving, extending and handing over hypotheses, and hints at quicker checks."""

from dataclasses import replace

import pytest

from bot.domain import commands, events
from bot.domain.rules.decide.decide import decide
from bot.domain.vocabulary import Area, HypothesisVerdict, Status
from tests.domain.given import CLEARED, NOW, SUSPECTED, TEN, at, incident_after, refusal

SUSPECT = commands.OpenHypothesis(by="U2", text="the pool is full")
HINTED = events.HintGiven(at=NOW, number=1, areas=(Area.CONFIG,), step="settings")
REFUTED = events.HypothesisClosed(at=TEN, by="U1", number=1, verdict=HypothesisVerdict.REFUTED)
CAUSE = events.CauseNamed(at=TEN, by="U1", text="the old key")
MONITORING = events.StatusChanged(at=TEN, status=Status.MONITORING)
PLACE = commands.ChangeHypothesisArea(by="U1", number=1, area=Area.NETWORK)
EXTEND = commands.ExtendHypothesis(by="U1", number=1, minutes=10)
HAND_OVER = commands.HandOverHypothesis(by="U1", number=1, owner="U3")
SETTLE = commands.CloseHypothesis(by="U1", number=1, verdict=HypothesisVerdict.REFUTED)
SIDE_CHANNEL = commands.RequestSideChannel(by="U1", number=1)


def test_a_hypothesis_in_an_expensive_area_gets_a_hint() -> None:
    """The hint is part of the same decision, so that a crash cannot lose it."""
    assert [events.HypothesisOpened, events.HintGiven] == [
        type(event) for event in decide(incident_after(), SUSPECT, NOW)
    ]
    assert HINTED == decide(incident_after(), SUSPECT, NOW)[1]


@pytest.mark.parametrize(
    "before",
    [(CLEARED,), (SUSPECTED, HINTED), (events.HintsMuted(at=TEN, by="U1"),), (CAUSE,), (MONITORING,)],
)
def test_no_hint_without_a_quicker_check(before: tuple[events.AnyEvent, ...]) -> None:
    """No hint is given without a quicker check, after a hint or a mute, or once the cause is known."""
    assert [events.HypothesisOpened] == [
        type(event) for event in decide(incident_after(*before), SUSPECT, NOW)
    ]


def test_a_hypothesis_in_a_cheap_area_gets_no_hint() -> None:
    """Only a hypothesis that takes long to rule out gets a hint."""
    cheap = replace(SUSPECT, area=Area.NETWORK)

    assert 1 == len(decide(incident_after(), cheap, NOW))


def test_moving_a_hypothesis_to_an_expensive_area_gives_a_hint() -> None:
    """A moved hypothesis gets the same hint as a new one. Moving it to its own area changes nothing."""
    in_network = replace(SUSPECTED, area=Area.NETWORK)
    placed = events.HypothesisAreaChanged(at=NOW, by="U1", number=1, area=Area.DATABASE)

    to_database = replace(PLACE, area=Area.DATABASE)
    assert (placed, HINTED) == decide(incident_after(in_network), to_database, NOW)
    assert () == decide(incident_after(SUSPECTED), to_database, NOW)


def test_an_area_that_is_not_in_the_text_is_a_guess() -> None:
    """The default area is change, because most outages follow one, and counts as a guess until confirmed."""
    [opened, *_] = decide(incident_after(), replace(SUSPECT, text="it is Tuesday"), NOW)
    change = replace(PLACE, area=Area.CHANGE)
    placed = events.HypothesisAreaChanged(at=NOW, by="U1", number=1, area=Area.CHANGE)
    [named, *_] = decide(incident_after(), replace(SUSPECT, text="it is Tuesday", area=Area.CHANGE), NOW)

    assert isinstance(opened, events.HypothesisOpened)
    assert isinstance(named, events.HypothesisOpened)
    assert [(Area.CHANGE, True), (Area.CHANGE, False)] == [(h.area, h.is_guess) for h in (opened, named)]
    assert (placed,) == decide(incident_after(opened), change, NOW)
    assert () == decide(incident_after(opened, placed), change, NOW)


def test_an_extension_after_the_time_box_ended() -> None:
    """An extension runs from now, and the owner is asked again when it ends."""
    ended = events.TimeBoxEnded(at=at(15), number=1)
    extended = events.HypothesisExtended(at=NOW, by="U1", number=1, minutes=10)

    assert (extended,) == decide(incident_after(SUSPECTED, ended), EXTEND, NOW)
    hypothesis = incident_after(SUSPECTED, ended, extended).investigation.hypotheses[1]
    assert (False, at(52)) == (hypothesis.asked, hypothesis.ends_at)


def test_an_extension_is_added_to_the_time_left() -> None:
    """An extension never shortens the time, and repeating it at the same moment has no effect."""
    half_an_hour = replace(SUSPECTED, at=at(40), minutes=30)
    more = replace(EXTEND, minutes=5)
    extended = events.HypothesisExtended(at=NOW, by="U1", number=1, minutes=5, is_added=True)
    later = replace(extended, at=at(43))

    assert (extended,) == decide(incident_after(half_an_hour), more, NOW)
    assert () == decide(incident_after(half_an_hour, extended), more, NOW)
    assert (later,) == decide(incident_after(half_an_hour, extended), more, at(43))
    hypothesis = incident_after(half_an_hour, extended, later).investigation.hypotheses[1]
    assert (40, at(80), "U1") == (hypothesis.minutes, hypothesis.ends_at, hypothesis.time_box_set_by)


def test_an_extension_recorded_by_an_older_version() -> None:
    """In the log of an older version, an extension runs from the moment it was given."""
    hypothesis = incident_after(
        replace(SUSPECTED, minutes=30), events.HypothesisExtended(at=at(1), by="U1", number=1, minutes=5)
    ).investigation.hypotheses[1]

    assert (5, at(6)) == (hypothesis.minutes, hypothesis.ends_at)


def test_a_hypothesis_is_handed_over() -> None:
    """A new owner gets a new time-box. Handing over to the same owner changes nothing."""
    handed = events.HypothesisHandedOver(at=NOW, by="U1", number=1, owner="U3")

    assert (handed,) == decide(incident_after(SUSPECTED), HAND_OVER, NOW)
    assert () == decide(incident_after(SUSPECTED), replace(HAND_OVER, owner="U2"), NOW)
    hypothesis = incident_after(SUSPECTED, handed).investigation.hypotheses[1]
    assert ("U3", at(57)) == (hypothesis.owner, hypothesis.ends_at)


@pytest.mark.parametrize(
    ("verdict", "note"),
    [
        (HypothesisVerdict.REFUTED, "hypothesis 1 is not the cause"),
        (HypothesisVerdict.PARKED, "hypothesis 1 is parked"),
    ],
)
def test_a_withdrawn_confirmation_resumes_the_investigation(verdict: HypothesisVerdict, note: str) -> None:
    """When the cause is withdrawn, the status change says if its hypothesis was ruled out or parked."""
    confirmed = decide(incident_after(SUSPECTED), replace(SETTLE, verdict=HypothesisVerdict.CONFIRMED), NOW)
    *_, resumed = decide(incident_after(SUSPECTED, *confirmed), replace(SETTLE, verdict=verdict), NOW)

    assert events.StatusChanged(at=NOW, by="U1", status=Status.INVESTIGATING, note=note) == resumed


def test_a_private_channel_is_requested_once() -> None:
    """A second request for the private channel has no effect."""
    asked = events.SideChannelRequested(at=NOW, by="U1", number=1)

    assert (asked,) == decide(incident_after(SUSPECTED), SIDE_CHANNEL, NOW)
    assert () == decide(incident_after(SUSPECTED, asked), SIDE_CHANNEL, NOW)


@pytest.mark.parametrize("command", [PLACE, EXTEND, HAND_OVER, SIDE_CHANNEL])
def test_a_closed_hypothesis_cannot_be_changed(command: commands.AnyCommand) -> None:
    """A closed hypothesis accepts no changes, because its time is already counted."""
    assert "Hypothesis 1 is already refuted. Open a new one to continue." == refusal(
        incident_after(SUSPECTED, REFUTED), command
    )


@pytest.mark.parametrize("minutes", [0, -5, 1441])
def test_a_time_box_has_limits(minutes: int) -> None:
    """A time-box lasts between a minute and a day."""
    sentence = f"A time limit can't be {minutes} min. Enter 1 to 1440 minutes, such as `10m`."

    assert sentence == refusal(incident_after(), replace(SUSPECT, minutes=minutes))
    assert sentence == refusal(incident_after(SUSPECTED), replace(EXTEND, minutes=minutes))


def test_extensions_cannot_exceed_a_day() -> None:
    """Several extensions together have the same limit as one time-box."""
    long = replace(SUSPECTED, at=NOW, minutes=1435)

    sentence = "Hypothesis 1 has 23 h 55 min left. Adding 6 min would exceed the limit of 1 day."
    assert sentence == refusal(incident_after(long), replace(EXTEND, minutes=6))
    assert decide(incident_after(long), replace(EXTEND, minutes=5), NOW)


def test_hints_are_muted_once() -> None:
    """Muting the hints again changes nothing."""
    mute, muted = commands.MuteHints(by="U1"), events.HintsMuted(at=NOW, by="U1")

    assert (muted,) == decide(incident_after(), mute, NOW)
    assert () == decide(incident_after(muted), mute, NOW)


def test_a_step_is_taken() -> None:
    """Taking a step again changes nothing, others can take it over, and a finished step cannot be taken."""
    take = commands.TakeStep(by="U1", step="settings")
    taken = events.StepTaken(at=NOW, by="U1", step="settings")

    assert (taken,) == decide(incident_after(), take, NOW)
    assert () == decide(incident_after(taken), take, NOW)
    assert (replace(taken, by="U2"),) == decide(incident_after(taken), replace(take, by="U2"), NOW)
    assert "'Settings of auth' is already done: clear." == refusal(incident_after(CLEARED), take)


def test_the_step_that_a_person_means_by_default() -> None:
    """The default step is the one they took, else the next free one, else the first unfinished one."""
    on_settings = events.StepTaken(at=TEN, by="U1", step="settings")
    on_pool = events.StepTaken(at=TEN, by="U2", step="pool")
    incident = incident_after(on_settings, on_pool)

    assert ["settings", "pool", "settings"] == [
        incident.investigation.steps_taken_by_or_next(person)[0].id for person in ("U1", "U2", "U3")
    ]
    assert "pool" == incident_after(on_settings).investigation.steps_taken_by_or_next("U3")[0].id
