"""The intake: what a body changes, and which incident its alerts belong to."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.alerts.intake import Intake
from bot.config.settings import Settings
from bot.domain import commands
from bot.domain.incident.incident import Incident
from bot.domain.rules.correlation import REOPEN_WITHIN
from bot.domain.vocabulary import Severity, Status
from bot.engine.record import Recorder
from bot.store import open_store

PAYLOADS = Path(__file__).parent / "sources" / "payloads" / "alertmanager"
FIRED = datetime.fromisoformat("2026-11-22T11:23:08.755647Z")


def real(name: str) -> str:
    """Return a captured body."""
    return (PAYLOADS / f"real-{name}.json").read_text()


def varied(name: str, **changed: Any) -> str:
    """Return a captured body of one alert with fields of the alert changed; `labels` are added to its own."""
    body = json.loads(real(name))
    (alert,) = body["alerts"]
    labels = {**alert["labels"], **changed.pop("labels", {})}
    alert |= {**changed, "labels": labels}
    return json.dumps(body)


@dataclass
class Desk:
    """An intake with a clock that the test moves."""

    intake: Intake
    now: datetime = field(default=FIRED + timedelta(minutes=5))

    async def take(self, *bodies: str) -> None:
        """Save bodies in the journal and process them."""
        store = self.intake.recorder.store
        for body in bodies:
            await store.journal.append("alertmanager", {}, body, self.now)
        await self.intake.work()

    async def incident(self, number: int = 1) -> Incident:
        """Return an incident."""
        return await self.intake.recorder.load(number)

    async def count(self) -> int:
        """Return the number of incidents."""
        return len(await self.intake.recorder.store.log.incidents())

    async def people_say(self, *issued: commands.AnyCommand) -> None:
        """Record commands on INC-1."""
        for command in issued:
            await self.intake.recorder.record(command, 1)


@pytest.fixture
async def desk(settings: Settings) -> AsyncIterator[Desk]:
    """An intake on an empty store."""
    store = await open_store(settings.database)
    desk = Desk(Intake(recorder=Recorder(store), settings=settings))
    desk.intake.recorder.clock = lambda: desk.now
    yield desk
    await store.close()


async def test_a_firing_alert_opens_an_incident(desk: Desk) -> None:
    """A firing alert opens an incident with its title, service, severity and start."""
    await desk.take(real("single-firing"))

    incident = await desk.incident()
    assert ("5xx rate 12% on checkout", "checkout") == (incident.title, incident.service)
    assert (Severity.SEV1, Status.INVESTIGATING) == (incident.severity, incident.status)
    assert (FIRED, desk.now) == (incident.impact.began_at, incident.declared_at)
    assert {"U0ALICE", "U0BOB"} == set(incident.people)


@pytest.mark.parametrize("name", ["single", "group3"])
async def test_repeats_and_retries_change_nothing(desk: Desk, name: str) -> None:
    """Byte-identical repeats change nothing, however many arrive and however late."""
    await desk.take(real(f"{name}-firing"))
    before = await desk.incident()
    await desk.take(*[real(f"{name}-repeat")] * 5)
    desk.now += timedelta(hours=5)
    await desk.take(*[real(f"{name}-repeat")] * 5)

    assert before == await desk.incident()
    assert 1 == await desk.count()


async def test_the_last_resolution_sets_monitoring(desk: Desk) -> None:
    """The incident is monitoring once all alerts have resolved, not while some are still firing."""
    await desk.take(real("group3-firing"))
    await desk.take(real("group3-partial-resolved"))
    assert Status.INVESTIGATING is (await desk.incident()).status
    await desk.take(real("group-all-resolved"))

    incident = await desk.incident()
    assert (Status.MONITORING, True) == (incident.status, incident.all_alerts_resolved)


async def test_a_late_retry_of_a_firing_reopens_nothing(desk: Desk) -> None:
    """Outdated bodies that Alertmanager retries after the resolution change nothing."""
    await desk.take(real("single-firing"), real("single-resolved"))
    before = await desk.incident()
    await desk.take(real("single-repeat"), real("single-firing"), real("single-resolved"))

    assert before == await desk.incident()
    assert Status.MONITORING is before.status


async def test_firing_again_sets_investigating(desk: Desk) -> None:
    """If a resolved alert fires again with a later start, the incident is investigating again."""
    await desk.take(real("single-firing"), real("single-resolved"))
    await desk.take(varied("single-firing", startsAt="2026-11-22T11:40:00Z"))

    incident = await desk.incident()
    assert (Status.INVESTIGATING, False) == (incident.status, incident.all_alerts_resolved)
    assert 1 == await desk.count()


@pytest.mark.parametrize("name", ["single-resolved", "group-all-resolved"])
async def test_the_resolution_of_an_unknown_alert_opens_nothing(desk: Desk, name: str) -> None:
    """The resolution of an unknown alert opens no incident, and its row is processed."""
    await desk.take(real(name))

    assert 0 == await desk.count()
    counts = await desk.intake.recorder.store.journal.counts()
    assert {"accepted": 1, "processed": 1, "quarantined": 0, "pending": 0} == counts


async def test_alerts_only_raise_the_severity(desk: Desk) -> None:
    """An alert with a higher severity raises the incident's; one with a lower severity only joins."""
    await desk.take(varied("single-firing", labels={"severity": "warning"}))
    assert Severity.SEV3 is (await desk.incident()).severity
    await desk.take(varied("single-firing", fingerprint="b", labels={"severity": "critical"}))
    assert Severity.SEV1 is (await desk.incident()).severity
    await desk.take(varied("single-firing", fingerprint="c", labels={"severity": "info"}))

    incident = await desk.incident()
    assert (Severity.SEV1, 3, 1) == (incident.severity, len(incident.alerts), await desk.count())


