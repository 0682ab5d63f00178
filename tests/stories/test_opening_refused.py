"""What Slack will never do for an opening: people are told, and the rest stands all the same."""

from dataclasses import replace

from bot.config.settings import Settings
from bot.workspace import Workspace
from tests.stage import Stage, staged
from tests.stories.openings import COMPLETE, accept, channels_of, standing, told


async def test_a_forbidden_channel_is_told_to_its_people(stage: Stage) -> None:
    """Where apps may open no channels, each of the incident's people hears it and how to go on."""
    stage.workspace.faults.add("conversations.create", "error", error="restricted_action", times=99)

    await accept(stage, "Logins fail")

    nothing = dict.fromkeys(COMPLETE, 0)
    assert nothing | {"digest": 1} == await standing(stage)
    for person in ("U0ALICE", "U0BOB"):
        (message,) = told(stage.workspace, person)
        assert "the channel could not be opened" in message.lower()
        assert "/incident INC-1" in message


async def test_a_stranger_among_the_invited_keeps_nobody_out(
    workspace: Workspace, settings: Settings
) -> None:
    """Who cannot be invited is named in the channel; the others are in."""
    people = replace(settings, default_invite=("U0GONE", "U0ALICE", "U0BOB"))
    async with staged(workspace, people) as stage:
        await accept(stage, "Logins fail")

        assert COMPLETE == await standing(stage)
        (channel,) = channels_of(workspace, 1)
        assert any("U0GONE" in str(message.blocks) for message in stage.said(channel))


async def test_nobody_can_be_invited(stage: Stage) -> None:
    """Where invitations are forbidden, the channel says who is missing."""
    stage.workspace.faults.add("conversations.invite", "error", error="restricted_action", times=99)

    await accept(stage, "Logins fail")

    assert COMPLETE | {"invited": 0} == await standing(stage)
    (channel,) = channels_of(stage.workspace, 1)
    assert any("U0ALICE" in str(m.blocks) and "U0BOB" in str(m.blocks) for m in stage.said(channel))


async def test_a_full_board_of_pins_is_said_on_the_card(stage: Stage) -> None:
    """At Slack's cap of pins the card says that it is not pinned, and all else stands."""
    stage.workspace.faults.add("pins.add", "error", error="too_many_pins", times=99)

    await accept(stage, "Logins fail")

    assert COMPLETE | {"pins": 0} == await standing(stage)
    (channel,) = channels_of(stage.workspace, 1)
    assert "the card could not be pinned" in str(stage.said(channel)[0].blocks)


async def test_a_digest_channel_without_the_bot_is_said_on_the_card(stage: Stage) -> None:
    """When the bot is not in the digest's channel, the incident loses that line and nothing else."""
    await stage.workspace.remove("U0ALICE", "C0INCIDENTS", "U0FIRSTCHECK")

    await accept(stage, "Logins fail")

    assert COMPLETE | {"digest": 0} == await standing(stage)
    (channel,) = channels_of(stage.workspace, 1)
    assert "the line in the channel that lists all incidents" in str(stage.said(channel)[0].blocks)
    assert (await stage.incident()).channel.lost_reason == ""


async def test_a_card_slack_never_takes_is_told(stage: Stage) -> None:
    """When the card cannot be posted, people hear it directly; the step stands."""
    stage.workspace.faults.add("chat.postMessage", "error", error="msg_too_long")

    await accept(stage, "Logins fail")
    await stage.quiet()

    assert any("the card could not be posted" in message.lower() for message in told(stage.workspace))
    assert {"channels": 1, "step": 1}.items() <= (await standing(stage)).items()


async def test_without_a_digest_channel_none_is_missed(workspace: Workspace, settings: Settings) -> None:
    """The digest is optional: without its channel nothing is posted and nothing is given up."""
    async with staged(workspace, replace(settings, digest_channel="")) as stage:
        await accept(stage, "Logins fail")

        assert COMPLETE | {"digest": 0} == await standing(stage)
        assert () == (await stage.incident()).failures
