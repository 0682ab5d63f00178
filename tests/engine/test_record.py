"""The recorder writes a command whole or not at all, and once, even if other processes write as well."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain import commands, effects, events
from bot.domain.errors import Refused
from bot.domain.incident.incident import Incident
from bot.domain.rules.react import react
from bot.domain.vocabulary import Role, Severity, Status
from bot.engine.record import Recorder
from bot.store import Conflict, LeaseLost, Store
from tests.engine.conftest import DECLARE, Clock


def names(history: tuple[events.AnyEvent, ...] | list[events.AnyEvent]) -> list[str]:
    """Return the names of the events."""
    return [type(event).__name__ for event in history]


async def written(recorder: Recorder, number: int = 1) -> list[str]:
    """Return the names of the incident's events in the log."""
    return names([row.event for row in await recorder.store.log.events(number)])


async def test_a_command_writes_events_and_effects(recorder: Recorder) -> None:
    """A command writes its events and effects, and wakes the outbox after the commit."""
    woken: list[bool] = []
    recorder.wake = lambda: woken.append(True)

    outcome = await recorder.record(DECLARE)

    assert (1, ["IncidentDeclared"]) == (outcome.incident.number, names(outcome.events))
    assert ["IncidentDeclared"] == await written(recorder)
    expected = react(outcome.events[0], outcome.incident)
    assert expected
    assert list(expected) == [job.effect for job in await recorder.store.outbox.jobs()]
    assert [True] == woken


async def test_a_refusal_writes_nothing(recorder: Recorder) -> None:
    """A refused command writes no event and no effect, and does not use up its `once` key."""
    await recorder.record(DECLARE)
    before = await recorder.store.outbox.jobs()

    with pytest.raises(Refused, match="Resolve or cancel it first"):
        await recorder.record(commands.Close(by="U1"), 1, once="click:1")
    await recorder.record(commands.Resolve(by="U1"), 1)
    closed = await recorder.record(commands.Close(by="U1"), 1, once="click:1")

    assert before == (await recorder.store.outbox.jobs())[: len(before)]
    assert ["IncidentClosed"] == names(closed.events)


async def test_a_command_without_effect_writes_nothing(recorder: Recorder) -> None:
    """Assigning a role to the person who has it already writes no event."""
    await recorder.record(DECLARE)
    lead = commands.AssignRole(by="U1", role=Role.COMMANDER, person="U1")
    await recorder.record(lead, 1)

    assert () == (await recorder.record(lead, 1)).events


async def test_a_request_counts_once(recorder: Recorder, other: Recorder) -> None:
    """A redelivered command changes nothing and returns the first result, in another process as well."""
    first = await recorder.record(DECLARE, once="command:1")
    again = await recorder.record(DECLARE, once="command:1")
    elsewhere = await other.record(DECLARE, once="command:1")

    assert [(1, False), (1, True), (1, True)] == [
        (outcome.incident.number, outcome.repeated) for outcome in (first, again, elsewhere)
    ]
    assert ["IncidentDeclared"] == await written(recorder)


async def test_the_same_request_twice_at_once_counts_once(recorder: Recorder, other: Recorder) -> None:
    """If the same request arrives several times at once, in two processes, one of them is written."""
    outcomes = await asyncio.gather(
        *(door.record(DECLARE, once="command:1") for door in (recorder, other) * 5)
    )

    assert {1} == {outcome.incident.number for outcome in outcomes}
    assert 1 == sum(not outcome.repeated for outcome in outcomes)
    assert 1 == len(await recorder.store.log.incidents())


async def test_two_processes_lose_nothing_of_each_other(recorder: Recorder, other: Recorder) -> None:
    """Fifty notes that two processes write at once become fifty events in one history."""
    await recorder.record(DECLARE)
    await asyncio.gather(
        *(
            door.record(commands.AddNote(by="U1", text=f"note {n}", ref=f"C1/{who}.{n}"), 1)
            for n in range(25)
            for who, door in enumerate((recorder, other))
        )
    )

    rows = await recorder.store.log.events(1)
    assert list(range(1, 52)) == [row.version for row in rows]
    assert 50 == len((await recorder.load(1)).notes) == len((await other.load(1)).notes)


async def test_new_incidents_get_numbers_of_their_own(recorder: Recorder, other: Recorder) -> None:
    """Incidents declared at the same time, in two processes, get consecutive numbers."""
    outcomes = await asyncio.gather(*(door.record(DECLARE) for door in (recorder, other) * 60))

    assert list(range(1, 121)) == sorted(outcome.incident.number for outcome in outcomes)


async def test_a_claim_that_does_not_hold_raises(recorder: Recorder) -> None:
    """The process that loses a race for a lookup key gets Conflict, and writes nothing."""
    await recorder.record(DECLARE, claims={"alerts:checkout": None})

    with pytest.raises(Conflict):
        await recorder.record(DECLARE, claims={"alerts:checkout": None})
    assert 1 == await recorder.store.log.lookup("alerts:checkout")
    assert 1 == len(await recorder.store.log.incidents())


async def test_a_command_for_an_outdated_version_raises(recorder: Recorder, other: Recorder) -> None:
    """A command meant for version `seen` raises Conflict if any process has changed the incident since."""
    await recorder.record(DECLARE)
    await recorder.load(1)
    await other.record(commands.AddNote(by="U2", text="looking"), 1)

    with pytest.raises(Conflict):
        await recorder.record(commands.Resolve(by="U1"), 1, seen=1)
    assert (await recorder.record(commands.Resolve(by="U1"), 1, seen=2)).events


