"""What becomes of suspicions beside their verdict, and the hint at what is cheaper."""

from dataclasses import replace

import pytest

from bot.domain import commands, events
from bot.domain.rules.decide.decide import decide
from bot.domain.vocabulary import Area, HypothesisVerdict, Status
from tests.domain.given import CLEARED, NOW, SUSPECTED, TEN, at, incident_after, refusal

SUSPECT = commands.OpenHypothesis(by="U2", text="the pool is full")
NUDGED = events.NudgeGiven(at=NOW, number=1, areas=(Area.CONFIG,), step="settings")
REFUTED = events.HypothesisClosed(at=TEN, by="U1", number=1, verdict=HypothesisVerdict.REFUTED)
CAUSE = events.CauseNamed(at=TEN, by="U1", text="the old key")
MONITORING = events.StatusChanged(at=TEN, status=Status.MONITORING)
PLACE = commands.PlaceHypothesis(by="U1", number=1, area=Area.NETWORK)
EXTEND = commands.ExtendHypothesis(by="U1", number=1, minutes=10)
HAND_OVER = commands.HandOverHypothesis(by="U1", number=1, owner="U3")
SETTLE = commands.CloseHypothesis(by="U1", number=1, verdict=HypothesisVerdict.REFUTED)
SIDE_CHANNEL = commands.AskSideChannel(by="U1", number=1)


def test_a_dear_suspicion_calls_forth_a_hint() -> None:
    """In the same decision, so that no crash comes between."""
    assert [events.HypothesisOpened, events.NudgeGiven] == [
        type(event) for event in decide(incident_after(), SUSPECT, NOW)
    ]
    assert NUDGED == decide(incident_after(), SUSPECT, NOW)[1]


@pytest.mark.parametrize(
    "before",
    [(CLEARED,), (SUSPECTED, NUDGED), (events.NudgesMuted(at=TEN, by="U1"),), (CAUSE,), (MONITORING,)],
)
def test_no_hint(before: tuple[events.AnyEvent, ...]) -> None:
    """Where all is looked at, it was given or muted, the cause is known, or nobody hurts."""
    assert [events.HypothesisOpened] == [
        type(event) for event in decide(incident_after(*before), SUSPECT, NOW)
    ]


def test_a_cheap_suspicion_calls_forth_none() -> None:
    """Only what takes long to rule out does."""
    cheap = replace(SUSPECT, area=Area.NETWORK)

    assert 1 == len(decide(incident_after(), cheap, NOW))


def test_a_suspicion_placed_in_a_dear_area() -> None:
    """Whether guessed or corrected, the hint is the same; the area it stands in already changes nothing."""
    in_network = replace(SUSPECTED, area=Area.NETWORK)
    placed = events.HypothesisPlaced(at=NOW, by="U1", number=1, area=Area.DATABASE)

    to_database = replace(PLACE, area=Area.DATABASE)
    assert (placed, NUDGED) == decide(incident_after(in_network), to_database, NOW)
    assert () == decide(incident_after(SUSPECTED), to_database, NOW)


def test_an_area_that_no_word_names_is_a_guess() -> None:
    """Most outages follow a change; whoever says that it is one makes it none."""
    [opened, *_] = decide(incident_after(), replace(SUSPECT, text="it is Tuesday"), NOW)
    change = replace(PLACE, area=Area.CHANGE)
    placed = events.HypothesisPlaced(at=NOW, by="U1", number=1, area=Area.CHANGE)
    [named, *_] = decide(incident_after(), replace(SUSPECT, text="it is Tuesday", area=Area.CHANGE), NOW)

    assert isinstance(opened, events.HypothesisOpened)
    assert isinstance(named, events.HypothesisOpened)
    assert [(Area.CHANGE, True), (Area.CHANGE, False)] == [(h.area, h.is_guess) for h in (opened, named)]
    assert (placed,) == decide(incident_after(opened), change, NOW)
    assert () == decide(incident_after(opened, placed), change, NOW)


def test_more_time() -> None:
    """From now on, and its owner may be asked again."""
    ended = events.TimeBoxEnded(at=at(15), number=1)
    extended = events.HypothesisExtended(at=NOW, by="U1", number=1, minutes=10)

    assert (extended,) == decide(incident_after(SUSPECTED, ended), EXTEND, NOW)
    known = incident_after(SUSPECTED, ended, extended).investigation.hypotheses[1]
    assert (False, at(52)) == (known.asked, known.ends_at)


def test_more_time_than_is_left() -> None:
    """Nobody who asks for more gets less: it is added to what is left, each time once."""
    half_an_hour = replace(SUSPECTED, at=at(40), minutes=30)
    more = replace(EXTEND, minutes=5)
    extended = events.HypothesisExtended(at=NOW, by="U1", number=1, minutes=5, is_added=True)
    later = replace(extended, at=at(43))

    assert (extended,) == decide(incident_after(half_an_hour), more, NOW)
    assert () == decide(incident_after(half_an_hour, extended), more, NOW)
    assert (later,) == decide(incident_after(half_an_hour, extended), more, at(43))
    known = incident_after(half_an_hour, extended, later).investigation.hypotheses[1]
    assert (40, at(80), "U1") == (known.minutes, known.ends_at, known.time_box_set_by)


