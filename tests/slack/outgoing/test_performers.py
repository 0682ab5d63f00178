"""Performers: the result of each refusal by Slack, and effects that are performed twice."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from bot.config.settings import Service, Settings
from bot.domain import effects, events
from bot.domain.incident.channel_state import Channel
from bot.domain.incident.impact import Impact
from bot.domain.incident.incident import Incident
from bot.domain.incident.investigation import Investigation
from bot.domain.incident.step_state import StepState
from bot.domain.runbooks.runbook import Runbook, Step
from bot.domain.vocabulary import Area, Severity, Status, StepOutcome
from bot.engine.outbox import Done, GiveUp, Result, TryLater
from bot.slack.api.client import SlackClient
from bot.slack.api.rate_limits import PER_WINDOW
from bot.slack.outgoing.performers import SlackPerformers
from bot.slack.outgoing.results import MIN_REPORTED_DELAY_S
from bot.store import open_store
from bot.workspace import Workspace
from tests.tasks import task

NOW = datetime.now(UTC)
STEP = Step(id="logs", title="Look at the logs", area=Area.CHANGE)


@dataclass(frozen=True, kw_only=True)
class Performing:
    """The performers, with a method to perform one effect."""

    performers: SlackPerformers
    workspace: Workspace

    async def perform(self, effect: effects.AnyEffect, incident: Incident, attempts: int = 1) -> Result:
        """Perform an effect for an incident and return the result."""
        perform = self.performers.table()[type(effect)]
        return await perform(task(effect, incident, NOW, attempts=attempts))


@pytest.fixture
async def performing(
    workspace: Workspace, slack: SlackClient, settings: Settings
) -> AsyncIterator[Performing]:
    """Yield performers for the local workspace."""
    store = await open_store(settings.database)
    performers = SlackPerformers(slack=slack, store=store, settings=settings)
    yield Performing(performers=performers, workspace=workspace)
    await store.close()


@pytest.fixture
def incident() -> Incident:
    """Return an incident without a channel."""
    return Incident(
        number=7,
        version=2,
        title="Logins fail",
        severity=Severity.SEV2,
        status=Status.INVESTIGATING,
        declared_at=NOW,
        invite=("U0ALICE", "U0BOB"),
    )


@pytest.fixture
async def opened(performing: Performing, incident: Incident) -> Incident:
    """Return an incident with a channel."""
    result = await performing.perform(effects.OpenChannel(), incident)
    assert isinstance(result, Done)
    (event,) = result.events
    assert isinstance(event, events.ChannelOpened)
    return replace(incident, channel=Channel(id=event.channel, name=event.name))


def without_channel(incident: Incident) -> Incident:
    """Return the incident after its channel was archived."""
    return replace(incident, channel=replace(incident.channel, lost_reason="archived"))


async def test_a_channel_is_opened_once(performing: Performing, opened: Incident) -> None:
    """A second OpenChannel does nothing."""
    calls = len(performing.workspace.calls)

    assert Done() == await performing.perform(effects.OpenChannel(), opened)
    assert calls == len(performing.workspace.calls)


@pytest.mark.parametrize(("wait_s", "is_notified"), [(1, False), (30, True)])
async def test_a_long_delay_is_reported_once(
    performing: Performing, incident: Incident, wait_s: int, is_notified: bool
) -> None:
    """The first long delay of a channel is recorded. Short and further delays are not."""
    assert (wait_s >= MIN_REPORTED_DELAY_S) == is_notified
    performing.workspace.faults.add("conversations.create", "ratelimited", retry_after=wait_s)

    first = await performing.perform(effects.OpenChannel(), incident)
    again = await performing.perform(
        effects.OpenChannel(), replace(incident, channel=Channel(is_delayed=True))
    )

    assert isinstance(first, TryLater)
    assert is_notified == bool(first.events)
    assert not first.counts
    assert isinstance(again, TryLater)
    assert () == again.events


async def test_only_a_delay_of_the_channel_is_reported(performing: Performing, opened: Incident) -> None:
    """If setting the topic is delayed, no delay is recorded."""
    performing.workspace.faults.add("conversations.setTopic", "ratelimited", retry_after=30)

    result = await performing.perform(effects.SetTopic(), opened)

    assert isinstance(result, TryLater)
    assert ((), 30.0) == (result.events, result.after_s)


async def test_a_sev1_opens_while_others_wait(performing: Performing, incident: Incident) -> None:
    """A sev1 opens its channel even after other incidents have used their share of channels per minute."""
    limiter = performing.performers.slack.limiter
    while not limiter.take("conversations.create"):
        pass

    late = await performing.perform(effects.OpenChannel(), incident)
    urgent = await performing.perform(
        effects.OpenChannel(), replace(incident, number=8, severity=Severity.SEV1)
    )

    assert isinstance(late, TryLater)
    assert isinstance(urgent, Done)
    assert 1 == sum(call.method == "conversations.create" for call in performing.workspace.calls)
    assert PER_WINDOW["conversations.create"] > 1


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ("restricted_action", GiveUp),
        ("internal_error", TryLater),
        ("missing_scope", GiveUp),
        ("a_code_nobody_knows", TryLater),
    ],
)
async def test_the_result_of_a_refusal(
    performing: Performing, opened: Incident, error: str, expected: type[Result]
) -> None:
    """The error code decides whether an effect is retried. Retries after an unknown code are limited."""
    performing.workspace.faults.add("conversations.setTopic", "error", error=error)

    result = await performing.perform(effects.SetTopic(), opened)

    assert expected is type(result)
    if isinstance(result, TryLater):
        assert (error == "a_code_nobody_knows") == result.counts


@pytest.mark.parametrize("error", ["is_archived", "not_in_channel", "channel_not_found"])
async def test_a_channel_is_lost_once(performing: Performing, opened: Incident, error: str) -> None:
    """The loss of a channel is recorded once."""
    performing.workspace.faults.add("conversations.invite", "error", error=error, times=2)
    invite = effects.InvitePeople(people=("U0ALICE",))

    first = await performing.perform(invite, opened)
    after = await performing.perform(invite, without_channel(opened))

    assert isinstance(first, Done)
    assert [events.ChannelLost] == [type(event) for event in first.events]
    assert Done() == after


async def test_a_lost_channel_is_left_alone(performing: Performing, opened: Incident) -> None:
    """Nothing is written to a lost channel."""
    incident = without_channel(opened)
    calls = len(performing.workspace.calls)

    for effect in (effects.ShowCard(), effects.SetTopic()):
        assert Done() == await performing.perform(effect, incident)
    assert calls == len(performing.workspace.calls)


async def test_a_lost_digest_channel_is_not_the_incidents(performing: Performing, opened: Incident) -> None:
    """If the digest cannot be posted, the incident's own channel is not recorded as lost."""
    performing.workspace.faults.add("chat.postMessage", "error", error="not_in_channel")

    assert isinstance(await performing.perform(effects.ShowDigest(), opened), GiveUp)


