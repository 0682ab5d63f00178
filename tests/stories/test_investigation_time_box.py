"""When the time-box of a hypothesis ends, its owner is asked once."""

from datetime import timedelta

from bot.config.settings import Settings
from bot.domain import events
from bot.domain.vocabulary import Area, HypothesisVerdict
from bot.slack.dates import moment
from bot.slack.views import hypothesis, time_box
from bot.web.server import serve_app
from bot.workspace import Workspace
from tests.stories.investigating import ALICE, BOB, TEN, Clock, begun, searching

SUSPECT = "suspect the database pool is exhausted"
QUESTION = "What did you find?"


async def test_an_ignored_question_is_not_repeated(settings: Settings) -> None:
    """The owner is asked once, and nobody else is."""
    async with begun(settings) as search:
        await search.types(ALICE, SUSPECT)
        await search.wait(240)

        assert 1 == len(search.posts(QUESTION))
        assert f"<@{ALICE}>" in str(search.posts(QUESTION)[0].blocks)
        assert 1 == len(await search.happened(events.TimeBoxEnded))


async def test_no_question_without_a_hypothesis(settings: Settings) -> None:
    """Without a hypothesis there is no hint and no question."""
    async with begun(settings) as search:
        await search.wait(240)

        assert [] == search.posts(QUESTION)
        assert [] == search.posts("Nobody has checked")


async def test_settled_in_time(settings: Settings) -> None:
    """No question follows if the hypothesis is settled in time."""
    async with begun(settings) as search:
        await search.types(ALICE, f"{SUSPECT} 10m")
        await search.wait(9)
        await search.types(ALICE, "refuted 1 it is empty")
        await search.wait(60)

        assert [] == search.posts(QUESTION)


async def test_the_question_waits_while_resolved(settings: Settings) -> None:
    """No question is asked while the incident is resolved. After a reopen it is asked once."""
    async with begun(settings) as search:
        await search.types(ALICE, SUSPECT)
        await search.types(ALICE, "resolve it went away")
        await search.wait(30)
        assert [] == search.posts(QUESTION)
        await search.types(BOB, "reopen it is back")
        await search.wait(30)

        assert 1 == len(search.posts(QUESTION))


async def test_more_time_after_the_question(settings: Settings) -> None:
    """After 15 more minutes there is a new question, and the first one shows who answered it."""
    async with begun(settings) as search:
        await search.types(ALICE, f"{SUSPECT} 10m")
        await search.wait(11)
        (question,) = search.posts(QUESTION)
        assert "" == await search.click(ALICE, question, time_box.KEEP_ON)
        assert [] == search.posts(QUESTION)
        assert f"<@{ALICE}> is checking this until" in str(question.blocks)
        assert "time_box." not in str(question.blocks)
        await search.wait(14)
        assert [] == search.posts(QUESTION)
        await search.wait(2)

        assert question not in search.posts(QUESTION)
        assert 1 == len(search.posts(QUESTION))


async def test_more_time_while_some_is_left(settings: Settings) -> None:
    """An extension updates the end shown with the hypothesis, and the question is asked at the new end."""
    async with begun(settings) as search:
        await search.types(ALICE, f"{SUSPECT} 30m")
        await search.types(ALICE, "extend 1 5m")
        opened = (await search.incident()).investigation.hypotheses[1]
        assert timedelta(minutes=35) == opened.ends_at - opened.opened_at
        assert 1 == len(search.posts("gave hypothesis 1 another 5 min"))
        assert 1 == len(search.posts(f"is checking this until {moment(opened.ends_at)}"))
        await search.wait(34)
        assert [] == search.posts(QUESTION)
        await search.wait(2)

        assert 1 == len(search.posts(QUESTION))


async def test_handed_over(settings: Settings) -> None:
    """A new owner gets a new time-box, and the question goes to the new owner."""
    async with begun(settings) as search:
        await search.types(ALICE, SUSPECT)
        await search.wait(16)
        await search.click(ALICE, search.posts(QUESTION)[0], time_box.HAND_OVER, value=BOB)
        assert BOB == (await search.incident()).investigation.hypotheses[1].owner
        await search.wait(16)

        assert f"<@{BOB}>" in str(search.posts(QUESTION)[0].blocks)


async def test_the_time_box_survives_a_restart(settings: Settings) -> None:
    """The time-box continues while the bot is down, and the question is asked once after the restart."""
    clock = Clock(TEN)
    workspace = Workspace(clock=clock.seconds)
    async with serve_app(workspace.asgi):
        async with searching(settings, workspace, clock) as search:
            await search.begin()
            await search.types(ALICE, SUSPECT)
            await search.wait(5)
        clock.jump(timedelta(minutes=30))
        async with searching(settings, workspace, clock) as search:
            await search.wait(1)
            assert 1 == len(search.posts(QUESTION))
        async with searching(settings, workspace, clock) as search:
            await search.wait(60)
            assert 1 == len(search.posts(QUESTION))


async def test_the_clock_jumps_a_day_ahead(settings: Settings) -> None:
    """After the clock jumps a day ahead, the question is asked once."""
    async with begun(settings) as search:
        await search.types(ALICE, SUSPECT)
        search.clock.jump(timedelta(days=1))
        await search.wait(1)

        assert 1 == len(search.posts(QUESTION))


async def test_the_clock_jumps_back(settings: Settings) -> None:
    """After the clock is set back, the question is asked once, and not early."""
    async with begun(settings) as search:
        await search.types(ALICE, SUSPECT)
        await search.wait(12)
        search.clock.jump(timedelta(minutes=-10))
        await search.wait(5)
        assert [] == search.posts(QUESTION)
        await search.wait(10)
        assert 1 == len(search.posts(QUESTION))
        search.clock.jump(timedelta(minutes=-10))
        await search.wait(30)

        assert 1 == len(search.posts(QUESTION))


async def test_a_reaction_settles_a_hypothesis(settings: Settings) -> None:
    """A reaction settles an open hypothesis, and changes nothing about a settled one."""
    async with begun(settings) as search:
        await search.types(ALICE, SUSPECT)
        (message,) = search.posts("*Hypothesis 1*")
        await search.workspace.react(BOB, search.channel.id, message.ts, "x")
        await search.wait(0.1)
        hypothesis = (await search.incident()).investigation.hypotheses[1]
        assert (HypothesisVerdict.REFUTED, BOB) == (hypothesis.verdict, hypothesis.closed_by)
        assert "✗ *Hypothesis 1 ruled out*" in str(search.posts("Hypothesis 1 ruled out")[0].blocks)

        await search.workspace.react(ALICE, search.channel.id, message.ts, "white_check_mark")
        await search.wait(0.1)
        assert HypothesisVerdict.REFUTED is (await search.incident()).investigation.hypotheses[1].verdict
        await search.types(ALICE, "confirmed 1 it was")
        assert HypothesisVerdict.CONFIRMED is (await search.incident()).investigation.hypotheses[1].verdict


async def test_the_area_is_corrected_by_a_menu(settings: Settings) -> None:
    """A menu corrects the guessed area of a hypothesis."""
    async with begun(settings) as search:
        await search.types(ALICE, SUSPECT)
        (message,) = search.posts("*Hypothesis 1*")
        await search.click(ALICE, message, hypothesis.PLACE, value=f"1 1 {Area.NETWORK}")

        assert Area.NETWORK is (await search.incident()).investigation.hypotheses[1].area
        assert 1 == len(search.posts("*Hypothesis 1* (network)"))
