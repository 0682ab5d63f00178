"""Messages that people mark with 📌 or a pin, whoever wrote them and whatever they are."""

from pathlib import Path
from typing import Any

import pytest

from bot.workspace import Channel, changes
from tests.stage import Stage


@pytest.fixture
async def channel(stage: Stage) -> Channel:
    """Return the channel of INC-1, which Alice and Bob have joined."""
    await stage.alert()
    channel = await stage.channel()
    await stage.quiet()
    for person in ("U0ALICE", "U0BOB"):
        await stage.workspace.join(person, channel.id)
    await stage.quiet()
    return channel


async def posted(stage: Stage, channel: Channel, **fields: Any) -> str:
    """Post a message with these fields as another app and return its ts."""
    message = changes.post(stage.workspace.state, channel, user="U0OTHERBOT", **fields)
    await stage.quiet()
    return message.ts


def reactions(stage: Stage, channel: Channel, ts: str) -> set[str]:
    """Return the names of the reactions to a message."""
    return {name for name, users in stage.workspace.channels[channel.id].by_ts[ts].reactions.items() if users}


async def test_a_mark_is_confirmed(stage: Stage, channel: Channel) -> None:
    """Firstcheck reacts to a marked message, and takes its reaction back with the mark."""
    ts = await stage.workspace.say("U0ALICE", channel.id, "restarted auth")
    await stage.workspace.react("U0BOB", channel.id, ts, "pushpin")
    await stage.quiet()
    marked = reactions(stage, channel, ts)
    await stage.workspace.unreact("U0BOB", channel.id, ts, "pushpin")
    await stage.quiet()

    assert ({"pushpin", "white_check_mark"}, set()) == (marked, reactions(stage, channel, ts))


async def test_a_mark_without_the_permission_to_react(stage: Stage, channel: Channel) -> None:
    """An installation without the new permission keeps working: the mark counts, and nothing is posted."""
    before = len(stage.posts(channel))
    stage.workspace.faults.add("reactions.add", "error", error="missing_scope")
    ts = await stage.workspace.say("U0ALICE", channel.id, "restarted auth")
    await stage.workspace.react("U0BOB", channel.id, ts, "pushpin")
    await stage.quiet()

    incident = await stage.incident()
    assert (1, (), before) == (len(incident.notes), incident.failures, len(stage.posts(channel)))


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        (
            {"text": "", "extra": {"files": [{"name": "graph.png", "permalink": "https://f.example/g"}]}},
            "graph.png (https://f.example/g)",
        ),
        ({"text": "", "extra": {"attachments": [{"title": "5xx high", "text": "12%"}]}}, "5xx high: 12%"),
        (
            {"text": "", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "Deploy 41"}}]},
            "Deploy 41",
        ),
        (
            {
                "text": "",
                "extra": {"attachments": [{"is_share": True, "author_name": "Ben", "text": "the key"}]},
            },
            "Ben: the key",
        ),
        ({"text": "", "blocks": [{"type": "call", "call_id": "R1"}]}, "(message without text)"),
    ],
)
async def test_marks_on_messages_without_text(
    stage: Stage, channel: Channel, fields: dict[str, Any], line: str
) -> None:
    """A pinned file, a post of another app and a forwarded message are on the timeline and the postmortem."""
    ts = await posted(stage, channel, **fields)
    await stage.workspace.pin("U0BOB", channel.id, ts)
    await stage.quiet()
    for words in ("resolve done", "close"):
        await stage.workspace.command("U0ALICE", channel.id, "/incident", words)
    await stage.quiet()

    document = Path((await stage.incident()).follow_up.postmortem_path).read_text()
    assert line in document.replace("<https://f.example/g>", "https://f.example/g")