async def test_learned_facts_settle_their_job(recorder: Recorder, clock: Clock) -> None:
    """A fact, its effects and the end of the job that learned it are written in one transaction."""
    await recorder.record(DECLARE)
    (job, *_) = await recorder.store.outbox.claim(clock.now, limit=1, lease_s=60)
    opened = events.ChannelOpened(at=clock.now, channel="C7", name="inc-1")

    incident = await recorder.learn(1, (opened,), settles=job)

    assert "C7" == incident.channel.id
    assert 1 == await recorder.store.log.lookup("channel:C7")
    assert effects.OpenChannel not in {type(left.effect) for left in await recorder.store.outbox.jobs()}


async def test_a_worker_that_lost_its_lease_writes_nothing(
    recorder: Recorder, other: Recorder, clock: Clock
) -> None:
    """A worker whose lease was taken over can neither settle the job nor write its result."""
    await recorder.record(DECLARE)
    (slow,) = await recorder.store.outbox.claim(clock.now, limit=1, lease_s=60)
    clock.forward(seconds=61)
    (quick,) = await other.store.outbox.claim(clock.now, limit=1, lease_s=60)
    assert (slow.key, 1, 2) == (quick.key, slow.attempts, quick.attempts)
    await other.learn(1, (events.ChannelOpened(at=clock.now, channel="C8", name="b"),), settles=quick)

    with pytest.raises(LeaseLost):
        await recorder.learn(1, (events.ChannelOpened(at=clock.now, channel="C7", name="a"),), settles=slow)

    assert "C8" == (await recorder.load(1)).channel.id
    assert ["IncidentDeclared", "ChannelOpened"] == await written(recorder)


async def test_an_unknown_incident_is_refused_and_stays_unknown(recorder: Recorder) -> None:
    """A command on a number that was never used is refused and creates no incident."""
    with pytest.raises(Refused, match="There is no INC-7"):
        await recorder.record(commands.AddNote(by="U1", text="hm"), 7)

    assert Incident(number=7) == await recorder.load(7)


async def test_a_note_may_have_an_earlier_time(recorder: Recorder, clock: Clock) -> None:
    """An event has the time it is about and the time it was recorded; a time in the future is refused."""
    await recorder.record(DECLARE)
    earlier = clock.now - timedelta(minutes=10)
    await recorder.record(commands.AddNote(by="U1", text="first errors", at=earlier), 1)

    row = (await recorder.store.log.events(1))[-1]
    assert (earlier, clock.now) == (row.event.at, row.recorded_at)
    with pytest.raises(Refused, match="is in the future"):
        await recorder.record(commands.AddNote(by="U1", text="later", at=clock.now + timedelta(minutes=1)), 1)


async def test_watchers_get_only_written_events(recorder: Recorder) -> None:
    """Watchers are called once per written event, after the commit, with the incident at that version."""
    notified: list[tuple[str, Status]] = []
    recorder.watchers.append(lambda incident, event: notified.append((type(event).__name__, incident.status)))

    await recorder.record(DECLARE, once="command:1")
    await recorder.record(DECLARE, once="command:1")
    with pytest.raises(Refused):
        await recorder.record(commands.Close(by="U1"), 1)

    assert [("IncidentDeclared", Status.INVESTIGATING)] == notified


async def test_no_secret_is_written(recorder: Recorder) -> None:
    """Secrets in people's text are redacted before it is written; other commands stay unchanged."""
    await recorder.record(DECLARE)

    noted = await recorder.record(
        commands.AddNote(by="U1", text="tried token=abc123secret without success"), 1
    )
    raised = await recorder.record(commands.ChangeSeverity(by="U1", severity=Severity.SEV1), 1)

    notes = [event.text for event in noted.events if isinstance(event, events.NoteAdded)]
    assert ["tried token=[redacted] without success"] == notes
    assert Severity.SEV1 is raised.incident.severity


async def test_an_incident_dropped_from_the_cache_is_loaded_from_the_log(store: Store, clock: Clock) -> None:
    """If the cache holds one incident, alternating commands on two incidents lose nothing."""
    small, large = Recorder(store, clock, max_cached=1), Recorder(store, clock)
    for number in (1, 2):
        await small.record(DECLARE)
        await small.record(commands.AddNote(by="U1", text="first"), number)
    for number in (1, 2, 1, 2):
        await small.record(commands.AddNote(by="U1", text="again"), number)

    assert [await large.load(1), await large.load(2)] == [await small.load(1), await small.load(2)]
    assert [["IncidentDeclared", *["NoteAdded"] * 3]] * 2 == [
        await written(small, 1),
        await written(small, 2),
    ]


async def test_commands_on_one_incident_wait_for_each_other(recorder: Recorder) -> None:
    """Concurrent commands of one process share the incident's lock, and the lock is freed afterwards."""
    await recorder.record(DECLARE)

    await asyncio.gather(*(recorder.record(commands.AddNote(by="U1", text=f"{n}"), 1) for n in range(20)))

    assert 21 == len(await written(recorder))
    assert [] == list(recorder._locks)
