"""If a recipient cannot be reached, the channel reports it, with the recipient who is next."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.config.escalation import Pager
from bot.config.settings import Settings
from bot.domain import commands, events
from bot.domain.escalation.ladder import LADDERS, Need, Rung
from bot.domain.vocabulary import Severity
from bot.performers.paging import MAX_ATTEMPTS, PagePerformers
from tests.pagers.exchange import KEY, SECRET, Exchange
from tests.stories.clocked import Clocked, clocked, minutes

LADDER = (
    Rung(after_minutes=5, unless=Need.COMMANDER, who=("webhook:shop", "webhook:depot")),
    Rung(after_minutes=30, unless=Need.UPDATE, who=("opsgenie:shop",)),
    Rung(after_minutes=60, unless=Need.RELIEF, who=("#nochannel",)),
)


@pytest.fixture
def paging(settings: Settings, exchange: Exchange) -> Settings:
    """Return settings with a ladder of pagers."""
    url = exchange.asgi.state.url
    return replace(
        settings,
        ladders={**LADDERS, Severity.SEV1: LADDER},
        pagers={
            "webhook:shop": Pager(url=f"{url}/hook", secret=SECRET),
            "webhook:depot": Pager(url=f"{url}/hook", secret=SECRET),
            "opsgenie:shop": Pager(key=KEY, url=url),
        },
    )


async def unreached(bot: Clocked) -> list[str]:
    """Return the messages in the channel about people who could not be reached."""
    return [text for text in await bot.posts() if "Could not reach" in text]


async def test_the_next_rung_is_announced(paging: Settings, exchange: Exchange) -> None:
    """If all pagers of a rung refuse, only the next rung is reached early, and the channel says so."""
    exchange.answers.extend([400, 400])
    async with clocked(paging) as bot:
        await bot.declare()
        await bot.pass_to(6)

        failures = await unreached(bot)
        assert 2 == len(failures)
        assert "Next: opsgenie:shop." in failures[0]
        assert "opsgenie:shop." in failures[1]
        assert ["opsgenie:shop"] == [sent.to for sent in await bot.events(events.PageSent)]
        assert [1, 1, 2] == [escalation.rung for escalation in await bot.events(events.EscalationMade)]


async def test_the_next_rung_was_reached_already(paging: Settings, exchange: Exchange) -> None:
    """If a second pager of a rung fails later, the channel doesn't announce the next rung again."""
    exchange.answers.extend([400, 500, 200, *[500] * 4])
    async with clocked(paging) as bot:
        await bot.declare()
        await bot.pass_to(6)

        first, second = await unreached(bot)
        assert "Next: opsgenie:shop." in first
        assert "Instead, already escalated to opsgenie:shop." in second
        assert ["opsgenie:shop"] == [sent.to for sent in await bot.events(events.PageSent)]


async def test_nobody_is_reached(paging: Settings, exchange: Exchange) -> None:
    """The channel, the card and the postmortem show why each recipient could not be reached."""
    exchange.answers.extend([400, 400, 403])
    async with clocked(paging) as bot:
        await bot.declare()
        await bot.pass_to(61)

        failures = await unreached(bot)
        assert "Next: #nochannel." in failures[2]
        assert "*Could not reach #nochannel*" in failures[3]
        assert (
            "Nobody else is configured. Escalate to a person: `/incident escalate @name why`" in failures[3]
        )
        card = await bot.card()
        for who in ("webhook:shop", "webhook:depot", "opsgenie:shop", "#nochannel"):
            assert f"*Could not reach* {who}" in card

        await bot.do(commands.Resolve(by="U0ALICE", resolution="rolled back"))
        await bot.do(commands.Close(by="U0ALICE"))
        postmortem = Path((await bot.incident()).follow_up.postmortem_path).read_text()
        rows = [line for line in postmortem.splitlines() if line.startswith("|")]
        for who in ("webhook:shop", "webhook:depot", "opsgenie:shop", r"\#nochannel"):
            (row,) = (row for row in rows if row.startswith(f"| {who} "))
            assert "not reached: " in row
        assert "NotifyChannel" not in postmortem


async def test_a_second_page_succeeds(paging: Settings, exchange: Exchange) -> None:
    """If a second page succeeds, the card no longer shows the failure of the first."""
    exchange.answers.append(400)
    async with clocked(paging) as bot:
        await bot.declare()
        await bot.do(commands.Escalate(by="U0ALICE", who="opsgenie:shop", reason="stuck"))
        await bot.pass_to(1)
        assert "*Could not reach* opsgenie:shop" in await bot.card()

        await bot.do(commands.Escalate(by="U0ALICE", who="opsgenie:shop", reason="stuck"))
        await bot.pass_to(2)
        assert "Could not reach" not in await bot.card()
        assert "*Paged* opsgenie:shop" in await bot.card()