@pytest.mark.parametrize("owner", ["C0NOBODYINVITEDUS", "U0LEFTLONGAGO"])
async def test_an_unreachable_owner_gets_feedback_in_the_channel(
    performing: Performing, opened: Incident, owner: str
) -> None:
    """If the runbook's owner can't be reached, the feedback is posted in the incident's channel."""
    runbook = Runbook(id="auth", title="Auth", owner=owner, steps=(STEP,))
    closed = replace(
        opened,
        investigation=Investigation(runbook=runbook, steps={"logs": StepState(outcome=StepOutcome.CLEAR)}),
    )

    assert Done() == await performing.perform(effects.SendRunbookFeedback(), closed)
    *_, posted = performing.workspace.messages(opened.channel.id)
    assert "Look at the logs" in str(posted.blocks)


async def carded(performing: Performing, opened: Incident) -> Incident:
    """Return the incident with its card, which is posted."""
    first = await performing.perform(effects.ShowCard(), opened)
    assert isinstance(first, Done)
    (posted,) = first.events
    assert isinstance(posted, events.MessagePosted)
    return replace(opened, messages={"card": (posted.channel, posted.ts)})


async def test_the_card_has_the_links_of_its_service(performing: Performing, opened: Incident) -> None:
    """The card has the links configured for the incident's service."""
    auth = Service(links={"dashboard": "https://grafana.example/d/auth"})
    settings = replace(performing.performers.settings, services={"auth": auth})
    linked = replace(performing, performers=replace(performing.performers, settings=settings))
    await carded(linked, replace(opened, service="auth"))
    *_, posted = performing.workspace.messages(opened.channel.id)

    assert "<https://grafana.example/d/auth|dashboard>" in str(posted.blocks)


async def test_step_updates_leave_calls_for_the_card(performing: Performing, opened: Incident) -> None:
    """Updates of many steps never use all of Slack's 50 updates a minute, so the card can be updated."""
    stands = await carded(performing, opened)
    channel, ts = stands.messages["card"]
    walked = replace(stands, messages={**stands.messages, "step:logs": (channel, ts)})

    results = [
        await performing.perform(
            effects.RedrawStep(step="logs"),
            replace(walked, investigation=Investigation(runbook=runbook_with(str(minutes)))),
        )
        for minutes in range(60)
    ]

    assert results[0] == Done()
    assert isinstance(results[-1], TryLater)
    assert Done() == await performing.perform(effects.ShowCard(), replace(stands, severity=Severity.SEV1))


async def test_an_unposted_step_is_not_shown_after_the_end(performing: Performing, opened: Incident) -> None:
    """A step that was not posted before the incident ended is not posted anymore."""
    ended = replace(
        opened,
        investigation=Investigation(runbook=runbook_with("x")),
        status=Status.RESOLVED,
        impact=Impact(resolved_at=NOW),
    )
    calls = len(performing.workspace.calls)

    assert Done() == await performing.perform(effects.ShowStep(step="logs"), ended)
    assert calls == len(performing.workspace.calls)


def runbook_with(how: str) -> Runbook:
    """Return the runbook with this result of a probe."""
    return Runbook(id="auth", title="Auth", steps=(replace(STEP, look=how),))


async def test_showing_the_card_twice(performing: Performing, opened: Incident) -> None:
    """Showing the card again updates it if it changed, and posts a new one if it was deleted."""
    stands = await carded(performing, opened)
    worse = replace(stands, severity=Severity.SEV1)

    assert Done() == await performing.perform(effects.ShowCard(), stands)
    assert Done() == await performing.perform(effects.ShowCard(), worse)
    assert 1 == [call.method for call in performing.workspace.calls].count("chat.update")
    performing.workspace.faults.add("chat.update", "error", error="message_not_found")
    again = await performing.perform(effects.ShowCard(), stands)

    assert isinstance(again, Done)
    assert [events.MessagePosted] == [type(event) for event in again.events]


async def test_pinning_twice(performing: Performing, opened: Incident) -> None:
    """Pinning a pinned card succeeds."""
    stands = await carded(performing, opened)

    assert Done() == await performing.perform(effects.PinCard(), stands)
    assert Done() == await performing.perform(effects.PinCard(), stands, attempts=2)
