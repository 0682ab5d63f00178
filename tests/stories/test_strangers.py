"""People of another company in the channel (Slack Connect) may read and write, and nothing else."""

from dataclasses import replace

import pytest

from bot.slack.views import card
from bot.workspace import Channel
from tests.stage import Stage

EVE, GUEST = "U0EVE", "U0GUEST"


@pytest.fixture
async def channel(stage: Stage) -> Channel:
    """Return the channel of INC-1 with Alice, Eve of another company, and a guest of ours in it."""
    people = stage.workspace.state.people
    people[EVE] = replace(people["U0ERIN"], id=EVE, name="eve", team="T0OTHER")
    people[GUEST] = replace(people["U0ERIN"], id=GUEST, name="guest")
    await stage.alert()
    channel = await stage.channel()
    await stage.quiet()
    for person in ("U0ALICE", EVE, GUEST):
        await stage.workspace.join(person, channel.id)
    await stage.quiet()
    return channel


REFUSED = "Only members of the workspace that runs Firstcheck can do this."


@pytest.mark.parametrize("text", ["lead", "resolve it is over", "status", "new logins fail", "INC-1 note x"])
async def test_commands_of_strangers_are_refused(stage: Stage, channel: Channel, text: str) -> None:
    """A slash command of a stranger is refused like a click, and changes nothing."""
    before = await stage.incident()
    answered = await stage.workspace.command(EVE, channel.id, "/incident", text)

    assert REFUSED in str(answered.ephemeral)
    assert before == await stage.incident()
    assert 1 == len(await stage.bot.store.log.incidents())


async def test_clicks_of_strangers_are_refused(stage: Stage, channel: Channel) -> None:
    """A click of a stranger changes nothing."""
    ts = (await stage.incident()).messages["card"][1]
    await stage.workspace.click(EVE, channel.id, ts, card.TAKE_COMMAND, value="1")
    await stage.quiet()

    assert "" == (await stage.incident()).commander
    assert REFUSED in stage.workspace.ephemerals[-1].text


@pytest.mark.parametrize("by_pin", [True, False])
async def test_marks_of_strangers_do_not_count(stage: Stage, channel: Channel, by_pin: bool) -> None:
    """A mark of a stranger puts nothing on the timeline; one of a guest of ours does."""
    ts = await stage.workspace.say("U0ALICE", channel.id, "restarted auth")

    async def mark(person: str) -> int:
        if by_pin:
            await stage.workspace.pin(person, channel.id, ts)
        else:
            await stage.workspace.react(person, channel.id, ts, "pushpin")
        await stage.quiet()
        return len((await stage.incident()).notes)

    by_stranger = await mark(EVE)
    if by_pin:
        await stage.workspace.unpin(EVE, channel.id, ts)
    assert (0, 1) == (by_stranger, await mark(GUEST))


async def test_a_stranger_cannot_keep_or_remove_a_mark(stage: Stage, channel: Channel) -> None:
    """A stranger's mark keeps nothing on the timeline, and a pin that a stranger removes stays there."""
    kept = await stage.workspace.say("U0ALICE", channel.id, "restarted auth")
    gone = await stage.workspace.say("U0ALICE", channel.id, "never mind")
    await stage.workspace.pin("U0BOB", channel.id, kept)
    await stage.workspace.react("U0BOB", channel.id, gone, "pushpin")
    await stage.workspace.react(EVE, channel.id, gone, "round_pushpin")
    await stage.quiet()
    await stage.workspace.unpin(EVE, channel.id, kept)
    await stage.workspace.unreact("U0BOB", channel.id, gone, "pushpin")
    await stage.quiet()

    assert ["restarted auth"] == [note.text for note in (await stage.incident()).notes.values()]


async def test_a_mark_of_somebody_who_cannot_be_looked_up(stage: Stage, channel: Channel) -> None:
    """A mark is not lost while Slack cannot say which workspace the person belongs to."""
    ts = await stage.workspace.say("U0ALICE", channel.id, "restarted auth")
    stage.workspace.faults.add("users.info", "error", error="internal_error", times=5)
    await stage.workspace.react("U0BOB", channel.id, ts, "pushpin")
    await stage.quiet()

    assert 1 == len((await stage.incident()).notes)
