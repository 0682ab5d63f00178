"""Reminders of an update, of an incident that stays open and of gaps in a postmortem, each sent once."""

from pathlib import Path

from bot.config.settings import Settings
from bot.domain import commands, events
from bot.domain.vocabulary import Severity, Status
from tests.stories.clocked import Anywhen, Clocked, clocked, minutes

DAY = 24 * 60


async def reminded(bot: Clocked, what: str) -> list[float | None]:
    """Return the minutes at which the channel was reminded of something."""
    return [minutes(event.at) for event in await bot.events(events.ReminderPosted) if event.what == what]


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


async def test_an_abandoned_incident_is_reminded_once(settings: Settings) -> None:
    """An abandoned sev1 gets each reminder once, however long it stays open."""
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
