"""Nobody moves: the ladder is climbed rung by rung, at night, after a restart, once for each lack."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.config.settings import Settings
from bot.domain import commands, events
from bot.domain.escalation.ladder import Need, Rung
from bot.domain.vocabulary import Role, Severity, Status
from bot.slack.views import commander_question
from tests.stories.clocked import Anywhen, Clocked, clocked, minutes
from tests.stories.openings import DIGEST, told


async def climbed(bot: Clocked) -> list[tuple[float | None, float | None, str]]:
    """Return each rung that nobody answered: when it was due, when it was said, and what lacks."""
    return [
        (minutes(due.due_at), minutes(due.at), due.lack) for due in await bot.events(events.EscalationDue)
    ]


async def shown(bot: Clocked, part: str) -> list[str]:
    """Return the screens in the channel that show `part`."""
    messages = bot.workspace.messages((await bot.incident()).channel.id)
    return [str(message.blocks) for message in messages if part in str(message.blocks)]


#: The usual ladder of a sev1: due, said, and what for.
ALL = [
    (5, 5, Need.COMMANDER),
    (15, 15, Need.UPDATE),
    (30, 30, Need.HYPOTHESIS),
    (60, 60, Need.RELIEF),
]


async def test_everyone_ignores_it(settings: Settings) -> None:
    """Each rung is said in the channel and to its people when it is due, and once."""
    async with clocked(settings) as bot:
        await bot.declare()
        await bot.pass_to(300)

        assert ALL == await climbed(bot)
        said = await bot.said()
        assert 1 == sum("no incident commander yet" in text for text in said)
        assert 3 == sum("Call someone in?" in text for text in said)


async def test_a_mild_one_lets_people_sleep(settings: Settings) -> None:
    """A sev3 asks for a commander and for relief, and a sev4 for nothing."""
    async with clocked(settings) as bot:
        await bot.declare(Severity.SEV3)
        await bot.pass_to(400)
        assert [(30, 30, Need.COMMANDER), (240, 240, Need.RELIEF)] == await climbed(bot)

        await bot.do(commands.ChangeSeverity(by="U0ALICE", severity=Severity.SEV4))
        await bot.pass_to(1000)
        assert 2 == len(await climbed(bot))


async def test_progress_moves_the_rungs(settings: Settings) -> None:
    """A commander ends one, each update begins another wait, and a silence after it is another lack."""
    async with clocked(settings) as bot:
        await bot.declare()
        await bot.pass_to(4)
        await bot.do(commands.AssignRole(by="U0ALICE", role=Role.COMMANDER, person="U0ALICE"))
        await bot.pass_to(10)
        await bot.do(commands.GiveUpdate(by="U0ALICE", text="half of them work"))
        await bot.pass_to(26)
        await bot.do(commands.GiveUpdate(by="U0ALICE", text="most of them work"))
        await bot.pass_to(50)

        assert [(25, 25, Need.UPDATE), (30, 30, Need.HYPOTHESIS), (41, 41, Need.UPDATE)] == await climbed(bot)


async def test_the_question_who_commands_is_answered(settings: Settings) -> None:
    """Its message says who does, whoever that is by now, and has no button any more."""
    async with clocked(settings) as bot:
        await bot.declare()
        await bot.pass_to(6)
        (asked,) = await shown(bot, "No incident commander yet.")
        assert commander_question.TAKE_COMMAND in asked
        await bot.do(commands.AssignRole(by="U0ALICE", role=Role.COMMANDER, person="U0BOB"))
        assert [] == await shown(bot, "No incident commander yet.")
        (answered,) = await shown(bot, "<@U0BOB> is now incident commander.")
        assert commander_question.TAKE_COMMAND not in answered

        await bot.do(commands.AssignRole(by="U0BOB", role=Role.COMMANDER, person="U0CAROL"))
        assert 1 == len(await shown(bot, "<@U0CAROL> is now incident commander."))


async def test_nobody_is_asked_what_is_answered(settings: Settings) -> None:
    """Slack was away, and somebody took command meanwhile by the command line."""
    async with clocked(settings) as bot:
        await bot.declare()
        bot.workspace.faults.down = True
        await bot.pass_to(6)
        await bot.do(commands.AssignRole(by="cli:ada", role=Role.COMMANDER, person="U0BOB"))
        bot.workspace.faults.down = False
        await bot.pass_to(10)

        assert [] == await shown(bot, "Nobody command")


async def test_a_restart_in_the_middle(settings: Settings) -> None:
    """The rungs are rows, not tasks: what was climbed stays so, and the rest follows."""
    clock = Anywhen()
    async with clocked(settings, clock) as bot:
        await bot.declare()
        await bot.pass_to(16)
    async with clocked(settings, clock, bot.workspace) as bot:
        await bot.pass_to(100)

        assert ALL == await climbed(bot)


async def test_a_day_is_lost(settings: Settings) -> None:
    """The clock jumps, or the machine slept: every rung once, late, and both times are kept."""
    async with clocked(settings) as bot:
        await bot.declare()
        bot.clock.at += timedelta(days=1)
        await bot.work()

        day = 24 * 60
        assert [(due, day, lack) for due, _, lack in ALL] == await climbed(bot)


async def test_a_clock_that_is_set_back(settings: Settings) -> None:
    """Nothing happens twice, and what is to come still comes."""
    async with clocked(settings) as bot:
        await bot.declare()
        await bot.pass_to(20)
        bot.clock.at -= timedelta(minutes=15)
        await bot.work()
        await bot.pass_to(100)

        assert [lack for *_, lack in ALL] == [lack for *_, lack in await climbed(bot)]


async def test_a_snooze(settings: Settings) -> None:
    """A snooze pauses escalation. At its end, everything that fell due is done."""
    async with clocked(settings) as bot:
        await bot.declare()
        await bot.do(commands.SnoozeClock(by="U0ALICE", minutes=40, reason="waiting for the vendor"))
        await bot.pass_to(39)
        assert [] == await climbed(bot)
        assert [] == await bot.events(events.ReminderGiven)

        await bot.pass_to(100)
        assert [40, 40, 40, 60] == [at for _, at, _ in await climbed(bot)]


async def test_mitigated_ends_it_and_hurting_begins_it_anew(settings: Settings) -> None:
    """No rung while users feel nothing; the ladder from its foot when they do again."""
    async with clocked(settings) as bot:
        await bot.declare()
        await bot.pass_to(10)
        await bot.do(commands.ChangeStatus(by="U0ALICE", status=Status.MONITORING))
        await bot.pass_to(200)
        assert [5] == [at for _, at, _ in await climbed(bot)]

        await bot.do(commands.ChangeStatus(by="U0ALICE", status=Status.INVESTIGATING))
        await bot.pass_to(300)
        assert [5, 205, 215, 230, 260] == [at for _, at, _ in await climbed(bot)]


async def test_a_person_answers_late(settings: Settings) -> None:
    """What they do is held against when it should have been done."""
    async with clocked(settings) as bot:
        await bot.declare()
        await bot.pass_to(120)
        for who in ("the developers", "the seniors"):
            await bot.do(commands.Escalate(by="U0ALICE", who=who, reason="stuck"))

        made = await bot.events(events.EscalationMade)
        assert [5, 15] == [minutes(event.due_at) for event in made]
        assert [120, 120] == [minutes(event.at) for event in made]


async def test_what_is_said_late_is_said_as_it_is_then(settings: Settings) -> None:
    """After nine hours away it is nine hours without an update; when it should have been said stays known."""
    carol = Rung(after_minutes=15, unless=Need.UPDATE, who=("U0CAROL",))
    alone = Rung(after_minutes=30, unless=Need.HYPOTHESIS)
    ladders = {**settings.ladders, Severity.SEV1: (carol, alone)}
    async with clocked(replace(settings, ladders=ladders)) as bot:
        await bot.declare()
        bot.clock.at += timedelta(hours=9)
        await bot.work()

        (called,) = (text for text in await bot.said() if "scalated to*" in text)
        assert "no update for 9 h" in called
        assert "(due <!date" in called
        (asked,) = (text for text in await bot.said() if "Call someone in?" in text)
        assert "No lead on the cause after 9 h" in asked


async def test_a_second_is_not_late(settings: Settings) -> None:
    """Neither the channel nor the postmortem holds it against anybody."""
    ladders = {
        **settings.ladders,
        Severity.SEV1: (Rung(after_minutes=15, unless=Need.UPDATE, who=("U0CAROL",)),),
    }
    async with clocked(replace(settings, ladders=ladders)) as bot:
        await bot.declare()
        bot.clock.at += timedelta(minutes=15, seconds=1)
        await bot.work()

        (called,) = (text for text in await bot.said() if "scalated to*" in text)
        assert "(due" not in called
        (made,) = await bot.events(events.EscalationMade)
        assert 15 == minutes(made.due_at)
        await bot.do(commands.Resolve(by="U0ALICE"))
        await bot.do(commands.Close(by="U0ALICE"))
        postmortem = Path((await bot.incident()).follow_up.postmortem_path).read_text()
        assert "no update for 15 min | 10:15 PM | 10:15 PM | – |" in postmortem


async def test_a_rung_of_many_is_one_line(settings: Settings) -> None:
    """It names all whom it calls, and only they are told directly, once; the others read it there."""
    who = ("U0CAROL", "U0DAVE", "#incidents", "the vendor")
    rung = Rung(after_minutes=15, unless=Need.UPDATE, who=who)
    async with clocked(replace(settings, ladders={**settings.ladders, Severity.SEV1: (rung,)})) as bot:
        await bot.declare()
        await bot.pass_to(20)

        (called,) = (text for text in await bot.said() if "update for 15 min" in text)
        assert "*Escalated to* <@U0CAROL>, <@U0DAVE>, #incidents: no " in called
        assert "*Asked for* the vendor" in called
        assert {"U0ALICE": 0, "U0BOB": 0, "U0CAROL": 1, "U0DAVE": 1} == {
            person: len(told(bot.workspace, person)) for person in ("U0ALICE", "U0BOB", "U0CAROL", "U0DAVE")
        }
        (elsewhere,) = (m.text for m in bot.workspace.messages(DIGEST) if "no update" in m.text)
        assert "<@U0DAVE>" in elsewhere
