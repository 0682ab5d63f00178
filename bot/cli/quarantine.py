"""`firstcheck quarantine`: alert bodies that could not be read."""

import asyncio
from collections.abc import Sequence

import click

from bot.app import assembled
from bot.cli import breakglass
from bot.cli.console import echo, settings
from bot.cli.declare import usable_runbooks
from bot.config.settings import Settings
from bot.domain.errors import Refused


@click.command()
@click.option("--retry", type=click.IntRange(1, 2**63 - 1), metavar="ID", help="Read this body again.")
def quarantine(retry: int | None) -> None:
    """List alert bodies that could not be read, and why."""
    echo("\n".join(asyncio.run(quarantined(settings(), retry))))


async def quarantined(settings: Settings, retry: int | None) -> Sequence[str]:
    """Return a line for each body in quarantine, after reading body `retry` again.

    Raise Refused if that body is not in quarantine.
    """
    breakglass.require_database(settings)
    async with assembled(settings, runbooks=usable_runbooks(settings)) as bot:
        if retry is not None:
            if not await bot.store.journal.retry(retry):
                raise Refused(
                    f"Body {retry} is not in quarantine. To list those that are: `firstcheck quarantine`."
                )
            await bot.intake.work()
        rows = await bot.store.journal.quarantined()
    lines = [
        f"{row.id}  {row.received_at:%Y-%m-%d %H:%M} UTC  {row.source}  {' '.join(row.detail.split())}"
        for row in rows
    ]
    return lines or ["The quarantine is empty."]