def test_time_given_before_it_could_be_added() -> None:
    """A log that an older version wrote is read as it was meant: from then on."""
    known = incident_after(
        replace(SUSPECTED, minutes=30), events.HypothesisExtended(at=at(1), by="U1", number=1, minutes=5)
    ).investigation.hypotheses[1]

    assert (5, at(6)) == (known.minutes, known.ends_at)


def test_somebody_else() -> None:
    """A new owner has a time-box of their own; to the same one nothing is handed over."""
    handed = events.HypothesisHandedOver(at=NOW, by="U1", number=1, owner="U3")

    assert (handed,) == decide(incident_after(SUSPECTED), HAND_OVER, NOW)
    assert () == decide(incident_after(SUSPECTED), replace(HAND_OVER, owner="U2"), NOW)
    known = incident_after(SUSPECTED, handed).investigation.hypotheses[1]
    assert ("U3", at(57)) == (known.owner, known.ends_at)


@pytest.mark.parametrize(
    ("verdict", "note"),
    [
        (HypothesisVerdict.REFUTED, "hypothesis 1 is not the cause"),
        (HypothesisVerdict.PARKED, "hypothesis 1 is parked"),
    ],
)
def test_why_the_search_goes_on(verdict: HypothesisVerdict, note: str) -> None:
    """A cause that is put aside may be it still, and nobody said that it is not."""
    confirmed = decide(incident_after(SUSPECTED), replace(SETTLE, verdict=HypothesisVerdict.CONFIRMED), NOW)
    *_, goes_on = decide(incident_after(SUSPECTED, *confirmed), replace(SETTLE, verdict=verdict), NOW)

    assert events.StatusChanged(at=NOW, by="U1", status=Status.INVESTIGATING, note=note) == goes_on


def test_a_private_channel_is_asked_for_once() -> None:
    """However often somebody clicks."""
    asked = events.SideChannelAsked(at=NOW, by="U1", number=1)

    assert (asked,) == decide(incident_after(SUSPECTED), SIDE_CHANNEL, NOW)
    assert () == decide(incident_after(SUSPECTED, asked), SIDE_CHANNEL, NOW)


@pytest.mark.parametrize("command", [PLACE, EXTEND, HAND_OVER, SIDE_CHANNEL])
def test_what_is_settled_is_left(command: commands.AnyCommand) -> None:
    """Its minutes are counted; to look again is a suspicion of its own."""
    assert "Hypothesis 1 is refuted already. Open a new one to look again." == refusal(
        incident_after(SUSPECTED, REFUTED), command
    )


@pytest.mark.parametrize("minutes", [0, -5, 1441])
def test_an_odd_time_box_is_refused(minutes: int) -> None:
    """Nobody means no minutes, or more than a day."""
    sentence = f"A time-box of {minutes} min? Say 1 to 1440, for example `10m`."

    assert sentence == refusal(incident_after(), replace(SUSPECT, minutes=minutes))
    assert sentence == refusal(incident_after(SUSPECTED), replace(EXTEND, minutes=minutes))


def test_however_often_it_gets_more_time_its_owner_is_asked_within_a_day() -> None:
    """What one command may not give, many do not give either."""
    long = replace(SUSPECTED, at=NOW, minutes=1435)

    sentence = "Hypothesis 1 has 23 h 55 min left; with 6 min more nobody would be asked within a day."
    assert sentence == refusal(incident_after(long), replace(EXTEND, minutes=6))
    assert decide(incident_after(long), replace(EXTEND, minutes=5), NOW)


def test_hints_are_muted_once() -> None:
    """A second time changes nothing."""
    mute, muted = commands.MuteNudges(by="U1"), events.NudgesMuted(at=NOW, by="U1")

    assert (muted,) == decide(incident_after(), mute, NOW)
    assert () == decide(incident_after(muted), mute, NOW)


def test_a_step_is_taken() -> None:
    """Once by each; who takes over is on it then, and what is done cannot be taken."""
    take = commands.TakeStep(by="U1", step="settings")
    taken = events.StepTaken(at=NOW, by="U1", step="settings")

    assert (taken,) == decide(incident_after(), take, NOW)
    assert () == decide(incident_after(taken), take, NOW)
    assert (replace(taken, by="U2"),) == decide(incident_after(taken), replace(take, by="U2"), NOW)
    assert "'Settings of auth' is done already: clear." == refusal(incident_after(CLEARED), take)


def test_who_means_which_step() -> None:
    """Their own, else the next that nobody is on, else the first that is left."""
    on_settings = events.StepTaken(at=TEN, by="U1", step="settings")
    on_pool = events.StepTaken(at=TEN, by="U2", step="pool")
    incident = incident_after(on_settings, on_pool)

    assert ["settings", "pool", "settings"] == [
        incident.investigation.steps_taken_by_or_next(person)[0].id for person in ("U1", "U2", "U3")
    ]
    assert "pool" == incident_after(on_settings).investigation.steps_taken_by_or_next("U3")[0].id
