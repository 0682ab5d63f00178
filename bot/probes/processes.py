"""Runs a program without a shell, within bounds, and leaves nothing of it running."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from bot.probes.interface import ProbeFailed

LARGEST_BYTES = 64_000


async def run_program(
    command: Sequence[str], *, folder: Path = Path("/"), environment: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Return the exit code and what the program wrote (standard output and error, as they came).

    It gets no input and only the given environment. When it writes more than LARGEST_BYTES (ProbeFailed), or
    the caller gives up, it is killed with all its children; children it leaves behind are killed too.
    """
    async with _pipe() as (writing, reader):
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                cwd=folder,
                env=dict(environment or {}),
                start_new_session=True,  # a group of its own, so that its children can be killed with it
            )
        except (OSError, ValueError) as error:
            raise ProbeFailed(f"{command[0]} cannot be started: {type(error).__name__}.") from error
        finally:
            os.close(writing)
        try:
            written = await _read(command[0], reader)
            return await process.wait(), written.decode(errors="replace")
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


@asynccontextmanager
async def _pipe() -> AsyncIterator[tuple[int, asyncio.StreamReader]]:
    """A pipe of our own: asyncio's ends only once every child that inherited it has gone."""
    reading, writing = os.pipe()
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(reading, "rb", buffering=0)
    )
    try:
        yield writing, reader
    finally:
        transport.close()


async def _read(name: str, reader: asyncio.StreamReader) -> bytes:
    written = bytearray()
    while piece := await reader.read(LARGEST_BYTES):
        written += piece
        if len(written) > LARGEST_BYTES:
            raise ProbeFailed(f"{name} wrote more than {LARGEST_BYTES:,} bytes, which is more than is read.")
    return bytes(written)
