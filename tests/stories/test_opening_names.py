"""Channel names and alert texts: no title stops an opening or notifies anyone."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.workspace import changes
from tests.stage import Stage
from tests.stories.openings import COMPLETE, accept, channels_of, opening_parts


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Größe überschritten: 5 Ämter", "inc-1-grosse-uberschritten-5-amter"),
        ("ログインできない", "inc-1-logins"),
        ("🔥🔥🔥", "inc-1-logins"),
        ("<!channel> everything is down", "inc-1-channel-everything-is-down"),
        ("Pay & <@U0ALICE> `rm -rf`", "inc-1-pay-u0alice-rm-rf"),
        ("x" * 300, f"inc-1-{'x' * 72}"),
    ],
)
async def test_any_title_makes_a_channel(stage: Stage, title: str, name: str) -> None:
    """Any title gives a valid channel name that begins with the incident's number.

    The name of the service follows if the title has no letters that Slack allows.
    """
    await accept(stage, title)

    assert COMPLETE == await opening_parts(stage)
    (channel,) = channels_of(stage.workspace, 1)
    assert name == channel.name


async def test_a_title_mentions_nobody(stage: Stage) -> None:
    """Text from a monitoring system mentions nobody. Only the bot's own text can."""
    await accept(stage, "<!channel> <@U0CAROL> <!here> down", description="<!everyone> look")
    await stage.quiet()

    (channel,) = channels_of(stage.workspace, 1)
    written = [*stage.posts(channel), *stage.workspace.messages("C0INCIDENTS")]
    texts = [message.text for message in written]
    texts += [text for message in written for text in _marked_up(message.blocks)]
    for mention in ("<!channel>", "<@U0CAROL>", "<!here>", "<!everyone>"):
        assert [] == [text for text in texts if mention in text]


def _marked_up(part: Any) -> Iterator[str]:
    """Yield the texts in which Slack recognizes mentions. It recognizes none in plain text."""
    if isinstance(part, dict) and part.get("type") == "mrkdwn":
        yield part["text"]
    elif isinstance(part, dict | list):
        for each in part.values() if isinstance(part, dict) else part:
            yield from _marked_up(each)


async def test_a_long_alert_fits(stage: Stage) -> None:
    """An alert of 3000 characters and more opens an incident like any other."""
    await accept(stage, "t" * 3000, description="d" * 12_000, labels={"trace": "l" * 3000})

    assert COMPLETE == await opening_parts(stage)


async def test_a_taken_name_gets_a_number(stage: Stage) -> None:
    """If another channel has the name, ours gets a number, and the other one is not changed."""
    theirs = changes.open_channel(stage.workspace.state, "inc-1-logins-fail", "U0DAVE", is_private=False)

    await accept(stage, "Logins fail")
    await stage.quiet()

    channel = await stage.channel()
    assert "inc-1-logins-fail-2" == channel.name
    assert [] == stage.posts(theirs)


async def test_our_own_lost_channel_is_adopted(stage: Stage) -> None:
    """A channel whose answer was lost is found and used, even among many others."""
    for number in range(250):
        changes.open_channel(stage.workspace.state, f"team-{number}", "U0DAVE", is_private=False)
    stage.workspace.faults.add("conversations.create", "lost")

    await accept(stage, "Logins fail")

    assert COMPLETE == await opening_parts(stage)
    assert "inc-1-logins-fail" == (await stage.channel()).name


async def test_no_name_is_left(stage: Stage) -> None:
    """If all names are taken, the incident's people get a direct message."""
    for end in ("", "-2", "-3", "-4", "-5"):
        changes.open_channel(stage.workspace.state, f"inc-1-logins-fail{end}", "U0DAVE", is_private=False)

    await accept(stage, "Logins fail")
    await stage.quiet()

    (message,) = stage.workspace.messages("D0ALICE")
    assert "Rename or delete" in str(message.blocks)
