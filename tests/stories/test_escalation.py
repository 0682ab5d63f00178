"""Without progress, each rung is reached once per unmet need, also after restarts."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.config.settings import Settings
from bot.domain import commands, events
from bot.domain.escalation.ladder import Need, Rung
from bot.domain.vocabulary import Role, Severity, Status
from bot.slack.views import commander_question
from tests.stories.clocked import Anywhen, Clocked, clocked, minutes
from tests.stories.openings import DIGEST, direct_messages


async def climbed(bot: Clocked) -> list[tuple[float | None, float | None, str]]:
    """Return each unanswered rung: when it was due, when it was announced, and its unmet need."""
    return [
        (minutes(due.due_at), minutes(due.at), due.lack) for due in await bot.events(events.EscalationDue)
    ]


async def screens(bot: Clocked, part: str) -> list[str]:
    """Return the screens in the channel that contain `part`."""
    messages = bot.workspace.messages((await bot.incident()).channel.id)
    return [str(message.blocks) for message in messages if part in str(message.blocks)]


#: The default ladder of a sev1: minutes when a rung is due and announced, and the unmet need.
ALL = [
    (5, 5, Need.COMMANDER),
    (15, 15, Need.UPDATE),
    (30, 30, Need.HYPOTHESIS),
    (60, 60, Need.RELIEF),
]


async def test_ignored_rungs_are_announced_once(settings: Settings) -> None:
    """Each rung is announced once, on time, in the channel and to its recipients."""
    async with clocked(settings) as bot:
        await bot.declare()
        await bot.pass_to(300)

        assert ALL == await climbed(bot)
        texts = await bot.posts()
        assert 1 == sum("no incident commander yet" in text for text in texts)
        assert 3 == sum("Escalate?" in text for text in texts)


async def test_low_severities_escalate_less(settings: Settings) -> None:
    """A sev3 escalates for a commander and for user impact, and a sev4 for nothing."""
    async with clocked(settings) as bot:
        await bot.declare(Severity.SEV3)
        await bot.pass_to(400)
        assert [(30, 30, Need.COMMANDER), (240, 240, Need.RELIEF)] == await climbed(bot)

        await bot.do(commands.ChangeSeverity(by="U0ALICE", severity=Severity.SEV4))
        await bot.pass_to(1000)
        assert 2 == len(await climbed(bot))


async def test_progress_moves_the_rungs(settings: Settings) -> None:
    """A commander meets one need, and each update restarts the time to the next reminder."""
    async with clocked(settings) as bot:
        await bot.declare()
        await bot.pass_to(4)
        await bot.do(commands.AssignRole(by="U0ALICE", role=Role.COMMANDER, person="U0ALICE"))
        await bot.pass_to(10)
        await bot.do(commands.PostUpdate(by="U0ALICE", text="half of them work"))
        await bot.pass_to(26)
        await bot.do(commands.PostUpdate(by="U0ALICE", text="most of them work"))
        await bot.pass_to(50)

        assert [(25, 25, Need.UPDATE), (30, 30, Need.HYPOTHESIS), (41, 41, Need.UPDATE)] == await climbed(bot)


async def test_the_question_for_a_commander_is_updated(settings: Settings) -> None:
    """Once there is a commander, the question names that person and has no button."""
    async with clocked(settings) as bot:
        await bot.declare()
        await bot.pass_to(6)
        (asked,) = await screens(bot, "No incident commander yet.")
        assert commander_question.TAKE_COMMAND in asked
        await bot.do(commands.AssignRole(by="U0ALICE", role=Role.COMMANDER, person="U0BOB"))
        assert [] == await screens(bot, "No incident commander yet.")
        (answered,) = await screens(bot, "<@U0BOB> is now incident commander.")
        assert commander_question.TAKE_COMMAND not in answered

        await bot.do(commands.AssignRole(by="U0BOB", role=Role.COMMANDER, person="U0CAROL"))
        assert 1 == len(await screens(bot, "<@U0CAROL> is now incident commander."))


async def test_an_answered_question_is_not_posted(settings: Settings) -> None:
    """If somebody takes command on the command line during an outage of Slack, the question is not posted."""
    async with clocked(settings) as bot:
        await bot.declare()
        bot.workspace.faults.down = True
        await bot.pass_to(6)
        await bot.do(commands.AssignRole(by="cli:ada", role=Role.COMMANDER, person="U0BOB"))
        bot.workspace.faults.down = False
        await bot.pass_to(10)

        assert [] == await screens(bot, "Nobody command")


async def test_rungs_survive_a_restart(settings: Settings) -> None:
    """After a restart, rungs that were reached are not repeated, and the remaining ones follow."""
    clock = Anywhen()
    async with clocked(settings, clock) as bot:
        await bot.declare()
        await bot.pass_to(16)
    async with clocked(settings, clock, bot.workspace) as bot:
        await bot.pass_to(100)

        assert ALL == await climbed(bot)


async def test_overdue_rungs_are_reached_once(settings: Settings) -> None:
    """After the clock jumps a day ahead, each rung is reached once, and both times are recorded."""
    async with clocked(settings) as bot:
        await bot.declare()
        bot.clock.at += timedelta(days=1)
        await bot.work()

        day = 24 * 60
        assert [(due, day, lack) for due, _, lack in ALL] == await climbed(bot)


async def test_a_clock_that_is_set_back(settings: Settings) -> None:
    """Setting the clock back repeats no rung and loses none."""
    async with clocked(settings) as bot:
        await bot.declare()
        await bot.pass_to(20)
        bot.clock.at -= timedelta(minutes=15)
        await bot.work()
        await bot.pass_to(100)

        assert [lack for *_, lack in ALL] == [lack for *_, lack in await climbed(bot)]


async def test_a_clock_that_jumps_ahead_while_slack_is_busy(settings: Settings) -> None:
    """Slack limits the rate, and the clock jumps ahead by a day. The channel opens all the same."""
    async with clocked(settings) as bot:
        bot.workspace.faults.add("conversations.create", "ratelimited", times=3, retry_after=30)
        await bot.declare()
        bot.clock.at += timedelta(days=1)
        await bot.work()
        await bot.pass_to(24 * 60 + 5)

        assert "" != (await bot.incident()).channel.id
        assert [] == await bot.events(events.EffectFailed)


async def test_a_snooze_pauses_escalation(settings: Settings) -> None:
    """A snooze pauses escalation until it ends. Then the rungs that fell due are reached."""
    async with clocked(settings) as bot:
        await bot.declare()
        await bot.do(commands.SnoozeEscalation(by="U0ALICE", minutes=40, reason="waiting for the vendor"))
        await bot.pass_to(39)
        assert [] == await climbed(bot)
        assert [] == await bot.events(events.ReminderPosted)

        await bot.pass_to(100)
        assert [40, 40, 40, 60] == [at for _, at, _ in await climbed(bot)]


async def test_escalation_restarts_when_impact_returns(settings: Settings) -> None:
    """No rung is reached while there is no user impact. The ladder restarts when impact returns."""
    async with clocked(settings) as bot:
        await bot.declare()
        await bot.pass_to(10)
        await bot.do(commands.ChangeStatus(by="U0ALICE", status=Status.MONITORING))
        await bot.pass_to(200)
        assert [5] == [at for _, at, _ in await climbed(bot)]

        await bot.do(commands.ChangeStatus(by="U0ALICE", status=Status.INVESTIGATING))
        await bot.pass_to(300)
        assert [5, 205, 215, 230, 260] == [at for _, at, _ in await climbed(bot)]


async def test_a_late_escalation_has_its_due_time(settings: Settings) -> None:
    """An escalation that a person makes late is recorded with the time when it was due."""
    async with clocked(settings) as bot:
        await bot.declare()
        await bot.pass_to(120)
        for who in ("the developers", "the seniors"):
            await bot.do(commands.Escalate(by="U0ALICE", who=who, reason="stuck"))

        escalations = await bot.events(events.EscalationMade)
        assert [5, 15] == [minutes(event.due_at) for event in escalations]
        assert [120, 120] == [minutes(event.at) for event in escalations]


async def test_a_late_announcement_shows_the_current_delay(settings: Settings) -> None:
    """After nine hours of downtime, the announcement shows that delay. The due time is recorded."""
    carol = Rung(after_minutes=15, unless=Need.UPDATE, who=("U0CAROL",))
    alone = Rung(after_minutes=30, unless=Need.HYPOTHESIS)
    ladders = {**settings.ladders, Severity.SEV1: (carol, alone)}
    async with clocked(replace(settings, ladders=ladders)) as bot:
        await bot.declare()
        bot.clock.at += timedelta(hours=9)
        await bot.work()

        (called,) = (text for text in await bot.posts() if "scalated to*" in text)
        assert "no update for 9 h" in called
        assert "(due <!date" in called
        (asked,) = (text for text in await bot.posts() if "Escalate?" in text)
        assert "No lead on the cause after 9 h" in asked


async def test_a_delay_of_a_second_is_not_reported(settings: Settings) -> None:
    """A delay of a second appears neither in the channel nor in the postmortem."""
    ladders = {
        **settings.ladders,
        Severity.SEV1: (Rung(after_minutes=15, unless=Need.UPDATE, who=("U0CAROL",)),),
    }
    async with clocked(replace(settings, ladders=ladders)) as bot:
        await bot.declare()
        bot.clock.at += timedelta(minutes=15, seconds=1)
        await bot.work()

        (called,) = (text for text in await bot.posts() if "scalated to*" in text)
        assert "(due" not in called
        (escalation,) = await bot.events(events.EscalationMade)
        assert 15 == minutes(escalation.due_at)
        await bot.do(commands.Resolve(by="U0ALICE"))
        await bot.do(commands.Close(by="U0ALICE"))
        postmortem = Path((await bot.incident()).follow_up.postmortem_path).read_text()
        assert "no update for 15 min | 10:15 PM | 10:15 PM | – |" in postmortem


async def test_a_rung_for_many_is_one_message(settings: Settings) -> None:
    """A rung for several people is one message that names them all. Only they get a direct message, once."""
    who = ("U0CAROL", "U0DAVE", "#incidents", "the vendor")
    rung = Rung(after_minutes=15, unless=Need.UPDATE, who=who)
    async with clocked(replace(settings, ladders={**settings.ladders, Severity.SEV1: (rung,)})) as bot:
        await bot.declare()
        await bot.pass_to(20)

        (called,) = (text for text in await bot.posts() if "update for 15 min" in text)
        assert "*Escalated to* <@U0CAROL>, <@U0DAVE>, #incidents: no " in called
        assert "*Asked for* the vendor" in called
        assert {"U0ALICE": 0, "U0BOB": 0, "U0CAROL": 1, "U0DAVE": 1} == {
            person: len(direct_messages(bot.workspace, person))
            for person in ("U0ALICE", "U0BOB", "U0CAROL", "U0DAVE")
        }
        (elsewhere,) = (
            message.text for message in bot.workspace.messages(DIGEST) if "no update" in message.text
        )
        assert "<@U0DAVE>" in elsewhere
