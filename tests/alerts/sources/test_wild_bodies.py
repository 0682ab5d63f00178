"""Any body is parsed to alerts or refused with a sentence. No other exception is raised."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.sources.reading import Unparseable
from bot.alerts.sources.table import SOURCES

RECEIVED = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FIELDS = [
    "alerts",
    "status",
    "state",
    "labels",
    "annotations",
    "groupLabels",
    "truncatedAlerts",
    "startsAt",
    "starts_at",
    "endsAt",
    "ends_at",
    "fingerprint",
    "dedup_key",
    "id",
    "title",
    "summary",
    "message",
    "name",
    "url",
    "generatorURL",
    "service",
    "severity",
    "alertname",
]

plain = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.sampled_from(["firing", "resolved", "2026-11-22T11:23:08.755647123Z", "0001-01-01T00:00:00+14:00"])
)
names = st.sampled_from(FIELDS) | st.text(st.characters(), max_size=5)
wild = st.recursive(plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner))
alerts = st.dictionaries(names, wild)


@pytest.mark.parametrize("source", SOURCES)
@given(content=wild | st.fixed_dictionaries({"alerts": st.lists(alerts)}), in_ascii=st.booleans())
def test_wild_json(source: str, content: Any, in_ascii: bool) -> None:
    """Any JSON, with NaN and lone surrogates too, gives alerts that can be stored, or Unparseable."""
    with suppress(Unparseable):
        for alert in SOURCES[source](json.dumps(content, ensure_ascii=in_ascii), RECEIVED).alerts:
            assert alert.title
            assert alert.fingerprint
            assert alert.starts_at.utcoffset() == RECEIVED.utcoffset()
            assert alert.starts_at <= RECEIVED
            repr(alert).encode()


@pytest.mark.parametrize("source", SOURCES)
def test_no_alert_starts_after_its_receipt(source: str) -> None:
    """If a sender's clock is fast, the alert starts when it is received."""
    ahead = {"status": "firing", "title": "Logins fail", "labels": {"alertname": "LoginsFail"}}
    body = {"alerts": [ahead | {"startsAt": at} for at in ("2150-01-01T00:00:00Z", "2026-11-22T12:00:01Z")]}

    assert [RECEIVED] * 2 == [alert.starts_at for alert in SOURCES[source](json.dumps(body), RECEIVED).alerts]


@pytest.mark.parametrize("source", SOURCES)
@given(body=st.binary())
def test_wild_bytes(source: str, body: bytes) -> None:
    """Bytes that are not UTF-8 become escapes, and then alerts or Unparseable."""
    with suppress(Unparseable):
        SOURCES[source](body.decode("utf-8", "backslashreplace"), RECEIVED)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "The body is empty."),
        (" \n", "The body is empty."),
        ("<html>", "The body is not valid JSON: Expecting value: line 1 column 1 (char 0)."),
        ("7", "The body must be an object, not a number."),
        ("[" * 100_000, "The body is nested too deeply."),
        ('{"a": ' * 100_000, "The body is nested too deeply."),
        ('{"a": "\\xff"}', "The body is not valid JSON: Invalid \\escape: line 1 column 8 (char 7)."),
    ],
)
def test_invalid_json_is_reported(source: str, body: str, sentence: str) -> None:
    """Invalid JSON is reported in a sentence that says where."""
    with pytest.raises(Unparseable) as refused:
        SOURCES[source](body, RECEIVED)
    assert sentence == str(refused.value)


@pytest.mark.parametrize("source", SOURCES)
def test_a_number_of_five_thousand_digits(source: str) -> None:
    """A number that is too long for Python is Unparseable."""
    with pytest.raises(Unparseable, match="not valid JSON: Exceeds the limit"):
        SOURCES[source]('{"id": ' + "9" * 5000 + "}", RECEIVED)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("ornament", ["NaN", "-Infinity", '{"b": 1, "b": 2}', '"a\nb"', "[[[[[[1]]]]]]"])
def test_an_alert_does_not_fail_for_its_ornaments(source: str, ornament: str) -> None:
    """Values that JSON does not have, duplicate keys and raw newlines do not make an alert unreadable."""
    alert = f'{{"title": "x", "labels": {{"alertname": "x", "a": {ornament}}}, "annotations": {ornament}}}'
    (read,) = SOURCES[source](f'{{"alerts": [{alert}]}}', RECEIVED).alerts
    assert "x" == read.title
