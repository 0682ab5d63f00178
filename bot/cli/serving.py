"""`firstcheck serve` and `firstcheck demo`: run until a signal arrives."""

import asyncio
from pathlib import Path

import click

from bot import app, telemetry
from bot.cli.console import settings
from bot.demo.demo import Demo, Terminal
from bot.demo.stories import STORIES


@click.command()
def serve() -> None:
    """Accept alerts and talk to Slack until stopped."""
    current = settings(secrets=True)
    telemetry.set_up_logs(as_json=current.log_json)
    asyncio.run(app.serve(current))


@click.command()
@click.option("--story", type=click.Choice(sorted(STORIES)), help="Replay a recorded outage.")
@click.option("--once", is_flag=True, help="Exit when it is over.")
@click.option(
    "--out", type=click.Path(path_type=Path), default="postmortems", help="Folder for the postmortem."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=3000, help="Port of the page; 0 picks a free one."
)
def demo(story: str | None, *, once: bool, out: Path, port: int) -> None:
    """Run an outage on this machine, without Slack."""
    asyncio.run(Demo(out=out, port=port, once=once, console=Terminal()).run(story))
