"""If Slack refuses part of an opening, people are notified, and the rest works."""

from dataclasses import replace

from bot.config.settings import Settings
from bot.workspace import Workspace
from tests.stage import Stage, staged
from tests.stories.openings import COMPLETE, accept, channels_of, direct_messages, opening_parts


async def test_a_forbidden_channel_is_reported_to_its_people(stage: Stage) -> None:
    """If apps may not create channels, the incident's people get a direct message with what to do."""
    stage.workspace.faults.add("conversations.create", "error", error="restricted_action", times=99)

    await accept(stage, "Logins fail")

    nothing = dict.fromkeys(COMPLETE, 0)
    assert nothing | {"digest": 1} == await opening_parts(stage)
    for person in ("U0ALICE", "U0BOB"):
        (message,) = direct_messages(stage.workspace, person)
        assert "the channel could not be opened" in message.lower()
        assert "/incident INC-1" in message


async def test_one_failed_invitation_does_not_stop_the_others(
    workspace: Workspace, settings: Settings
) -> None:
    """The channel names the person who could not be invited, and the others are invited."""
    people = replace(settings, default_invite=("U0GONE", "U0ALICE", "U0BOB"))
    async with staged(workspace, people) as stage:
        await accept(stage, "Logins fail")

        assert COMPLETE == await opening_parts(stage)
        (channel,) = channels_of(workspace, 1)
        assert any("U0GONE" in str(message.blocks) for message in stage.posts(channel))


async def test_nobody_can_be_invited(stage: Stage) -> None:
    """If invitations are forbidden, the channel names everyone who is missing."""
    stage.workspace.faults.add("conversations.invite", "error", error="restricted_action", times=99)

    await accept(stage, "Logins fail")

    assert COMPLETE | {"invited": 0} == await opening_parts(stage)
    (channel,) = channels_of(stage.workspace, 1)
    assert any(
        "U0ALICE" in str(message.blocks) and "U0BOB" in str(message.blocks)
        for message in stage.posts(channel)
    )


async def test_a_pin_limit_is_shown_on_the_card(stage: Stage) -> None:
    """At Slack's limit of pins, the card says that it is not pinned, and the rest works."""
    stage.workspace.faults.add("pins.add", "error", error="too_many_pins", times=99)

    await accept(stage, "Logins fail")

    assert COMPLETE | {"pins": 0} == await opening_parts(stage)
    (channel,) = channels_of(stage.workspace, 1)
    assert "the card could not be pinned" in str(stage.posts(channel)[0].blocks)


async def test_a_failed_digest_is_shown_on_the_card(stage: Stage) -> None:
    """If the bot is not in the digest channel, the card says so, and the rest works."""
    await stage.workspace.remove("U0ALICE", "C0INCIDENTS", "U0FIRSTCHECK")

    await accept(stage, "Logins fail")

    assert COMPLETE | {"digest": 0} == await opening_parts(stage)
    (channel,) = channels_of(stage.workspace, 1)
    assert "the line in the digest channel" in str(stage.posts(channel)[0].blocks)
    assert (await stage.incident()).channel.lost_reason == ""


async def test_a_rejected_card_is_reported(stage: Stage) -> None:
    """If the card cannot be posted, people get a direct message, and the step is posted."""
    stage.workspace.faults.add("chat.postMessage", "error", error="msg_too_long")

    await accept(stage, "Logins fail")
    await stage.quiet()

    assert any(
        "the card could not be posted" in message.lower() for message in direct_messages(stage.workspace)
    )
    assert {"channels": 1, "step": 1}.items() <= (await opening_parts(stage)).items()


async def test_the_digest_channel_is_optional(workspace: Workspace, settings: Settings) -> None:
    """Without a digest channel nothing is posted there and no failure is recorded."""
    async with staged(workspace, replace(settings, digest_channel="")) as stage:
        await accept(stage, "Logins fail")

        assert COMPLETE | {"digest": 0} == await opening_parts(stage)
        assert () == (await stage.incident()).failures
