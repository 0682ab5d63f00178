"""A hypothesis that takes long to check gets one hint at quicker unchecked areas."""

from bot.config.settings import Settings
from bot.demo.replay import Replay
from bot.demo.stories import STACK_OUTAGE
from bot.domain import events
from bot.domain.vocabulary import Area
from bot.slack.incoming.http import PATH
from bot.slack.views import hint
from bot.web.server import serve_app
from bot.workspace import Workspace
from tests.stories.investigating import ALICE, BOB, TWO_PROBES, Clock, begun, begun_with, searching

HINT = "Nobody has checked"
DATABASE = "suspect the database pool is exhausted"
SECURITY = "suspect somebody broke in area:security"


async def test_one_hint_per_area(settings: Settings) -> None:
    """A second hypothesis in the same area brings no hint. One in another area brings its own."""
    async with begun(settings) as search:
        await search.types(ALICE, DATABASE)
        assert 1 == len(search.posts(HINT))
        await search.types(BOB, "suspect the database is slow")
        assert 1 == len(search.posts(HINT))
        await search.types(BOB, SECURITY)

        assert 2 == len(search.posts(HINT))


async def test_the_button_of_a_hint_runs_the_probe(settings: Settings) -> None:
    """The button of a hint runs the probe. Then the hint shows the result, without the button."""
    async with begun_with(settings, TWO_PROBES) as search:
        await search.types(ALICE, DATABASE)
        (given_hint,) = search.posts(HINT)
        await search.click(BOB, given_hint, hint.RUN)

        (given_hint,) = search.posts("*Hint* (config): ")
        assert "`token.signing_key_id` is `'2023-09'`, expected `'2024-01'`" in str(given_hint.blocks)
        assert hint.RUN not in str(given_hint.blocks)
        assert [] == search.posts(HINT)


async def test_a_hint_leaves_out_checked_areas(settings: Settings) -> None:
    """A hint is updated to leave out what people have checked since."""
    async with begun_with(settings, TWO_PROBES) as search:
        await search.types(ALICE, DATABASE)
        assert "Also quicker and unchecked: identity, dependency" in str(search.posts(HINT)[0].blocks)
        await search.types(BOB, "clear ttl: 15 min")
        assert "Also quicker and unchecked: dependency" in str(search.posts(HINT)[0].blocks)
        await search.types(BOB, "take key")

        (hint,) = search.posts("*Hint* (config): ")
        assert f"<@{BOB}> is checking" in str(hint.blocks)


async def test_a_probe_that_fails_leaves_the_button(settings: Settings) -> None:
    """A failed probe proves nothing and leaves the button. A person's result ends the hint."""
    async with begun(settings) as search:
        await search.wait(10)
        await search.types(ALICE, DATABASE)
        (given_hint,) = search.posts(HINT)
        probed = len(await search.happened(events.ProbeFinished))
        assert "" == await search.click(ALICE, given_hint, hint.RUN)
        assert probed + 1 == len(await search.happened(events.ProbeFinished))
        assert "proves nothing either way" in str(given_hint.blocks)
        assert hint.TAKE in str(given_hint.blocks)
        await search.types(ALICE, "clear token-settings as in the repository")

        assert hint.RUN not in str(given_hint.blocks)


async def test_muted_hints(settings: Settings) -> None:
    """After `/incident mute` there are no hints."""
    async with begun(settings) as search:
        await search.types(ALICE, "mute")
        await search.types(ALICE, DATABASE)

        assert [] == search.posts(HINT)


async def test_nothing_cheaper(settings: Settings) -> None:
    """There is no hint if everything cheaper has been checked."""
    async with begun(settings) as search:
        incident = await search.incident()
        for step in incident.investigation.steps_in_order:
            if step.area is Area.DATABASE:
                break
            await search.types(ALICE, f"clear {step.id} fine")
        await search.types(ALICE, DATABASE)

        assert [] == search.posts(HINT)


async def test_a_cheap_hypothesis_brings_no_hint(settings: Settings) -> None:
    """A hypothesis about the configuration brings no hint, because nothing is cheaper to check."""
    async with begun(settings) as search:
        await search.types(ALICE, "suspect a wrong setting")

        assert [] == search.posts(HINT)


async def test_the_outage_as_it_happened(settings: Settings) -> None:
    """In a replay of the outage, the channel and the record have the hints and the expired time-boxes."""
    clock = Clock(STACK_OUTAGE.acts[0].at)
    workspace = Workspace(clock=clock.seconds)
    async with serve_app(workspace.asgi), searching(settings, workspace, clock) as search:
        url = (workspace.request_url or "").removesuffix(PATH)
        replay = Replay(
            STACK_OUTAGE, clock, workspace, url, search.bot.work, search.bot.store.outbox.next_due
        )
        await replay.play(lambda _act: None)
        hints = await search.happened(events.HintGiven)
        ended = await search.happened(events.TimeBoxEnded)

        assert ["10:45", "12:30"] == [f"{event.at:%H:%M}" for event in hints]
        assert {Area.CONFIG} == {event.areas[0] for event in hints}
        assert ["11:00", "12:45"] == [f"{event.at:%H:%M}" for event in ended]
        channel = next(
            channel for channel in workspace.channels.values() if channel.name.startswith("inc-1-")
        )
        texts = [str(message.blocks) for message in workspace.messages(channel.id)]
        assert 2 == sum("Nobody has checked *config*" in text for text in texts)
        assert 2 == sum(": ruled out by" in text for text in texts)
