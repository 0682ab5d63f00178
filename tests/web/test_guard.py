"""Bodies that are not UTF-8 are refused where text is expected."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web.guard import Utf8Body
from bot.web.server import serve_app


async def echo(request: Request) -> Response:
    """Respond with the body."""
    return PlainTextResponse(await request.body())


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """A client of a server that expects text under /slack/."""
    routes = [Route(path, echo, methods=["POST"]) for path in ("/slack/events", "/other")]
    app = Starlette(routes=routes, middleware=[Middleware(Utf8Body, prefix="/slack/")])
    async with serve_app(app) as url, httpx.AsyncClient(base_url=url, trust_env=False) as client:
        yield client


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    """Send a body piece by piece."""
    for part in parts:
        yield part


async def test_text_passes_even_when_a_character_is_split(client: httpx.AsyncClient) -> None:
    """A character that arrives in two pieces is accepted."""
    answer = await client.post("/slack/events", content=pieces(b"\xc3", b"\xa9"))
    assert (200, "é") == (answer.status_code, answer.text)


@pytest.mark.parametrize("body", [b"\xff", b"caf\xc3"])
async def test_invalid_utf8_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    """Invalid bytes and a truncated last character get a 400."""
    answer = await client.post("/slack/events", content=body)
    assert (400, "The body is not UTF-8.") == (answer.status_code, answer.text)


async def test_other_paths_accept_any_bytes(client: httpx.AsyncClient) -> None:
    """On other paths any bytes are accepted."""
    answer = await client.post("/other", content=b"\xff")
    assert (200, b"\xff") == (answer.status_code, answer.content)
