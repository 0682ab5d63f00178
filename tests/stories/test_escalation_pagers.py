"""Pages are sent once, acknowledged and resolved. Failures of a pager are reported."""

from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from bot.config.escalation import Pager
from bot.config.settings import Settings
from bot.domain import commands, events
from bot.domain.escalation.ladder import LADDERS, Need, Rung
from bot.domain.vocabulary import Role, Severity, Status
from bot.pagers.webhook import signed
from tests.pagers.exchange import KEY, SECRET, Exchange
from tests.stories.clocked import Anywhen, Clocked, clocked, minutes

LADDER = (
    Rung(after_minutes=5, unless=Need.COMMANDER, who=("pagerduty:auth",)),
    Rung(after_minutes=15, unless=Need.UPDATE),
    Rung(after_minutes=30, unless=Need.HYPOTHESIS, who=("webhook:ours", "U0CAROL", "#incidents")),
)


@pytest.fixture
def paging(settings: Settings, exchange: Exchange) -> Settings:
    """Return settings with a ladder that pages."""
    url = exchange.asgi.state.url
    return replace(
        settings,
        ladders={**LADDERS, Severity.SEV1: LADDER},
        pagers={
            "pagerduty:auth": Pager(key=KEY, url=f"{url}/v2/enqueue", secret=SECRET),
            "webhook:ours": Pager(url=f"{url}/hook", secret=SECRET),
        },
    )


async def answer(bot: Clocked, key: str, secret: str = SECRET) -> httpx.Response:
    """Post an acknowledgement as the webhook's owner does."""
    body = f'{{"action": "acknowledge", "key": "{key}", "by": "Carol"}}'.encode()
    headers = dict(signed(secret, body, bot.clock.now()))
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.post(f"{bot.url}/pages/webhook:ours", content=body, headers=headers)


async def test_a_page_is_sent_acknowledged_and_resolved(paging: Settings, exchange: Exchange) -> None:
    """Each rung pages its recipients, the card shows who acknowledged, and resolving ends the pages."""
    async with clocked(paging) as bot:
        await bot.declare()
        await bot.pass_to(29)
        assert 1 == len(exchange.ringing)
        await bot.pass_to(31)

        escalations = [
            (event.who, minutes(event.due_at)) for event in await bot.events(events.EscalationMade)
        ]
        assert [
            ("pagerduty:auth", 5),
            ("webhook:ours", 30),
            ("U0CAROL", 30),
            ("#incidents", 30),
        ] == escalations
        assert 2 == len(exchange.ringing)
        assert "U0CAROL" in bot.workspace.channels[(await bot.incident()).channel.id].members
        assert "not acknowledged yet" in await bot.card()

        (key,) = (sent.key for sent in await bot.events(events.PageSent) if sent.to == "webhook:ours")
        channel = (await bot.incident()).channel.id
        assert f"https://slack.com/app_redirect?channel={channel}" == exchange.ringing[key]["url"]
        assert 401 == (await answer(bot, key, "wrong")).status_code
        for _ in range(2):
            assert 200 == (await answer(bot, key)).status_code
        await bot.work()
        assert ["Carol"] == [event.by for event in await bot.events(events.PageAcknowledged)]
        assert "acknowledged by Carol" in await bot.card()

        await bot.do(commands.Resolve(by="U0ALICE", resolution="rolled back"))
        assert {} == exchange.ringing


async def test_a_page_of_a_drill_says_so(paging: Settings, exchange: Exchange) -> None:
    """A page of a drill says that it is a drill."""
    async with clocked(paging) as bot:
        drill = commands.Declare(by="U0ALICE", title="logins fail", severity=Severity.SEV1, drill=True)
        await bot.bot.recorder.record(drill)
        await bot.do(commands.Escalate(by="U0ALICE", who="webhook:ours", reason="rehearsed"))

    assert ["DRILL INC-1"] == [page["incident"] for page in exchange.ringing.values()]


async def test_an_unrelated_acknowledgement_is_ignored(paging: Settings) -> None:
    """Acknowledging an unknown page or through an unconfigured pager changes nothing."""
    async with clocked(paging) as bot:
        await bot.declare()
        for key in ("firstcheck-1-x-9", "firstcheck-99-x-9", "something else"):
            response = await answer(bot, key)
            assert (200, False) == (response.status_code, response.json()["acknowledged"])
        async with httpx.AsyncClient(trust_env=False) as client:
            assert 404 == (await client.post(f"{bot.url}/pages/webhook:other")).status_code

        assert [] == await bot.events(events.PageAcknowledged)