async def test_a_team_in_plain_words(paging: Settings) -> None:
    """For a team without a pager, the channel asks people to contact it and reports no page."""
    async with clocked(paging) as bot:
        await bot.declare()
        await bot.do(commands.Escalate(by="U0ALICE", who="senior developers", reason="stuck"))

        (request,) = (text for text in await bot.posts() if "senior developers" in text)
        assert "*asked for* senior developers" in request
        assert "contact them yourself" in request
        assert "scalated to" not in request


async def test_a_rung_is_reached_early(paging: Settings, exchange: Exchange) -> None:
    """The recipients of an early rung get its reason, not a delay that did not happen."""
    first = replace(LADDER[0], who=("webhook:shop",))
    paging = replace(paging, ladders={**paging.ladders, Severity.SEV1: (first, *LADDER[1:])})
    exchange.answers.append(400)
    async with clocked(paging) as bot:
        await bot.declare()
        await bot.pass_to(4.9)
        await bot.do(commands.PostUpdate(by="U0ALICE", text="half of them work"))
        await bot.pass_to(6)

        reason = "webhook:shop could not be reached, and there is no incident commander"
        assert ["INC-1"] == [open_page["details"]["incident"] for open_page in exchange.ringing.values()]
        (page,) = exchange.ringing.values()
        assert reason == page["details"]["reason"]
        assert [(1, "no incident commander for 5 min"), (2, reason)] == [
            (escalation.rung, escalation.reason) for escalation in await bot.events(events.EscalationMade)
        ]

        await bot.do(commands.Resolve(by="U0ALICE", resolution="rolled back"))
        await bot.do(commands.Close(by="U0ALICE"))
        postmortem = Path((await bot.incident()).follow_up.postmortem_path).read_text()
        assert f"| opsgenie:shop | {reason} |" in postmortem


async def test_an_early_rung_without_pagers(paging: Settings, exchange: Exchange) -> None:
    """The people and the postmortem get the same reason for a rung that is reached early."""
    first = replace(LADDER[0], who=("webhook:shop",))
    ladder = (first, replace(LADDER[1], who=()), LADDER[2])
    paging = replace(paging, ladders={**paging.ladders, Severity.SEV1: ladder})
    exchange.answers.append(400)
    async with clocked(paging) as bot:
        await bot.declare()
        await bot.pass_to(6)

        reason = "webhook:shop could not be reached, and there is no incident commander"
        (question,) = (text for text in await bot.posts() if "Escalate?" in text)
        assert f"*{reason}.* Escalate?" in question
        await bot.do(commands.Resolve(by="U0ALICE", resolution="rolled back"))
        await bot.do(commands.Close(by="U0ALICE"))
        postmortem = Path((await bot.incident()).follow_up.postmortem_path).read_text()
        assert f"| nobody | {reason} |" in postmortem


async def test_one_pager_does_not_wait_for_another(paging: Settings, exchange: Exchange) -> None:
    """If one pager of a rung keeps asking for retries, the other pages at once and the next rung follows."""
    exchange.answers.extend([429])
    exchange.headers = {"Retry-After": "60"}
    async with clocked(paging) as bot:
        await bot.declare()
        await bot.pass_to(5.5)
        (rung,) = await bot.events(events.PageSent)

        exchange.answers.extend([429] * 4)
        await bot.pass_to(10)
        (failed,) = await bot.events(events.PageFailed)
        assert {"webhook:shop", "webhook:depot"} == {rung.to, failed.to}
        assert ("it responded with 429", 9) == (failed.why, minutes(failed.at))
        assert [rung.to, "opsgenie:shop"] == [sent.to for sent in await bot.events(events.PageSent)]


async def test_a_pager_that_hangs(paging: Settings, exchange: Exchange) -> None:
    """Each attempt ends at the time limit, and the next rung is reached after the last one."""
    ladders = {**paging.ladders, Severity.SEV1: (replace(LADDER[0], who=("webhook:shop",)), LADDER[2])}
    paging = replace(paging, ladders=ladders)
    exchange.hang = asyncio.Event()
    async with clocked(paging) as bot:
        impatient = PagePerformers(paging, bot.bot.store, timeout_s=0.5)
        bot.bot.outbox.performers = {**bot.bot.outbox.performers, **impatient.table()}
        await bot.declare()
        await bot.pass_to(6)

        assert MAX_ATTEMPTS == len(exchange.asked)
        assert "No response within 0.5 s. Next: #nochannel." in (await unreached(bot))[0]
    exchange.hang.set()


async def test_a_clock_that_is_set_back_delays_no_page(paging: Settings, exchange: Exchange) -> None:
    """Setting the clock back delays neither a page being retried nor one just requested."""
    exchange.answers.append(500)
    async with clocked(paging) as bot:
        await bot.declare()
        await bot.do(commands.Escalate(by="U0ALICE", who="opsgenie:shop", reason="stuck"))
        await bot.bot.recorder.record(commands.Escalate(by="U0ALICE", who="webhook:shop", reason="stuck"), 1)
        assert {} == exchange.ringing
        bot.clock.at -= timedelta(hours=1)
        await bot.work()

        assert {"opsgenie:shop", "webhook:shop"} == {sent.to for sent in await bot.events(events.PageSent)}
