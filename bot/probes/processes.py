"""Runs a program without a shell, limits its output, and leaves no process behind."""

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
    """Return the exit code, and standard output and error interleaved.

    The program gets no input and only the given environment. It is killed with all its children if it writes
    more than LARGEST_BYTES, which raises ProbeFailed, or if the caller is cancelled. Children that it leaves
    running are killed too.
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
                start_new_session=True,  # its own process group, so that its children can be killed with it
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
    """Yield both ends of a pipe. asyncio's own stays open until every child that inherited it has exited."""
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
            raise ProbeFailed(f"{name} wrote more than {LARGEST_BYTES:,} bytes, the most a probe reads.")
    return bytes(written)
