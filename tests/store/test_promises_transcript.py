"""Guarantees of every store's messages: duplicates and reordered deliveries give one result."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest

from bot.domain.message import Message
from bot.store import Store
from bot.store.transcript import MAX_FORMER_TEXTS

ORIGINAL = Message(
    incident=1, channel="C1", ts="1763629200.000100", user="U1", text="db is fine", files=("log.txt",)
)


@pytest.fixture
def soon(now: datetime) -> datetime:
    """A minute after `now`."""
    return now + timedelta(minutes=1)


async def test_messages_come_back_in_order(store: Store) -> None:
    """`messages` returns the messages of one incident in the order they were posted."""
    second = Message(incident=1, channel="C1", ts="1763629300.000100", thread_ts=ORIGINAL.ts, text="sure?")
    other = Message(incident=2, channel="C2", ts="1763629250.000100", text="elsewhere")
    for message in (second, other, ORIGINAL):
        await store.transcript.save(message)

    assert [ORIGINAL, second] == await store.transcript.messages(1)
    assert other == await store.transcript.message("C2", other.ts)
    assert await store.transcript.message("C2", ORIGINAL.ts) is None


async def test_an_edit_keeps_the_former_text(store: Store, now: datetime, soon: datetime) -> None:
    """An edited message has its new text, its former texts in order, and the time of the edit."""
    await store.transcript.save(ORIGINAL)
    await store.transcript.edit("C1", ORIGINAL.ts, "db is NOT fine", now)
    await store.transcript.edit("C1", ORIGINAL.ts, "db is fine", soon)

    stored = await store.transcript.message("C1", ORIGINAL.ts)
    assert stored is not None
    assert ("db is fine", ("db is fine", "db is NOT fine"), soon) == (
        stored.text,
        stored.former,
        stored.edited_at,
    )


async def test_a_deletion_clears_all_texts(store: Store, now: datetime) -> None:
    """A deleted message keeps its author, but no text, former text or file."""
    await store.transcript.save(ORIGINAL)
    await store.transcript.edit("C1", ORIGINAL.ts, "password", now)

    await store.transcript.delete("C1", ORIGINAL.ts, now)

    (stored,) = await store.transcript.messages(1)
    assert ("", (), (), now, "U1") == (
        stored.text,
        stored.former,
        stored.files,
        stored.deleted_at,
        stored.user,
    )


@pytest.mark.parametrize("order", list(permutations(["save", "edit", "edit again"])))
async def test_edits_may_arrive_in_any_order(
    order: tuple[str, ...], store: Store, now: datetime, soon: datetime
) -> None:
    """Whatever the order and number of deliveries, a message ends with the text of its latest edit."""
    for _ in range(2):
        for step in order:
            match step:
                case "save":
                    await store.transcript.save(ORIGINAL)
                case "edit":
                    await store.transcript.edit("C1", ORIGINAL.ts, "db is slow", now)
                case _:
                    await store.transcript.edit("C1", ORIGINAL.ts, "db is down", soon)

    (stored,) = await store.transcript.messages(1)
    assert ("db is down", soon, "U1") == (stored.text, stored.edited_at, stored.user)
    assert {"db is fine", "db is slow"} == set(stored.former)
    assert 2 == len(stored.former)


async def test_of_many_edits_the_first_and_the_latest_texts_are_kept(store: Store, now: datetime) -> None:
    """Of many edits the first and the latest former texts are kept, so that a row stays small."""
    await store.transcript.save(ORIGINAL)
    for percent in range(100):
        at = now + timedelta(seconds=percent)
        await store.transcript.edit("C1", ORIGINAL.ts, f"deploy {percent} %", at)

    (stored,) = await store.transcript.messages(1)
    first, *latest = stored.former
    assert ("deploy 99 %", ORIGINAL.text) == (stored.text, first)
    assert [f"deploy {percent} %" for percent in range(99 - len(latest), 99)] == latest
    assert MAX_FORMER_TEXTS == len(stored.former)


@pytest.mark.parametrize("order", list(permutations(["save", "edit", "delete"])))
async def test_a_deletion_may_arrive_in_any_order(
    order: tuple[str, ...], store: Store, now: datetime, soon: datetime
) -> None:
    """A deleted message stays deleted, even if the message itself or an edit arrives after the deletion."""
    for _ in range(2):
        for step in order:
            match step:
                case "save":
                    await store.transcript.save(ORIGINAL)
                case "edit":
                    await store.transcript.edit("C1", ORIGINAL.ts, "password", now)
                case _:
                    await store.transcript.delete("C1", ORIGINAL.ts, soon)

    (stored,) = await store.transcript.messages(1)
    assert ("", (), (), soon, "U1") == (
        stored.text,
        stored.former,
        stored.files,
        stored.deleted_at,
        stored.user,
    )


async def test_an_edit_alone_is_no_message_of_an_incident_yet(store: Store, now: datetime) -> None:
    """An edit or a deletion whose message has not arrived belongs to no incident."""
    await store.transcript.edit("C1", ORIGINAL.ts, "db is slow", now)
    await store.transcript.delete("C1", "1763629300.000100", now)

    assert [] == await store.transcript.messages(1)


async def test_history_may_bring_the_edit_with_the_message(store: Store, now: datetime) -> None:
    """A message fetched from history with a newer text counts as an edit of the saved one."""
    await store.transcript.save(ORIGINAL)
    fetched = Message(incident=1, channel="C1", ts=ORIGINAL.ts, user="U1", text="db is slow", edited_at=now)

    for _ in range(2):
        await store.transcript.save(fetched)

    (stored,) = await store.transcript.messages(1)
    assert ("db is slow", ("db is fine",), now) == (stored.text, stored.former, stored.edited_at)


async def test_history_may_be_newer_than_an_early_edit(store: Store, now: datetime, soon: datetime) -> None:
    """If history has a newer text than an edit that arrived before the message, the newer text holds."""
    await store.transcript.edit("C1", ORIGINAL.ts, "db is slow", now)

    await store.transcript.save(
        Message(incident=1, channel="C1", ts=ORIGINAL.ts, user="U1", text="db is down", edited_at=soon)
    )

    (stored,) = await store.transcript.messages(1)
    assert ("db is down", ("db is slow",), soon) == (stored.text, stored.former, stored.edited_at)


async def test_history_may_repeat_an_early_edit(store: Store, now: datetime) -> None:
    """If history has the same text as an edit that arrived earlier, no former text is saved."""
    await store.transcript.edit("C1", ORIGINAL.ts, ORIGINAL.text, now)

    await store.transcript.save(ORIGINAL)

    (stored,) = await store.transcript.messages(1)
    assert (ORIGINAL.text, (), ORIGINAL.files) == (stored.text, stored.former, stored.files)


async def test_an_edit_without_a_new_text_changes_nothing(store: Store, now: datetime) -> None:
    """An edit with the same text changes nothing. Slack sends one when it unfurls a link."""
    await store.transcript.save(ORIGINAL)

    await store.transcript.edit("C1", ORIGINAL.ts, ORIGINAL.text, now)

    assert ORIGINAL == await store.transcript.message("C1", ORIGINAL.ts)


async def test_the_latest_name_of_a_person_is_kept(store: Store) -> None:
    """A later display name replaces the earlier one; other people's names stay."""
    await store.transcript.remember_people({"U1": "Ada", "U2": "Bob"})
    await store.transcript.remember_people({"U1": "Ada L."})

    assert {"U1": "Ada L.", "U2": "Bob"} == await store.transcript.people()