async def test_the_highest_severity_of_a_body_counts(desk: Desk) -> None:
    """The severity is the highest one of the firing alerts in a body, not that of the first."""
    body = json.loads(real("group3-firing"))
    for alert, severity in zip(body["alerts"], ("info", "critical", "warning"), strict=True):
        alert["labels"]["severity"] = severity
    await desk.take(json.dumps(body))

    assert Severity.SEV1 is (await desk.incident()).severity


async def test_resolved_alerts_do_not_set_the_severity(desk: Desk) -> None:
    """The severity of a resolved alert in a body does not count."""
    body = json.loads(real("group3-partial-resolved"))
    over = [alert for alert in body["alerts"] if alert["status"] == "resolved"]
    fires = [alert for alert in body["alerts"] if alert["status"] == "firing"]
    for alert in over + fires:
        alert["labels"]["severity"] = "critical" if alert in over else "info"
    body["alerts"] = over + fires
    await desk.take(json.dumps(body))

    assert (1, Severity.SEV4) == (len(over), (await desk.incident()).severity)


async def test_one_body_can_open_several_incidents(desk: Desk) -> None:
    """The label incident_key overrides the sender's grouping."""
    body = json.loads(real("group3-firing"))
    for alert, key in zip(body["alerts"], ("rack-1", "rack-2", "rack-1"), strict=True):
        alert["labels"]["incident_key"] = key
    await desk.take(json.dumps(body))

    assert 2 == await desk.count()
    assert [2, 1] == [len((await desk.incident(number)).alerts) for number in (1, 2)]


async def test_firing_soon_after_the_close_reopens(desk: Desk) -> None:
    """An alert that fires soon after the close reopens the incident."""
    await desk.take(real("single-firing"), real("single-resolved"))
    await desk.people_say(commands.Resolve(by="U1"), commands.Close(by="U1"))
    desk.now += REOPEN_WITHIN - timedelta(seconds=1)
    await desk.take(varied("single-firing", startsAt=desk.now.isoformat()))

    assert (1, False) == (await desk.count(), (await desk.incident()).status.is_over)


