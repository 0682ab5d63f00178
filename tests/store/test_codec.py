"""What is stored can be read again, by this version and by every later one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.effects import OpenChannel
from bot.domain.events import IncidentDeclared, SeverityChanged, StatusChanged
from bot.domain.vocabulary import Role, Severity, Status
from bot.store import Message, Unreadable
from bot.store.codec import EFFECTS, EVENTS, UPCASTS, Upcast, dump, load, load_effect, load_event, stamp

GOLDEN = Path(__file__).parent / "golden"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def mappings(kind: Any) -> st.SearchStrategy[dict[Any, Any]]:
    """Return plain dictionaries; what is `object` to us holds JSON."""
    key, value = get_args(kind)
    return st.dictionaries(st.from_type(key), json_values if value is object else st.from_type(value))


# `fold` tells twins in a change of clocks apart, of which UTC has none.
st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(fold=0)))
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(Mapping, mappings)
some_event = st.one_of([st.from_type(kind) for kind in EVENTS.values()])
some_effect = st.one_of([st.from_type(kind) for kind in EFFECTS.values()])


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """Something with keys that are no text."""

    people: Mapping[Role, str]
    counts: Mapping[int, tuple[float, str | None]]


def stored(name: str) -> list[dict[str, Any]]:
    """Return the rows of a golden file."""
    rows: list[dict[str, Any]] = json.loads((GOLDEN / name).read_text())
    return rows


@given(some_event)
def test_every_event_comes_back_as_it_was(event: Any) -> None:
    """Whatever an event holds, it comes back equal and of the same types."""
    assert repr(event) == repr(load_event(type(event).__name__, dump(event)))


@given(some_effect)
def test_every_effect_comes_back_as_it_was(effect: Any) -> None:
    """Whatever an effect holds, it comes back equal and of the same types."""
    assert repr(effect) == repr(load_effect(type(effect).__name__, dump(effect)))


@given(st.from_type(Message))
def test_messages_come_back_as_they_were(message: Message) -> None:
    """Whatever a message holds, it comes back."""
    assert message == load(Message, dump(message))


@pytest.mark.parametrize(("file", "kinds"), [("events.json", EVENTS), ("effects.json", EFFECTS)])
def test_golden_files_have_every_name(file: str, kinds: Mapping[str, type]) -> None:
    """A new event or effect gets its line in the golden file, and none is ever taken out."""
    assert set(kinds) == {row["name"] for row in stored(file)} - set(UPCASTS)


@pytest.mark.parametrize("row", stored("events.json"), ids=lambda row: row["name"])
def test_events_of_the_past_are_read(row: dict[str, Any]) -> None:
    """What was written once is read for ever, field by field; new fields may have joined."""
    event = load_event(row["name"], json.dumps(row["data"]))

    assert row["data"] == _of_then(json.loads(dump(event)), row["data"])


@pytest.mark.parametrize("row", stored("effects.json"), ids=lambda row: row["name"])
def test_effects_of_the_past_are_read(row: dict[str, Any]) -> None:
    """A job that waits while Firstcheck is upgraded can still be performed."""
    effect = load_effect(row["name"], json.dumps(row["data"]))

    assert row["data"] == _of_then(json.loads(dump(effect)), row["data"])


def _of_then(now: Any, then: Any) -> Any:
    """Return `now` without the fields that `then` did not have yet."""
    if isinstance(then, dict) and isinstance(now, dict):
        return {name: _of_then(value, then[name]) for name, value in now.items() if name in then}
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        return [_of_then(new, old) for new, old in zip(now, then, strict=True)]
    return now


def test_the_oldest_declaration_reads_as_this() -> None:
    """Enums, times and tuples come back as themselves, not as text and lists."""
    row = stored("events.json")[0]
    expected = IncidentDeclared(
        at=datetime(2026, 11, 20, 9, 15, 30, 250000, tzinfo=UTC),
        by="alertmanager",
        title="Checkout fails",
        service="checkout",
        severity=Severity.SEV1,
        key="alertmanager:service=checkout",
        began_at=datetime(2026, 11, 20, 9, 11, 30, 250000, tzinfo=UTC),
        invite=("U02ADA", "S03PAY"),
        reason="rule {'service': 'checkout'}",
        previous=6,
        drill=True,
    )

    assert repr(expected) == repr(load_event(row["name"], json.dumps(row["data"])))


def test_what_a_newer_version_added_is_left_out() -> None:
    """An unknown field does not stop an older version, which may run beside a newer one."""
    data = '{"at": "2026-11-20T12:00:00+00:00", "by": "U1", "severity": "sev1", "mood": "calm"}'

    assert SeverityChanged(at=NOON, by="U1", severity=Severity.SEV1) == load_event("SeverityChanged", data)


def test_what_an_older_version_did_not_write_takes_its_default() -> None:
    """A field may be added to an event as long as it has a default."""
    assert OpenChannel() == load_effect("OpenChannel", "{}")


def test_a_retired_name_is_read_through_its_upcast() -> None:
    """Who retires a name says what it is called now; upcasts may follow one another."""
    upcasts: Mapping[str, Upcast] = {
        "Mitigated": lambda old: ("StateMoved", {**old, "state": "monitoring"}),
        "StateMoved": lambda old: (
            "StatusChanged",
            {"at": old["at"], "by": old["by"], "status": old["state"]},
        ),
    }
    data = '{"at": "2026-11-20T12:00:00+00:00", "by": "U1"}'

    assert StatusChanged(at=NOON, by="U1", status=Status.MONITORING) == load_event("Mitigated", data, upcasts)


def test_an_unknown_name_is_refused_with_a_sentence() -> None:
    """An event cannot be skipped, or the incident would be folded wrong."""
    with pytest.raises(
        Unreadable, match="'Teleported', which only a newer version of Firstcheck knows: upgrade"
    ):
        load_event("Teleported", "{}")


@pytest.mark.parametrize("data", ["{}", '{"at": 7}', '{"at": "noon"}', "[]", "7", "{", ""])
def test_broken_data_is_refused_with_a_sentence(data: str) -> None:
    """Damage in the file is told as what it is."""
    with pytest.raises(Unreadable, match="holds a SeverityChanged that cannot be read"):
        load_event("SeverityChanged", data)


def test_times_are_written_in_utc() -> None:
    """Text sorts as time does, whatever zone it came in."""
    assert stamp(NOON.astimezone(timezone(timedelta(hours=5)))) == "2026-11-20T12:00:00.000000+00:00"


def test_a_time_without_zone_is_refused() -> None:
    """Nobody could say when it was."""
    with pytest.raises(ValueError, match="has no time zone"):
        stamp(NOON.replace(tzinfo=None))


def test_mappings_with_enums_and_numbers_as_keys_come_back() -> None:
    """JSON has no keys but text; ours come back as they were."""
    ledger = Ledger(people={Role.SCRIBE: "U1"}, counts={3: (1.5, None)})

    assert repr(ledger) == repr(load(Ledger, dump(ledger)))
