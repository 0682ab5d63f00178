"""The story that is played with every crash, and the result it must have."""

from collections import Counter
from pathlib import Path
from typing import Any

import httpx

from bot.domain import events
from bot.slack.views import card, step
from bot.workspace import Message
from tests.stories.crash_stage import INCIDENTS, ROOT, CrashStage

ALERT = ROOT / "tests" / "alerts" / "sources" / "payloads" / "alertmanager" / "real-single-firing.json"
ALICE, BOB = "U0ALICE", "U0BOB"


async def play(stage: CrashStage, source: str = "alertmanager", alert: bytes | None = None) -> None:
    """Play from the alert to the postmortem. People repeat what failed."""
    await _alert(stage, source, alert or ALERT.read_bytes())
    channel = (await stage.channel()).id
    await _invited(stage)
    await stage.workspace.say(BOB, channel, "Looking at the graphs")
    ts = await stage.workspace.say(ALICE, channel, "Errors began with deploy 4711")
    await stage.workspace.react(ALICE, channel, ts, "pushpin")
    await _click(stage, card.TAKE_COMMAND, events.RoleAssigned)
    await _click(stage, step.CLEAR, events.StepFinished)
    await _offered(stage, "What changed")
    await _command(stage, BOB, "note restarted one pool", events.NoteAdded, "restarted one pool")
    await _command(stage, ALICE, "severity sev2 half of it is back", events.SeverityChanged)
    await _command(stage, BOB, "suspect the pool is full area:database", events.HypothesisOpened)
    await _command(stage, ALICE, "escalate @carol we need database eyes", events.EscalationMade)
    await _command(stage, ALICE, "resolve rolled back 4711", events.IncidentResolved)
    await stage.workspace.say(BOB, channel, "Thank you all")
    await _command(stage, ALICE, "close", events.IncidentClosed)


async def _alert(stage: CrashStage, source: str, body: bytes) -> None:
    """Send the alert until it is accepted, as Alertmanager does."""

    async def taken() -> bool:
        try:
            answer = await stage.client.post(f"{stage.url}/alerts/{source}", content=body)
        except httpx.TransportError:
            return False
        return answer.status_code == httpx.codes.ACCEPTED

    await stage.until("the alert to be taken", taken)


async def _invited(stage: CrashStage) -> None:
    """Wait until people are in the channel, because only members can write there."""
    members = (await stage.channel()).members

    async def everybody_is_there() -> bool:
        return {ALICE, BOB} <= set(members)

    await stage.until("the invitations", everybody_is_there)


async def _offered(stage: CrashStage, title: str) -> None:
    """Wait for a step's message, because steps that were not posted before the end never are."""
    channel = (await stage.channel()).id

    async def stands() -> bool:
        return any(title in message.text for message in stage.ours(channel))

    await stage.until(f"the step {title}", stands)


async def _click(stage: CrashStage, action: str, kind: type[events.AnyEvent]) -> None:
    """Click the first button with that action."""
    channel = (await stage.channel()).id

    async def button() -> Message | None:
        return next((message for message in stage.ours(channel) if action in str(message.blocks)), None)

    message = await stage.until(f"the button {action}", button)
    await stage.insist(lambda: stage.workspace.click(ALICE, channel, message.ts, action), kind)


async def _command(
    stage: CrashStage, person: str, text: str, kind: type[events.AnyEvent], says: str = ""
) -> None:
    """Type a slash command in the incident's channel."""
    channel = (await stage.channel()).id
    await stage.insist(lambda: stage.workspace.command(person, channel, "/incident", text), kind, says)


def _texts(stage: CrashStage, channel: str, part: str = "") -> list[str]:
    """Return the texts of the bot's messages in a channel that contain `part`."""
    return [stage.timeless(message.text) for message in stage.ours(channel) if part in message.text]


async def picture(stage: CrashStage) -> dict[str, Any]:
    """Return everything people can see at the end, and what is stored, which no crash may change."""
    workspace, incident = stage.workspace, await stage.incident()
    channel, number, name = workspace.channels[incident.channel.id], stage.number, incident.name
    channels = workspace.channels.values()
    counts = await stage.store.journal.counts()
    return {
        "channels": [
            stage.timeless(other.name) for other in channels if other.name.startswith(f"inc-{number}-")
        ],
        "members": sorted(channel.members),
        "topic": channel.topic,
        "pins": [stage.timeless(channel.by_ts[ts].text) for ts in channel.pins],
        "posted": _texts(stage, channel.id),
        "digest": _texts(stage, INCIDENTS, f"{name} "),
        "direct": {direct.id: _texts(stage, direct.id, f"{name} ") for direct in channels if direct.is_im},
        "transcript": [message.text for message in await stage.store.transcript.messages(number)],
        "events": Counter(type(event).__name__ for event in await stage.recorded_events()),
        "jobs": [job for job in await stage.store.outbox.jobs(number) if job.effect.not_before is None],
        "journal": counts["accepted"] == counts["processed"],
        "files": [stage.timeless(file.name) for file in stage.folder.glob(f"{name}-*.md")],
        "postmortem": stage.timeless(Path(incident.follow_up.postmortem_path).read_text()),
    }
