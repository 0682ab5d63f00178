"""The database is deleted, replaced or damaged while the bot is running."""

import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from bot.app import assembled
from bot.config.settings import Settings
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


def replace(path: Path) -> None:
    """Put a copy in place of the file, as some backup tools do."""
    copy = path.with_suffix(".copy")
    shutil.copy(path, copy)
    copy.replace(path)


@pytest.mark.parametrize("happens", [delete_all, delete_log, replace])
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


def damage(path: Path) -> None:
    """Overwrite the first page of the journal."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ((root,),) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'journal'")
        ((size,),) = database.execute("PRAGMA page_size")
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
