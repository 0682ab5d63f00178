"""The main job, end to end: an alert opens a channel, people respond, and the postmortem is written."""

from pathlib import Path

from bot.domain.vocabulary import Status
from tests.stage import Stage


async def test_an_alert_becomes_a_postmortem(stage: Stage) -> None:
    """An Alertmanager notification leads to a Markdown postmortem, using nothing but Slack."""
    assert (await stage.alert()).status_code == 202
    channel = await stage.channel()
    await stage.quiet()
    assert channel.name == "inc-1-5xx-rate-12-on-checkout"
    assert {"U0ALICE", "U0BOB"} <= set(channel.members)

    ts = await stage.workspace.say("U0ALICE", channel.id, "Rolling back 4711, token=abc123secret")
    await stage.workspace.react("U0ALICE", channel.id, ts, "pushpin")
    await stage.workspace.command("U0ALICE", channel.id, "/incident", "resolve rolled back 4711")
    await stage.workspace.command("U0ALICE", channel.id, "/incident", "close")
    await stage.quiet()

    incident = await stage.incident()
    assert incident.status is Status.CLOSED
    document = Path(incident.follow_up.postmortem_path).read_text()
    assert "Rolling back 4711" in document
    assert "abc123secret" not in document
