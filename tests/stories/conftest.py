"""A pager service for the stories."""

from collections.abc import AsyncIterator

import pytest

from bot.web.server import serve_app
from tests.pagers.exchange import Exchange


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    """Yield a running pager service. Its address is in `asgi.state.url`."""
    exchange = Exchange()
    async with serve_app(exchange.asgi):
        yield exchange
