"""Reminders of an update, of an incident that stays open, and of gaps in a postmortem."""

from pathlib import Path

import httpx

from bot.config.settings import Settings
from bot.domain import commands, events
from bot.domain.vocabulary import Role, Severity, Status
from tests.stories.clocked import Anywhen, Clocked, clocked, minutes

DAY = 24 * 60


async def reminded(bot: Clocked, what: str) -> list[float | None]:
    """Return the minutes at which the channel was reminded of something."""
    return [minutes(event.at) for event in await bot.events(events.ReminderPosted) if event.what == what]


async def alert(bot: Clocked, name: str, status: str) -> None:
    """Send an alert of INC-1, as a monitor that says nothing about when it began."""
    body = {
        "title": f"{name} fails",
        "fingerprint": name,
        "status": status,
        "severity": "sev3",
        "labels": {"incident_key": "shop"},
    }
    async with httpx.AsyncClient(trust_env=False) as monitor:
        response = await monitor.post(f"{bot.url}/alerts/generic", json=body)
    assert 202 == response.status_code
    await bot.work()


async def test_an_update_is_due(settings: Settings) -> None:
    """A sev1 is reminded after 30 minutes without an update, and again only after another update."""
    async with clocked(settings) as bot:
        await bot.declare()
        await bot.pass_to(50)
        await bot.do(commands.PostUpdate(by="U0ALICE", text="half of them work"))
        await bot.pass_to(120)
        await bot.do(commands.ChangeStatus(by="U0ALICE", status=Status.MONITORING))
        await bot.pass_to(300)

        assert [30, 80] == await reminded(bot, "update")
        assert 2 == sum("No status update" in text for text in await bot.posts())


async def test_an_abandoned_incident_is_reminded(settings: Settings) -> None:
    """An abandoned sev1 is asked for an update once, and whether it is over after a day."""
    async with clocked(settings) as bot:
        await bot.declare()
        await bot.pass_to(DAY + 120)
        assert [30] == await reminded(bot, "update")
        assert [DAY] == await reminded(bot, "open_long")

        await bot.do(commands.AddNote(by="U0ALICE", text="back at work"))
        await bot.pass_to(2 * DAY + 180)
        assert [30, DAY + 150] == await reminded(bot, "update")
        assert [DAY, 2 * DAY + 120] == await reminded(bot, "open_long")


async def test_reminders_depend_on_the_severity(settings: Settings) -> None:
    """A sev2 is reminded of an update after an hour, and a sev3 never."""
    async with clocked(settings) as bot:
        await bot.declare(Severity.SEV3)
        await bot.pass_to(90)
        assert [] == await reminded(bot, "update")

        await bot.do(commands.ChangeSeverity(by="U0ALICE", severity=Severity.SEV2))
        await bot.pass_to(200)
        assert [150] == await reminded(bot, "update")


async def test_an_open_incident_is_reminded_after_a_day(settings: Settings) -> None:
    """An open incident is reminded after a day without activity, across restarts, until it is closed."""
    clock = Anywhen()
    async with clocked(settings, clock) as bot:
        await bot.declare(Severity.SEV4)
        await bot.pass_to(DAY + 1)
    async with clocked(settings, clock, bot.workspace) as bot:
        await bot.do(commands.AddNote(by="U0ALICE", text="still waiting for the vendor"))
        await bot.pass_to(2 * DAY + 1)
        await bot.do(commands.Resolve(by="U0ALICE"))
        await bot.do(commands.Close(by="U0ALICE"))
        await bot.pass_to(4 * DAY)

        assert [DAY, 2 * DAY + 1] == await reminded(bot, "open_long")


async def test_an_abandoned_incident_is_reminded_again(settings: Settings) -> None:
    """While users are affected and nobody posts anything, the reminders come at growing intervals."""
    async with clocked(settings) as bot:
        await bot.declare(Severity.SEV3)
        await bot.pass_to(4 * DAY)

        assert [DAY, 3 * DAY] == await reminded(bot, "open_long")
        first, second = [text for text in await bot.posts() if "Still open" in text]
        assert "*Still open after a day.* Is it over? `/incident resolve what fixed it`." in first
        assert "*Still open after 3 days.*" in second


async def test_a_resolved_incident_that_nobody_closes(settings: Settings) -> None:
    """Two days after the outage nobody has closed INC-1. The commander is asked to, again and again."""
    clock = Anywhen()
    async with clocked(settings, clock) as bot:
        await bot.declare()
        await bot.do(commands.AssignRole(by="U0BOB", role=Role.COMMANDER, person="U0BOB"))
        await bot.pass_to(23 * 60)
        await bot.do(commands.Resolve(by="U0ALICE", resolution="restarted"))
        await bot.pass_to(2 * DAY)
    async with clocked(settings, clock, bot.workspace) as bot:
        await bot.pass_to(30 * DAY)

        resolved = 23 * 60
        assert [resolved + day * DAY for day in (1, 3, 7, 15)] == await reminded(bot, "open_long")
        first, *_ = reminders = [text for text in await bot.posts() if "not closed" in text]
        assert 4 == len(reminders)
        assert first == (
            "<@U0BOB> *Resolved since <!date^1795381200^{date_short_pretty} {time}|2026-11-22 21:00 UTC>, "
            "not closed.* `/incident close` drafts the postmortem."
        )
        assert [] == [text for text in await bot.posts() if "Still open" in text]


