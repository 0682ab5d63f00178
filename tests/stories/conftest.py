"""A pager for the stories."""

from collections.abc import AsyncIterator

import pytest

from bot.web.server import listening
from tests.pagers.exchange import Exchange


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    """A pager's server; its address is in `asgi.state.url`."""
    exchange = Exchange()
    async with listening(exchange.asgi):
        yield exchange
