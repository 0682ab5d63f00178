"""Alerts that keep firing, resolve or fire again after people have resolved, closed or cancelled."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from typing import Any

import pytest

from bot.config.settings import Settings
from bot.domain.vocabulary import Status
from bot.web.server import serve_app
from bot.workspace import Workspace
from tests.stories.investigating import ALICE, TEN, Clock, Search, searching

DAY = 24 * 60


class Alerted(Search):
    """An incident that an alert opened, with a monitor that reports the alert's state."""

    async def alert(self, source: str, **changed: Any) -> None:
        """Report the alert as firing since ten o'clock, or with these fields changed."""
        if source == "alertmanager":
            alert = {
                "status": "firing",
                "labels": {"alertname": "LoginsFail", "service": "auth"},
                "startsAt": TEN.isoformat(),
                **changed,
            }
            body = {"version": "4", "groupLabels": {"alertname": "LoginsFail"}, "alerts": [alert]}
        else:
            body = {"title": "Logins fail", "dedup_key": "logins", **changed}
        await self.bot.store.journal.append(source, {}, json.dumps(body), self.clock.now())
        await self.settle()

    async def statuses(self) -> list[Status]:
        """Return the incidents' statuses, oldest first."""
        return [row.status for row in reversed(await self.bot.store.log.incidents())]

    def posted(self) -> str:
        """Return everything the bot posted in all channels."""
        return "\n".join(
            str(message.blocks)
            for channel in self.workspace.channels
            for message in self.workspace.messages(channel)
        )


@pytest.fixture
async def alerted(settings: Settings) -> AsyncIterator[Alerted]:
    """A bot with its own clock, which shows ten o'clock."""
    clock = Clock(TEN)
    workspace = Workspace(clock=clock.seconds)
    async with serve_app(workspace.asgi), searching(settings, workspace, clock) as search:
        yield Alerted(bot=search.bot, workspace=workspace, clock=clock)


def later(minutes: float) -> str:
    """Return the time so many minutes after ten, as a monitor writes it."""
    return (TEN + timedelta(minutes=minutes)).astimezone(UTC).isoformat()


@pytest.mark.parametrize("source", ["alertmanager", "generic"])
async def test_it_fires_again_a_day_after_a_false_alarm(alerted: Alerted, source: str) -> None:
    """Copies of a cancelled episode are silent. A day later the next one opens an incident that names it."""
    start = {"startsAt": later(0)} if source == "generic" else {}
    await alerted.alert(source, **start)
    await alerted.wait(5)
    await alerted.types(ALICE, "cancel a deploy, not an outage")
    await alerted.alert(source, **start)
    assert [Status.CANCELLED] == await alerted.statuses()
    await alerted.alert(source, status="resolved", endsAt=later(10), **start)
    await alerted.wait(DAY)
    await alerted.alert(source, startsAt=later(DAY))

    assert [Status.CANCELLED, Status.INVESTIGATING] == await alerted.statuses()
    assert "previous: INC-1" in alerted.posted()
    assert "1 alert is still firing. Repeats are ignored." in alerted.posted()


@pytest.mark.parametrize("source", ["alertmanager", "generic"])
async def test_the_resolution_after_a_false_alarm_never_arrives(alerted: Alerted, source: str) -> None:
    """A later start is a new episode even if the resolution of the cancelled one was never reported."""
    await alerted.alert(source, startsAt=later(0))
    await alerted.types(ALICE, "cancel a deploy, not an outage")
    await alerted.wait(DAY)
    await alerted.alert(source, startsAt=later(DAY))

    assert [Status.CANCELLED, Status.INVESTIGATING] == await alerted.statuses()


async def test_a_monitor_without_start_times_resolves_after_a_false_alarm(alerted: Alerted) -> None:
    """Without start times, the resolution ends the cancelled episode, and the next firing is a new one."""
    await alerted.alert("generic")
    await alerted.types(ALICE, "cancel a deploy, not an outage")
    for _ in range(3):
        await alerted.wait(1)
        await alerted.alert("generic", timestamp=later(alerted.clock.now().minute))
    silent = await alerted.statuses()
    await alerted.alert("generic", status="ok")
    await alerted.wait(1)
    await alerted.alert("generic")

    assert ([Status.CANCELLED], [Status.CANCELLED, Status.INVESTIGATING]) == (
        silent,
        await alerted.statuses(),
    )


@pytest.mark.parametrize("source", ["alertmanager", "generic"])
@pytest.mark.parametrize("minutes", [40, 10])
async def test_a_repeat_after_the_close(alerted: Alerted, source: str, minutes: int) -> None:
    """An alert that still fires reopens the incident soon after the close, and opens a new one later."""
    await alerted.alert(source)
    await alerted.wait(5)
    answers = [await alerted.types(ALICE, words) for words in ("resolve restarted it", "close")]
    await alerted.wait(minutes)
    await alerted.alert(source)
    await alerted.alert(source)

    posted = alerted.posted()
    assert ["", ""] == answers
    assert 2 == posted.count("1 alert is still firing.")
    assert "A repeat within 30 min reopens this incident. A later repeat opens a new incident." in posted
    if minutes < 30:
        assert [Status.INVESTIGATING] == await alerted.statuses()
        assert "reopened *INC-1*: an alert is still firing" in posted
    else:
        assert [Status.CLOSED, Status.INVESTIGATING] == await alerted.statuses()


async def test_the_resolution_comes_long_after_the_close(alerted: Alerted) -> None:
    """A resolution after the close is recorded, posts nothing, and lets a later firing open an incident."""
    await alerted.alert("generic")
    await alerted.types(ALICE, "resolve restarted it")
    await alerted.types(ALICE, "close")
    await alerted.wait(60)
    before = alerted.posted()
    await alerted.alert("generic", status="ok")
    after = alerted.posted()
    await alerted.wait(DAY)
    await alerted.alert("generic")

    assert before == after
    assert (await alerted.incident()).all_alerts_resolved
    assert [Status.CLOSED, Status.INVESTIGATING] == await alerted.statuses()


async def test_a_resolved_incident_whose_alert_repeats(alerted: Alerted) -> None:
    """A repeat after the resolve changes nothing, as the channel already says that the alert is firing."""
    await alerted.alert("generic")
    await alerted.types(ALICE, "resolve restarted it")
    await alerted.alert("generic")

    assert [Status.RESOLVED] == await alerted.statuses()
    assert 1 == alerted.posted().count("1 alert is still firing.")


async def test_an_answer_elsewhere_says_what_is_still_firing(alerted: Alerted) -> None:
    """Somebody who resolves the incident from another channel reads that an alert is still firing."""
    await alerted.alert("generic")
    answered = await alerted.workspace.command(ALICE, "C0GENERAL", "/incident", "INC-1 resolve restarted it")

    assert "INC-1 is resolved. ⚠ 1 alert is still firing." in str(answered.ephemeral)
