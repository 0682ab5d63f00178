"""The database is deleted, replaced or damaged while the bot is running."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from bot.app import assembled
from bot.config.settings import Settings
from bot.store import StoreUnusable
from bot.web.server import serve_app


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client of a bot that has accepted one alert."""
    async with (
        assembled(settings) as bot,
        serve_app(bot.asgi) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        assert 202 == (await post(client)).status_code
        yield client


async def post(client: httpx.AsyncClient) -> httpx.Response:
    """Post an alert."""
    return await client.post("/alerts/generic", json={"title": "Disk full"})


def delete_all(path: Path) -> None:
    """Do what `rm firstcheck.db*` does."""
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


def delete_log(path: Path) -> None:
    """Delete only the write-ahead log."""
    Path(f"{path}-wal").unlink()


def delete_index(path: Path) -> None:
    """Delete only the index of the write-ahead log, through which processes see each other's locks."""
    Path(f"{path}-shm").unlink()


def replace(path: Path) -> None:
    """Put a copy in place of the file, as some backup tools do."""
    copy = path.with_suffix(".copy")
    shutil.copy(path, copy)
    copy.replace(path)


@pytest.mark.parametrize("happens", [delete_all, delete_log, delete_index, replace])
async def test_nothing_is_accepted_that_would_be_gone(
    client: httpx.AsyncClient, settings: Settings, happens: Callable[[Path], None]
) -> None:
    """Alerts get a 503, the bot is not ready, and the reason says what to do."""
    path = Path(settings.database.removeprefix("sqlite:///"))
    happens(path)
    refused, ready = await post(client), await client.get("/readyz")

    assert (503, 503) == (refused.status_code, ready.status_code)
    assert "was deleted or replaced while it was in use" in ready.json()["store"]
    assert "Stop Firstcheck, put the file back or restore a backup" in ready.json()["store"]


async def test_a_file_that_is_moved_away_and_back(client: httpx.AsyncClient, settings: Settings) -> None:
    """Once the same file is back in its place, alerts are accepted again and none is lost."""
    path = Path(settings.database.removeprefix("sqlite:///"))
    away = path.rename(path.with_suffix(".away"))
    refused = await post(client)
    away.rename(path)
    kept = await post(client)

    assert (503, 202) == (refused.status_code, kept.status_code)
    with closing(sqlite3.connect(path)) as database:
        ((saved,),) = database.execute("SELECT count(*) FROM journal")
    assert 3 == saved


async def test_damaged_pages_of_the_journal(settings: Settings) -> None:
    """While requests cannot be saved because pages are damaged, the bot is not ready."""
    path = Path(settings.database.removeprefix("sqlite:///"))
    async with (
        assembled(settings) as bot,
        serve_app(bot.asgi) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        for _ in range(300):
            assert 202 == (await post(client)).status_code
    damage(path)
    async with (
        assembled(settings) as bot,
        serve_app(bot.asgi) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        refused, ready = await post(client), await client.get("/readyz")

    assert (503, 503) == (refused.status_code, ready.status_code)
    assert "malformed" in ready.json()["store"]


async def test_damaged_pages_among_the_pending_requests(settings: Settings) -> None:
    """While saved requests cannot be read because a page is damaged, the bot is not ready."""
    path = Path(settings.database.removeprefix("sqlite:///"))
    async with (
        assembled(settings) as bot,
        serve_app(bot.asgi) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        for _ in range(300):
            assert 202 == (await post(client)).status_code
    damage(path, leaf=3)
    async with (
        assembled(settings) as bot,
        serve_app(bot.asgi) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        with pytest.raises(StoreUnusable):
            await bot.intake.work()
        ready = await client.get("/readyz")

    assert 503 == ready.status_code
    assert "malformed" in ready.json()["store"]


async def test_a_lost_database_is_logged_without_traffic(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says what to do even if no alert arrives and nobody asks whether the bot is ready."""
    async with assembled(settings) as bot:
        delete_all(Path(settings.database.removeprefix("sqlite:///")))
        running = asyncio.create_task(bot.intake.run())
        async with asyncio.timeout(10):
            while "Stop Firstcheck, put the file back" not in caplog.text:
                await asyncio.sleep(0.01)
        running.cancel()


def damage(path: Path, leaf: int | None = None) -> None:
    """Overwrite the first page of the journal, or one of the pages below it."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ((page,),) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'journal'")
        ((size,),) = database.execute("PRAGMA page_size")
    with path.open("r+b") as file:
        if leaf is not None:  # https://www.sqlite.org/fileformat.html, "B-tree Pages"
            file.seek((page - 1) * size)
            root = file.read(size)
            cell = int.from_bytes(root[12 + 2 * leaf : 14 + 2 * leaf], "big")
            page = int.from_bytes(root[cell : cell + 4], "big")
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