async def test_a_closed_incident_gets_no_reminder_to_close_it(settings: Settings) -> None:
    """After the close nobody is asked to close the incident, and after a reopening the days count anew."""
    async with clocked(settings) as bot:
        await bot.declare(Severity.SEV4)
        await bot.do(commands.Resolve(by="U0ALICE"))
        await bot.pass_to(2 * DAY)
        await bot.do(commands.Close(by="U0ALICE"))
        await bot.pass_to(4 * DAY)
        assert [DAY] == await reminded(bot, "open_long")

        await bot.do(commands.Reopen(by="U0ALICE", reason="again"))
        await bot.do(commands.Resolve(by="U0ALICE"))
        await bot.pass_to(5 * DAY + 1)
        assert [DAY, 5 * DAY] == await reminded(bot, "open_long")


async def test_alerts_that_still_fire_after_the_resolution(settings: Settings) -> None:
    """INC-1 was resolved although two alerts still fire. The reminder to close it says so."""
    async with clocked(settings) as bot:
        for name in ("checkout", "search"):
            await alert(bot, name, "firing")
        await bot.do(commands.Resolve(by="U0ALICE"))
        await bot.pass_to(DAY)

        (reminder,) = [text for text in await bot.posts() if "not closed" in text]
        assert reminder.endswith("drafts the postmortem.\n⚠ 2 alerts are still firing.")


async def test_an_incident_that_everybody_left(settings: Settings) -> None:
    """All alerts have ended and everybody has gone. The commander is reminded at growing intervals."""
    async with clocked(settings) as bot:
        await alert(bot, "checkout", "firing")
        await bot.do(commands.AssignRole(by="U0BOB", role=Role.COMMANDER, person="U0BOB"))
        await bot.pass_to(60)
        await alert(bot, "checkout", "resolved")
        await bot.pass_to(30 * DAY)

        assert [DAY, 3 * DAY, 7 * DAY, 15 * DAY] == await reminded(bot, "open_long")
        reminders = [text for text in await bot.posts() if "not resolved" in text]
        (reminder,) = set(reminders)
        assert reminder == (
            "<@U0BOB> *Monitoring since <!date^1795302000^{date_short_pretty} {time}|2026-11-21 23:00 UTC>, "
            "not resolved.* No alert is firing. Is it over? `/incident resolve what fixed it`. "
            "If not, post an update: `/incident update …`"
        )
        assert 4 == len(reminders)


async def test_a_flapping_alert_does_not_silence_the_reminders(settings: Settings) -> None:
    """An alert that comes and goes every twelve hours is not a sign that anybody takes care of INC-1."""
    async with clocked(settings) as bot:
        await alert(bot, "checkout", "firing")
        for half_day in range(1, 9):
            await bot.pass_to(half_day * DAY / 2)
            await alert(bot, "checkout", "resolved" if half_day % 2 else "firing")

        assert [DAY, 3 * DAY] == await reminded(bot, "open_long")


async def test_without_a_commander_everyone_involved_is_mentioned(settings: Settings) -> None:
    """Nobody is incident commander, so the reminder mentions those who were invited or declared it."""
    async with clocked(settings) as bot:
        await bot.declare(Severity.SEV4)
        await bot.do(commands.Resolve(by="U0ALICE"))
        await bot.pass_to(DAY)

        (reminder,) = [text for text in await bot.posts() if "not closed" in text]
        assert reminder.startswith("<@U0BOB> <@U0ALICE> *Resolved since")


async def test_a_reminder_that_no_longer_applies_is_not_posted(settings: Settings) -> None:
    """Slack is down when the reminder is due, and back once the incident is closed: nothing is posted."""
    async with clocked(settings) as bot:
        await bot.declare(Severity.SEV4)
        await bot.do(commands.Resolve(by="U0ALICE"))
        bot.workspace.faults.down = True
        await bot.pass_to(DAY)
        await bot.do(commands.Close(by="U0ALICE"))
        bot.workspace.faults.clear()
        await bot.pass_to(DAY + 60)

        assert [DAY] == await reminded(bot, "open_long")
        assert [] == [text for text in await bot.posts() if "not closed" in text]


async def test_a_postmortem_with_gaps(settings: Settings) -> None:
    """Gaps in a postmortem are reported once, five days after the latest close."""
    async with clocked(settings) as bot:
        await bot.declare(Severity.SEV4)
        for day in (0, 2):
            await bot.pass_to(day * DAY)
            if day:
                await bot.do(commands.Reopen(by="U0ALICE", reason="again"))
            await bot.do(commands.Resolve(by="U0ALICE"))
            await bot.do(commands.Close(by="U0ALICE"))
        await bot.pass_to(20 * DAY)

        assert [7 * DAY] == await reminded(bot, "postmortem")


async def test_a_complete_postmortem_gets_no_reminder(settings: Settings) -> None:
    """No reminder is sent for a complete postmortem."""
    async with clocked(settings) as bot:
        await bot.declare(Severity.SEV4)
        await bot.do(commands.Resolve(by="U0ALICE"))
        await bot.do(commands.Close(by="U0ALICE"))
        # Saved by an old editor, in Latin-1.
        Path((await bot.incident()).follow_up.postmortem_path).write_bytes(
            "All is said at the café.".encode("latin-1")
        )
        await bot.pass_to(20 * DAY)

        assert [] == await reminded(bot, "postmortem")
