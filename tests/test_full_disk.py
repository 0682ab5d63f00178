"""While the disk is full, the bot reports it, and commands that only read still work."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bot.app import assembled
from bot.config.settings import Settings
from bot.engine.record import Recorder
from bot.engine.runbook_library import RunbookLibrary
from bot.slack.incoming.handlers import RequestHandlers
from bot.slack.incoming.slash.parse import split
from bot.slack.views.blocks import Screen
from bot.store import open_store
from bot.web.server import serve_app


@contextmanager
def no_room(limit: int = 1) -> Iterator[None]:
    """Limit the files of this process to some bytes, by default one, until the block ends."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_is_logged_in_one_line(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """Each alert that cannot be saved is logged in one line, without a trace."""
    async with (
        assembled(settings) as bot,
        serve_app(bot.asgi) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        with no_room():
            refused = await client.post("/alerts/generic", json={"title": "Disk full"})
        kept = await client.post("/alerts/generic", json={"title": "Disk full"})

    failures = [entry for entry in caplog.records if "could not be written" in entry.getMessage()]
    assert (503, 202) == (refused.status_code, kept.status_code)
    assert ["bot.web.alerts"] == [entry.name for entry in failures]
    assert not [entry for entry in caplog.records if entry.exc_info]


async def test_not_ready_while_the_disk_is_full(settings: Settings) -> None:
    """The bot is not ready while it cannot write, and ready again afterwards."""
    async with (
        assembled(settings) as bot,
        serve_app(bot.asgi) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        with no_room():
            full = await client.get("/readyz")
        again = await client.get("/readyz")
        people = await bot.store.transcript.people()

    assert 503 == full.status_code
    assert "could not be written" in full.json()["store"]
    assert ("ok", {}) == (again.json()["store"], people)


async def test_not_ready_if_a_disk_has_room_only_for_small_rows(settings: Settings) -> None:
    """If an alert could not be saved, the bot is not ready until a request of its size can be saved."""
    wal = Path(f"{settings.database.removeprefix('sqlite:///')}-wal")
    async with (
        assembled(settings) as bot,
        serve_app(bot.asgi) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        long = {"title": "Disk full", "description": "x" * 300_000}
        with no_room(wal.stat().st_size + 200_000):
            before = await client.get("/readyz")
            refused = await client.post("/alerts/generic", json=long)
            full = await client.get("/readyz")
        again = await client.get("/readyz")
        counts = await bot.store.journal.counts()

    assert ("ok", 503) == (before.json()["store"], refused.status_code)
    assert "could not be written" in full.json()["store"]
    assert ("ok", 0) == (again.json()["store"], counts["accepted"])


@pytest.mark.parametrize("text", ["help", "list", "INC-1 status"])
async def test_reading_works_on_a_full_disk(settings: Settings, text: str) -> None:
    """Commands that only read work while the disk is full."""
    store = await open_store(settings.database)
    handlers = RequestHandlers(recorder=Recorder(store), settings=settings, runbooks=RunbookLibrary())
    declare = split("new logins fail", "U0ALICE")
    await handlers.command(declare, name="alice", channel="C0GENERAL", once="command:1")
    with no_room():
        request = split(text, "U0ALICE")
        answer = await handlers.command(request, name="Alice L.", channel="C0GENERAL", once="command:2")
    await store.close()

    assert isinstance(answer, Screen)