async def test_a_pager_that_is_down(paging: Settings, exchange: Exchange) -> None:
    """A page is tried five times. Then the channel is notified and the next rung is reached at once."""
    exchange.answers.extend([500] * 5)
    async with clocked(paging) as bot:
        await bot.declare()
        await bot.pass_to(7)

        assert 5 == len(exchange.asked)
        (failed,) = await bot.events(events.PageFailed)
        assert failed.at.timestamp() - datetime(2026, 11, 21, 22, 5, tzinfo=UTC).timestamp() < 30
        (due,) = await bot.events(events.EscalationDue)
        assert (2, failed.at, failed.at) == (due.rung, due.due_at, due.at)
        assert 1 == sum("Could not reach" in text for text in await bot.posts())

        await bot.pass_to(28)
        assert 1 == len(await bot.events(events.EscalationDue))


async def test_a_pager_is_removed_from_the_configuration(paging: Settings, exchange: Exchange) -> None:
    """Pages of a removed pager cannot be resolved, and the card says so."""
    clock = Anywhen()
    async with clocked(paging, clock) as bot:
        await bot.declare()
        await bot.pass_to(6)
    async with clocked(replace(paging, pagers={}), clock, bot.workspace) as bot:
        await bot.do(commands.Resolve(by="U0BOB"))

        why = "pagerduty:auth: no pager with that name is configured"
        assert f"a page could not be resolved in its pager: {why}" in await bot.card()
        assert 1 == len(exchange.ringing)


async def test_a_pager_that_recovers(paging: Settings, exchange: Exchange) -> None:
    """A pager that recovers pages once, and no failure is announced."""
    exchange.answers.extend([500, 429])
    async with clocked(paging) as bot:
        await bot.declare()
        await bot.pass_to(8)

        assert 1 == len(exchange.ringing)
        assert [] == await bot.events(events.PageFailed)


async def test_a_pager_that_refuses(paging: Settings, exchange: Exchange) -> None:
    """A page that the pager refuses is not retried, and the next rung is reached at once."""
    exchange.answers.append(400)
    async with clocked(paging) as bot:
        await bot.declare()
        await bot.pass_to(6)

        assert 1 == len(exchange.asked)
        assert [5] == [minutes(due.at) for due in await bot.events(events.EscalationDue)]


async def test_a_slack_that_is_down_delays_no_page(paging: Settings, exchange: Exchange) -> None:
    """Pages are sent on time while Slack is down."""
    async with clocked(paging) as bot:
        await bot.declare()
        await bot.pass_to(1)
        bot.workspace.faults.down = True
        await bot.pass_to(6)

        assert 1 == len(exchange.ringing)


async def test_a_person_pages(paging: Settings, exchange: Exchange) -> None:
    """A person can page through a pager at any time, by its name."""
    async with clocked(paging) as bot:
        await bot.declare()
        await bot.do(commands.AssignRole(by="U0ALICE", role=Role.COMMANDER, person="U0ALICE"))
        await bot.do(commands.Escalate(by="U0ALICE", who="pagerduty:auth", reason="stuck"))
        await bot.do(commands.Escalate(by="U0ALICE", who="opsgenie:none", reason="stuck"))

        (page,) = exchange.ringing.values()
        assert "INC-1 (sev1) logins fail: stuck" == page["summary"]
        (failed,) = await bot.events(events.PageFailed)
        assert "no pager with that name is configured" == failed.why


async def test_a_person_pages_after_the_end(paging: Settings, exchange: Exchange) -> None:
    """Paging is possible while monitoring, and refused once the incident is closed."""
    async with clocked(paging) as bot:
        await bot.declare()
        await bot.do(commands.ChangeStatus(by="U0ALICE", status=Status.MONITORING))
        await bot.do(commands.Escalate(by="U0ALICE", who="pagerduty:auth", reason="is it gone?"))
        assert 1 == len(exchange.ringing)

        await bot.do(commands.Resolve(by="U0ALICE"))
        await bot.do(commands.Escalate(by="U0ALICE", who="pagerduty:auth", reason="thanks"))
        assert {} == exchange.ringing
        assert ["INC-1 is already resolved"] == [event.why for event in await bot.events(events.PageFailed)]