async def test_firing_long_after_the_close_opens_another_incident(desk: Desk) -> None:
    """The new incident links to the previous one, and later alerts join the new one."""
    await desk.take(real("single-firing"), real("single-resolved"))
    await desk.people_say(commands.Resolve(by="U1"), commands.Close(by="U1"))
    desk.now += REOPEN_WITHIN
    starts_at = desk.now.isoformat()
    await desk.take(varied("single-firing", startsAt=starts_at))
    await desk.take(varied("single-firing", startsAt=starts_at, fingerprint="b"))

    incident = await desk.incident(2)
    assert (2, 1, 2) == (await desk.count(), incident.previous, len(incident.alerts))
    assert Status.CLOSED is (await desk.incident(1)).status


async def test_firing_after_a_false_alarm_opens_another_incident(desk: Desk) -> None:
    """After a cancelled incident a new firing opens another one."""
    await desk.take(real("single-firing"), real("single-resolved"))
    await desk.people_say(commands.Cancel(by="U1", reason="a test"))
    await desk.take(varied("single-firing", startsAt=desk.now.isoformat()))

    assert (2, 1) == (await desk.count(), (await desk.incident(2)).previous)


async def test_unreadable_bodies_are_quarantined_and_can_be_retried(desk: Desk) -> None:
    """Unreadable bodies are quarantined with the reason, block no others, and can be retried."""
    await desk.take("[" * 100_000, '{"alerts": [{"status": "melting"}]}', real("single-firing"))
    store = desk.intake.recorder.store

    assert {"accepted": 3, "processed": 1, "quarantined": 2, "pending": 0} == await store.journal.counts()
    assert 1 == await desk.count()
    newest, oldest = await store.journal.quarantined()
    assert "alerts[0] needs a `summary` or `title` annotation, or at least one label." == newest.detail
    assert await store.journal.retry(oldest.id)
    assert 1 == (await store.journal.counts())["pending"]
    await desk.intake.work()
    assert {"accepted": 3, "processed": 1, "quarantined": 2, "pending": 0} == await store.journal.counts()


async def test_a_backlog_is_processed_in_order(desk: Desk) -> None:
    """Bodies for one incident that pile up during a downtime are processed in order."""
    again = varied("single-firing", startsAt="2026-11-22T11:24:00Z")
    await desk.take(real("single-firing"), real("single-resolved"), again, real("group3-firing"))

    first, second = await desk.incident(1), await desk.incident(2)
    statuses = {first.service: first.status, second.service: second.status}
    assert Status.INVESTIGATING is statuses["checkout"]
    assert 2 == await desk.count()


async def test_racing_alerts_join_one_incident(desk: Desk, settings: Settings) -> None:
    """Alerts of one group that two replicas process at once end up in one incident."""
    bodies = [varied("single-firing", fingerprint=f"f{n}") for n in range(8)]
    store = await open_store(settings.database)
    try:
        replica = Intake(recorder=Recorder(store), settings=settings)
        for body in bodies:
            await store.journal.append("alertmanager", {}, body, desk.now)
        await asyncio.gather(desk.intake.work(), replica.work(), desk.intake.work(), replica.work())
    finally:
        await store.close()

    assert (1, 8) == (await desk.count(), len((await desk.incident()).alerts))


async def test_a_storm_is_processed_completely(desk: Desk) -> None:
    """Hundreds of bodies at once are all processed, with one incident per key."""
    bodies = [
        varied("single-firing", fingerprint=f"f{n}", labels={"incident_key": f"key-{n % 20}"})
        for n in range(240)
    ]
    await desk.take(*bodies)

    counts = await desk.intake.recorder.store.journal.counts()
    assert {"accepted": 240, "processed": 240, "quarantined": 0, "pending": 0} == counts
    assert 20 == await desk.count()
    assert [12] * 20 == [len((await desk.incident(number)).alerts) for number in range(1, 21)]
