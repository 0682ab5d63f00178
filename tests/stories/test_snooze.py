"""A snooze lasts as long as it says, whatever the alert does meanwhile."""

from collections.abc import AsyncIterator

import httpx
import pytest

from bot.config.settings import Settings
from bot.domain import commands, events
from bot.domain.vocabulary import Severity, Status
from tests.stories.clocked import Anywhen, Clocked, clocked, minutes

VENDOR = commands.SnoozeEscalation(by="U0ALICE", minutes=120, reason="waiting for the vendor")


@pytest.fixture
async def bot(settings: Settings) -> AsyncIterator[Clocked]:
    """A bot whose sev1 INC-1 was opened by an alert, and snoozed for two hours by Alice after a minute."""
    async with clocked(settings) as bot:
        await alert(bot, "firing")
        await bot.pass_to(1)
        await bot.do(VENDOR)
        yield bot


async def alert(bot: Clocked, status: str) -> None:
    """Send the alert of checkout, as a monitor that says nothing about when it began."""
    body = {"title": "checkout fails", "fingerprint": "checkout", "severity": "sev1", "status": status}
    async with httpx.AsyncClient(trust_env=False) as monitor:
        response = await monitor.post(f"{bot.url}/alerts/generic", json=body)
    assert 202 == response.status_code
    await bot.work()


async def flap(bot: Clocked, *at: float) -> None:
    """Let the alert resolve at each of the minutes, and fire again two minutes later."""
    for minute in at:
        await bot.pass_to(minute)
        await alert(bot, "resolved")
        await bot.pass_to(minute + 2)
        await alert(bot, "firing")


async def nags(bot: Clocked) -> list[float]:
    """Return the minutes at which people were escalated to or reminded."""
    kinds = (events.EscalationDue, events.EscalationMade, events.ReminderPosted)
    found = [event for kind in kinds for event in await bot.events(kind)]
    return sorted(minutes(event.at) or 0 for event in found)


@pytest.mark.parametrize("flaps", [(10,), (10, 20, 30), (50, 110)])
async def test_a_snooze_outlasts_a_flapping_alert(bot: Clocked, flaps: tuple[float, ...]) -> None:
    """The alert flaps, but nobody hears of INC-1 before the snooze ends. Then overdue rungs are reached."""
    await flap(bot, *flaps)
    assert Status.INVESTIGATING is (await bot.incident()).status
    await bot.pass_to(120)
    assert [] == await nags(bot)

    await bot.pass_to(200)
    assert 121 == (await nags(bot))[0]


async def test_a_returning_alert_shows_the_snooze(bot: Clocked) -> None:
    """When the alert fires again, its announcement says until when nobody is called."""
    await flap(bot, 10)

    (again,) = [text for text in await bot.posts() if "an alert fired again" in text]
    assert again.endswith("Escalation stays paused until <!date^1795305660^{time}|00:01 UTC>.")


async def test_a_snooze_outlasts_a_mitigation_that_did_not_hold(bot: Clocked) -> None:
    """Alice reports it mitigated and then that it is back. The vendor still works on it: the snooze holds."""
    await bot.pass_to(20)
    await bot.do(commands.ChangeStatus(by="U0ALICE", status=Status.MONITORING))
    await bot.pass_to(30)
    await bot.do(commands.ChangeStatus(by="U0ALICE", status=Status.INVESTIGATING, note="it is back"))
    await bot.do(commands.ChangeSeverity(by="U0ALICE", severity=Severity.SEV2))
    await bot.pass_to(120)

    assert [] == await nags(bot)


async def test_a_snooze_outlasts_a_restart(settings: Settings) -> None:
    """The process ends between the end of the alert and its return, and the snooze still holds."""
    clock = Anywhen()
    async with clocked(settings, clock) as bot:
        await alert(bot, "firing")
        await bot.do(VENDOR)
        await bot.pass_to(10)
        await alert(bot, "resolved")
    async with clocked(settings, clock, bot.workspace) as bot:
        await bot.pass_to(12)
        await alert(bot, "firing")
        await bot.pass_to(119)
        assert [] == await nags(bot)

        await bot.pass_to(121)
        assert [120] == [*dict.fromkeys(await nags(bot))]


async def test_a_snooze_ends_with_the_incident(bot: Clocked) -> None:
    """A snooze was for the outage that Alice resolved. If the incident is reopened, people are called."""
    await bot.pass_to(10)
    await bot.do(commands.Resolve(by="U0ALICE", resolution="the vendor is back"))
    await bot.do(commands.Close(by="U0ALICE"))
    await bot.pass_to(20)
    await bot.do(commands.Reopen(by="U0ALICE", reason="it is back"))
    await bot.pass_to(40)

    assert 25 == (await nags(bot))[0]


async def test_a_shorter_snooze_replaces_a_longer_one(bot: Clocked) -> None:
    """Alice shortens the snooze to ten minutes, and the overdue reminder comes when it ends."""
    await bot.pass_to(50)
    await bot.do(commands.SnoozeEscalation(by="U0ALICE", minutes=10, reason="the vendor is back"))
    await bot.pass_to(70)

    assert 60 == (await nags(bot))[0]
    assert [60] == [minutes(event.at) for event in await bot.events(events.ReminderPosted)]
