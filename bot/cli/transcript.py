"""`firstcheck transcript`: what was said in an incident's channel."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import click

from bot.app import assembled
from bot.cli import breakglass
from bot.cli.console import echo, settings
from bot.config.settings import Settings
from bot.domain.insights.timeline.timeline import people
from bot.domain.message import Message
from bot.domain.text.parts import plain_text
from bot.slack_markup import parse


@click.command()
@click.argument("incident")
def transcript(incident: str) -> None:
    """Print what was said in INCIDENT's channel, with replies below their messages."""
    lines = asyncio.run(_read(settings(), incident))
    echo("\n".join(lines) if lines else "Nothing was said.")


async def _read(current: Settings, name: str) -> Sequence[str]:
    """Return the transcript. Raise Refused if there is no such incident."""
    breakglass.require_database(current)
    async with assembled(current, runbooks=()) as bot:
        incident = await breakglass.known(bot.recorder, name)
        messages = await bot.store.transcript.messages(incident.number)
        names = await bot.names(people((), messages, parse))
        return list(said(messages, names))


def said(messages: Sequence[Message], names: Mapping[str, str]) -> Iterator[str]:
    """Yield each message with its time (UTC) and author. Replies follow their message, indented."""
    threads = {message.ts for message in messages}
    order = sorted(messages, key=lambda message: (_thread(message, threads), float(message.ts)))
    for message in order:
        at = datetime.fromtimestamp(float(message.ts), UTC)
        text = plain_text(parse(message.current_text), names)
        indent = "    " if _thread(message, threads) != float(message.ts) else ""
        edited = " (edited)" if message.edited_at and not message.deleted_at else ""
        first, *rest = text.splitlines() or [""]
        yield f"{indent}{at:%Y-%m-%d %H:%M} {names.get(message.user, message.user)}: {first}{edited}"
        yield from (f"{indent}    {line}" for line in rest)


def _thread(message: Message, known: set[str]) -> float:
    """Return the time of the message that starts the thread, which may be the message itself."""
    return float(message.thread_ts if message.thread_ts in known else message.ts)
