"""A database written by Firstcheck 0.1.0 gives the same facts with the code of today.

`recorded/firstcheck.db.gz` holds ten incidents that 0.1.0 handled: a replayed outage, alerts, a drill, pages,
hypotheses, a false alarm, and open incidents with pending jobs. It was written by 0.1.0 against a local
workspace. The JSON files beside it hold the facts that 0.1.0 read from it.
"""

import gzip
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.config.settings import shipped
from bot.documents import render
from bot.documents.drafting import gather
from bot.domain.rules.evolve import fold
from bot.domain.stored_names import stored_name
from bot.store import Store, open_store
from tests.store.recorded_facts import incident_facts, postmortem_facts, words_of_people

RECORDED = Path(__file__).parent / "recorded"
NUMBERS = range(1, 11)
#: When every timer of the recorded outbox is due and every lease has expired.
YEARS_LATER = datetime(2030, 1, 1, tzinfo=UTC)


def expected(file: str) -> dict[str, Any]:
    """Return the facts that 0.1.0 read from the database, by incident number."""
    values: dict[str, Any] = json.loads((RECORDED / file).read_text())
    return values


@pytest.fixture
async def recorded(tmp_path: Path) -> AsyncIterator[Store]:
    """A copy of the recorded database, opened by the code of today."""
    path = tmp_path / "recorded.db"
    path.write_bytes(gzip.decompress((RECORDED / "firstcheck.db.gz").read_bytes()))
    store = await open_store(f"sqlite:///{path}")
    yield store
    await store.close()


@pytest.mark.parametrize("number", NUMBERS)
async def test_a_recorded_incident_folds_to_the_same_facts(recorded: Store, number: int) -> None:
    """Every stored event is read, and the incident has the times, people and verdicts that 0.1.0 showed."""
    incident = fold(number, [row.event for row in await recorded.log.events(number)])

    before = expected("incidents.json")[str(number)]
    began = before["began"] or before["declared"][1]  # the impact begins with the declaration by default
    assert {**before, "began": began} == as_json(incident_facts(incident))


@pytest.mark.parametrize("number", NUMBERS)
async def test_a_recorded_incident_has_the_same_postmortem(recorded: Store, number: int) -> None:
    """The postmortem has the facts that 0.1.0 gathered, and the document shows what people wrote."""
    incident = fold(number, [row.event for row in await recorded.log.events(number)])

    async def names(people: Iterable[str]) -> Mapping[str, str]:
        stored = await recorded.transcript.people()
        return {person: stored[person] for person in people if person in stored}

    facts = await gather(recorded, incident, names)
    document = " ".join(render(facts, shipped("templates")).split())

    before = expected("postmortems.json")[str(number)]
    people = [name for name in before["people"] if name]  # lines of Firstcheck itself have no name
    assert {**before, "people": people} == as_json(postmortem_facts(facts))
    assert [] == [words for words in words_of_people(facts) if " ".join(words.split()) not in document]


async def test_the_recorded_database_holds_every_event_and_effect(recorded: Store) -> None:
    """Each class of event is in the log and each class of effect waits in the outbox."""
    logged = {stored_name(type(row.event)) for number in NUMBERS for row in await recorded.log.events(number)}
    waiting = {stored_name(type(job.effect)) for job in await recorded.outbox.jobs()}

    assert expected("store.json")["events"] == sorted(logged)
    assert expected("store.json")["effects"] == sorted(waiting)


async def test_recorded_jobs_load_and_can_be_done(recorded: Store) -> None:
    """Every job of 0.1.0 keeps its key and effect, and can be claimed and settled."""
    jobs = await recorded.outbox.jobs()
    assert expected("store.json")["jobs"] == [[job.key, stored_name(type(job.effect))] for job in jobs]
    assert len(jobs) == await recorded.outbox.count()

    done: set[str] = set()
    while claimed := await recorded.outbox.claim(YEARS_LATER, limit=100, lease_s=60):
        for job in claimed:
            await recorded.outbox.settle(job, now=YEARS_LATER)
            done.add(job.key)
    assert {job.key for job in jobs} == done


async def test_the_recorded_index_journal_and_transcript_read_the_same(recorded: Store) -> None:
    """The incidents, the journal's counts, messages and people are the same as with 0.1.0."""
    rows = await recorded.log.incidents(limit=None)
    messages = [message for number in (0, *NUMBERS) for message in await recorded.transcript.messages(number)]

    assert expected("store.json")["index"] == [
        [row.number, row.title, row.severity, row.status, row.channel, row.drill] for row in rows
    ]
    assert expected("store.json")["journal"] == await recorded.journal.counts()
    assert expected("store.json")["quarantined"] == [row.id for row in await recorded.journal.quarantined()]
    assert expected("store.json")["people"] == await recorded.transcript.people()
    assert expected("store.json")["messages"] == [
        [message.ts, message.user, message.text, list(message.former), message.deleted_at is not None]
        for message in messages
    ]


def as_json(value: Any) -> Any:
    """Return a value as it reads back from JSON."""
    return json.loads(json.dumps(value))
