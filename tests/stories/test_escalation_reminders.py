"""What people forget: an update, an incident that stays open, a postmortem with gaps; each said once."""

from pathlib import Path

from bot.config.settings import Settings
from bot.domain import commands, events
from bot.domain.vocabulary import Severity, Status
from tests.stories.clocked import Anywhen, Clocked, clocked, minutes

DAY = 24 * 60


async def reminded(bot: Clocked, what: str) -> list[float | None]:
    """Return when the channel was reminded of that, in minutes."""
    return [minutes(event.at) for event in await bot.events(events.ReminderGiven) if event.what == what]


async def test_an_update_is_due(settings: Settings) -> None:
    """After half an hour of silence in a sev1, and again only once somebody has said something since."""
    async with clocked(settings) as bot:
        await bot.declare()
        await bot.pass_to(50)
        await bot.do(commands.GiveUpdate(by="U0ALICE", text="half of them work"))
        await bot.pass_to(120)
        await bot.do(commands.ChangeStatus(by="U0ALICE", status=Status.MONITORING))
        await bot.pass_to(300)

        assert [30, 80] == await reminded(bot, "update")
        assert 2 == sum("No status update" in text for text in await bot.said())


async def test_nobody_is_there(settings: Settings) -> None:
    """A sev1 that nobody touches is reminded of each once, however long it lasts: nobody reads more."""
    async with clocked(settings) as bot:
        await bot.declare()
        await bot.pass_to(DAY + 120)
        assert [30] == await reminded(bot, "update")
        assert [DAY] == await reminded(bot, "open_long")

        await bot.do(commands.AddNote(by="U0ALICE", text="back at work"))
        await bot.pass_to(2 * DAY + 180)
        assert [30, DAY + 150] == await reminded(bot, "update")
        assert [DAY, 2 * DAY + 120] == await reminded(bot, "open_long")


async def test_what_is_worse_is_reminded_of_sooner(settings: Settings) -> None:
    """A sev2 hears of it after an hour, and a sev3 never."""
    async with clocked(settings) as bot:
        await bot.declare(Severity.SEV3)
        await bot.pass_to(90)
        assert [] == await reminded(bot, "update")

        await bot.do(commands.ChangeSeverity(by="U0ALICE", severity=Severity.SEV2))
        await bot.pass_to(200)
        assert [150] == await reminded(bot, "update")


async def test_it_stays_open(settings: Settings) -> None:
    """After a day, and a day after somebody came back to it, until it is over; a restart changes nothing."""
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
    """Five days after the close, once; after it was reopened, five days after the next."""
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


async def test_a_postmortem_that_is_done(settings: Settings) -> None:
    """Nobody is reminded of it."""
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
