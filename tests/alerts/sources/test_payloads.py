"""Each captured body of a supported source is parsed exactly as expected."""

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.alerts.sources.alertmanager import fingerprint
from bot.alerts.sources.table import SOURCES

PAYLOADS = Path(__file__).parent / "payloads"
BORROWED = Path(__file__).parents[4] / "shared" / "payloads"
RECEIVED = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
EXPECTED = sorted((PAYLOADS / "expected").glob("*.json"))


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.stem)
def test_a_captured_body_parses_as_expected(expected: Path) -> None:
    """A captured body gives exactly the alerts in the file of expected alerts."""
    source, _, name = expected.stem.partition(".")
    body = PAYLOADS / source / f"{name}.json"
    if not body.exists():
        body = BORROWED / source / f"{name}.json"
    if not body.exists():
        pytest.skip(f"{source}/{name}.json is not ours to ship, and not beside the repository")
    alerts = SOURCES[source](body.read_text(), RECEIVED).alerts
    shown = [json.loads(json.dumps(dataclasses.asdict(alert), default=str)) for alert in alerts]
    assert json.loads(expected.read_text()) == shown


def test_every_real_body_has_an_expectation() -> None:
    """Every captured body has a file of expected alerts."""
    bodies = {f"{body.parent.name}.{body.stem}" for body in PAYLOADS.glob("*/real-*.json")}
    assert bodies == {path.stem for path in EXPECTED} & bodies
    assert bodies


@pytest.mark.parametrize(
    "body", sorted((PAYLOADS / "alertmanager").glob("*.json")), ids=lambda path: path.stem
)
def test_our_fingerprint_is_alertmanagers(body: Path) -> None:
    """The fingerprint that we compute is the one that Alertmanager sends."""
    alerts = json.loads(body.read_text())["alerts"]
    assert [alert["fingerprint"] for alert in alerts] == [fingerprint(alert["labels"]) for alert in alerts]


def test_a_repeat_is_no_change_and_a_resolution_is() -> None:
    """A byte-identical repeat changes nothing; the resolution after it does."""

    def read(name: str) -> str:
        return (PAYLOADS / "alertmanager" / f"real-single-{name}.json").read_text()

    parse = SOURCES["alertmanager"]
    (firing,), (repeat,), (resolved,) = (
        parse(read(name), RECEIVED).alerts for name in ("firing", "repeat", "resolved")
    )
    assert (False, True) == (repeat.changes(firing), resolved.changes(firing))
    assert firing.key == resolved.key
