"""The expected result of an opening in Slack, for the stories about failures."""

from typing import Any

from bot.workspace import Channel, Workspace
from tests.stage import Stage

PEOPLE = ("U0ALICE", "U0BOB")
DIGEST = "C0INCIDENTS"
#: The calls of one opening: each method, and how many calls of it have been made so far.
CALLS = (
    ("conversations.create", 1),
    ("chat.postMessage", 1),
    ("chat.postMessage", 2),
    ("chat.postMessage", 3),
    ("conversations.invite", 1),
    ("conversations.setTopic", 1),
    ("pins.add", 1),
)
COMPLETE = {"channels": 1, "card": 1, "step": 1, "pins": 1, "invited": 2, "topic": 1, "digest": 1}


async def accept(stage: Stage, title: str, severity: str = "sev2", **more: Any) -> None:
    """Post an alert that opens an incident of its own."""
    body = {"title": title, "fingerprint": title, "severity": severity, "service": "logins", **more}
    body["labels"] = {"incident_key": title, **more.get("labels", {})}
    answer = await stage.client.post(f"{stage.url}/alerts/generic", json=body)
    assert answer.status_code == 202


def channels_of(workspace: Workspace, number: int) -> list[Channel]:
    """Return the channels that were opened for an incident."""
    return [
        channel for channel in workspace.channels.values() if f"{channel.name}-".startswith(f"inc-{number}-")
    ]


async def opening_parts(stage: Stage, number: int = 1) -> dict[str, int]:
    """Return how often each part of an opening exists."""
    await stage.quiet()
    channels = channels_of(stage.workspace, number)
    messages = [message for channel in channels for message in stage.posts(channel)]
    blocks = [str(message.blocks) for message in messages]
    named = f"INC-{number} " if number else ""
    lines = [message.text for message in stage.workspace.messages(DIGEST) if not message.deleted]
    return {
        "channels": len(channels),
        "card": sum("card.resolve" in block for block in blocks),
        "step": sum("step." in block for block in blocks),
        "pins": sum(len(channel.pins) for channel in channels),
        "invited": sum(len(set(PEOPLE) & set(channel.members)) for channel in channels),
        "topic": sum(bool(channel.topic) for channel in channels),
        "digest": sum(named in f"{line} " for line in lines),
    }


def direct_messages(workspace: Workspace, person: str = "U0ALICE") -> list[str]:
    """Return the bot's direct messages to a person."""
    direct = workspace.channels.get(f"D{person[1:]}")
    return [str(message.blocks) for message in direct.messages] if direct else []
