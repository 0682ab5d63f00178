"""Opening an incident in the right order, whichever of its calls fail."""

import pytest

from bot.workspace.faults import Kind
from tests.stage import Stage
from tests.stories.openings import CALLS, COMPLETE, accept, opening_parts


async def test_the_card_is_the_second_call(stage: Stage) -> None:
    """The card is posted right after the channel is opened, and no unneeded call is made."""
    await accept(stage, "Logins fail")

    assert COMPLETE == await opening_parts(stage)
    calls = [call.method for call in stage.workspace.calls if call.method != "auth.test"]
    assert ["conversations.create", "chat.postMessage"] == calls[:2]
    assert sorted(method for method, _ in CALLS) == sorted(calls)


@pytest.mark.parametrize("kind", ["ratelimited", "error", "http_500", "lost"])
@pytest.mark.parametrize(("method", "nth"), CALLS)
async def test_each_call_may_fail(stage: Stage, method: str, nth: int, kind: Kind) -> None:
    """Whichever call fails in whichever way, the opening is complete and nothing exists twice."""
    stage.workspace.faults.add(method, kind, nth=nth)

    await accept(stage, "Logins fail")

    assert COMPLETE == await opening_parts(stage)


@pytest.mark.parametrize("kind", ["http_500", "lost"])
async def test_every_call_may_fail_at_first(stage: Stage, kind: Kind) -> None:
    """Even if every call fails once, the opening is complete and nothing exists twice."""
    for method in {method for method, _ in CALLS}:
        stage.workspace.faults.add(method, kind, times=2)

    await accept(stage, "Logins fail")

    assert COMPLETE == await opening_parts(stage)


async def test_retry_after_is_honoured(stage: Stage) -> None:
    """The bot waits as long as Slack's Retry-After says, for that method only."""
    stage.workspace.faults.add("conversations.setTopic", "ratelimited", retry_after=2)

    await accept(stage, "Logins fail")

    assert COMPLETE == await opening_parts(stage)
    refused, taken = (call for call in stage.workspace.calls if call.method == "conversations.setTopic")
    assert taken.started_at - refused.finished_at >= 2
    pinned = next(call for call in stage.workspace.calls if call.method == "conversations.invite")
    assert pinned.finished_at < taken.started_at


async def test_slack_may_be_down_when_the_alert_comes(stage: Stage) -> None:
    """An incident is declared while Slack is down, and its channel opens when Slack is back."""
    stage.workspace.faults.down = True
    await accept(stage, "Logins fail")
    await stage.until(lambda: _declared(stage))
    stage.workspace.faults.clear()

    assert COMPLETE == await opening_parts(stage)


async def _declared(stage: Stage) -> int:
    return (await stage.incident()).version
