"""Stored events, effects and messages can be read by this version and by every later one."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from bot.domain.effects import OpenChannel
from bot.domain.escalation.ladder import Need, Rung
from bot.domain.events import IncidentDeclared, SeverityChanged, StatusChanged
from bot.domain.message import Message
from bot.domain.stored_names import stored_name
from bot.domain.vocabulary import Role, Severity, Status
from bot.store import Unreadable
from bot.store.codec import EFFECTS, EVENTS, UPCASTS, Upcast, dump, load, load_effect, load_event, stamp

GOLDEN = Path(__file__).parent / "golden"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def mappings(kind: Any) -> st.SearchStrategy[dict[Any, Any]]:
    """Return dictionaries of the declared types, with any JSON value where the type is `object`."""
    key, value = get_args(kind)
    return st.dictionaries(st.from_type(key), json_values if value is object else st.from_type(value))


# `fold` distinguishes the two equal times when clocks go back, which UTC does not have.
st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(fold=0)))
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(Mapping, mappings)
some_event = st.one_of([st.from_type(kind) for kind in EVENTS.values()])
some_effect = st.one_of([st.from_type(kind) for kind in EFFECTS.values()])


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """A dataclass with mappings whose keys are not text."""

    people: Mapping[Role, str]
    counts: Mapping[int, tuple[float, str | None]]


def stored(name: str) -> list[dict[str, Any]]:
    """Return the rows of a golden file."""
    rows: list[dict[str, Any]] = json.loads((GOLDEN / name).read_text())
    return rows


def as_declared(value: Any) -> Any:
    """Return the value with every number of a float field as a float: 5 is written as 5 and read as 5.0."""
    if isinstance(value, tuple):
        return tuple(map(as_declared, value))
    if not is_dataclass(value) or isinstance(value, type):
        return value
    held = {field: getattr(value, field.name) for field in fields(value)}
    return replace(
        value,
        **{field.name: float(v) if field.type is float else as_declared(v) for field, v in held.items()},
    )


@given(some_event)
def test_every_event_comes_back_as_it_was(event: Any) -> None:
    """An event is read back equal to the one written, and its fields have their declared types."""
    read = load_event(stored_name(type(event)), dump(event))

    assert (event, repr(as_declared(event))) == (read, repr(read))


@given(some_effect)
def test_every_effect_comes_back_as_it_was(effect: Any) -> None:
    """An effect is read back equal to the one written, and its fields have their declared types."""
    assert repr(effect) == repr(load_effect(stored_name(type(effect)), dump(effect)))


@given(st.from_type(Message))
def test_messages_come_back_as_they_were(message: Message) -> None:
    """A message is read back equal to the one written."""
    assert message == load(Message, dump(message))


def _add_missing(file: str, kinds: Mapping[str, type]) -> None:
    """Add the smallest example of each event or effect that has no row."""
    rows = stored(file)
    for name in sorted(set(kinds) - {row["name"] for row in rows}):
        example = find(st.from_type(kinds[name]), lambda _: True)
        rows.append({"name": name, "data": json.loads(dump(example))})
    (GOLDEN / file).write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")


@pytest.mark.parametrize(("file", "kinds"), [("events.json", EVENTS), ("effects.json", EFFECTS)])
def test_golden_files_have_every_name(file: str, kinds: Mapping[str, type]) -> None:
    """Every event and effect has a row in the golden file, and no row is ever removed.

    `make goldens` adds the missing ones.
    """
    if os.environ.get("GOLDENS") == "write":
        _add_missing(file, kinds)
    assert set(kinds) == {row["name"] for row in stored(file)} - set(UPCASTS)


@pytest.mark.parametrize("row", stored("events.json"), ids=lambda row: row["name"])
def test_events_of_the_past_are_read(row: dict[str, Any]) -> None:
    """An event written long ago is still read, with every field it had. Newer fields may have been added."""
    event = load_event(row["name"], json.dumps(row["data"]))

    assert row["data"] == _of_then(json.loads(dump(event)), row["data"])


@pytest.mark.parametrize("row", stored("effects.json"), ids=lambda row: row["name"])
def test_effects_of_the_past_are_read(row: dict[str, Any]) -> None:
    """A job enqueued before an upgrade can be performed after it."""
    effect = load_effect(row["name"], json.dumps(row["data"]))

    assert row["data"] == _of_then(json.loads(dump(effect)), row["data"])


def _of_then(now: Any, then: Any) -> Any:
    """Return `now` without the fields that `then` does not have."""
    if isinstance(then, dict) and isinstance(now, dict):
        return {name: _of_then(value, then[name]) for name, value in now.items() if name in then}
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        return [_of_then(new, old) for new, old in zip(now, then, strict=True)]
    return now


def test_the_types_of_the_oldest_declaration() -> None:
    """Enums, times and tuples are read as such, not as text and lists."""
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


def test_unknown_fields_are_ignored() -> None:
    """An unknown field is ignored, because an older version may run beside a newer one."""
    data = '{"at": "2026-11-20T12:00:00+00:00", "by": "U1", "severity": "sev1", "mood": "calm"}'

    assert SeverityChanged(at=NOON, by="U1", severity=Severity.SEV1) == load_event("SeverityChanged", data)


def test_missing_fields_have_defaults() -> None:
    """A field with a default may be added to an event or effect: data without it is still read."""
    assert OpenChannel() == load_effect("OpenChannel", "{}")


def test_a_retired_name_is_read_through_its_upcast() -> None:
    """A retired name is converted to the current one, if needed by several upcasts in turn."""
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
    """An event with an unknown name raises Unreadable: skipping it would fold a wrong incident."""
    with pytest.raises(
        Unreadable, match=r"'Teleported', which only a newer version of Firstcheck can read. Upgrade"
    ):
        load_event("Teleported", "{}")


@pytest.mark.parametrize("data", ["{}", '{"at": 7}', '{"at": "noon"}', "[]", "7", "{", ""])
def test_broken_data_is_refused_with_a_sentence(data: str) -> None:
    """Damaged data raises Unreadable, and the message names the event."""
    with pytest.raises(Unreadable, match="contains a SeverityChanged that cannot be read"):
        load_event("SeverityChanged", data)


def test_times_are_written_in_utc() -> None:
    """Times are stored in UTC whatever their zone, so that the text sorts as the times do."""
    assert stamp(NOON.astimezone(timezone(timedelta(hours=5)))) == "2026-11-20T12:00:00.000000+00:00"


def test_a_time_without_zone_is_refused() -> None:
    """A time without a time zone is ambiguous and raises ValueError."""
    with pytest.raises(ValueError, match="has no time zone"):
        stamp(NOON.replace(tzinfo=None))


def test_mappings_with_enums_and_numbers_as_keys_come_back() -> None:
    """JSON keys are text; keys of mappings are read back as the enums and numbers they were."""
    ledger = Ledger(people={Role.SCRIBE: "U1"}, counts={3: (1.5, None)})

    assert repr(ledger) == repr(load(Ledger, dump(ledger)))


def test_a_loaded_event_is_written_with_every_field() -> None:
    """Fields that were missing when an event was read are written with their defaults."""
    event = load_event("ChannelLost", '{"at": "2026-11-20T12:00:00+00:00", "why": "is_archived"}')

    assert '"archived":false' in dump(event)


def test_whole_numbers_are_read_as_floats_and_written_as_they_are() -> None:
    """A whole number in a float field is stored without a decimal point and read as an equal float."""
    rung = Rung(after_minutes=5, unless=Need.COMMANDER)

    assert '{"after_minutes":5,"unless":"commander","who":[]}' == dump(rung)
    assert rung == load(Rung, dump(rung))
